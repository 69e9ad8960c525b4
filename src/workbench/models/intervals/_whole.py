"""A count or seed in, the same one out, refused unless it is whole and large enough."""

from __future__ import annotations

from workbench.errors import BadParameter


def require_whole(name: str, value: int, least: int) -> int:
    """Return a setting, refused unless it is a whole number of ``least`` or more."""
    right = isinstance(value, int) and not isinstance(value, bool)
    if not right or value < least:
        raise BadParameter(
            f"{name} must be a whole number, {least} or more, found {value!r}"
        )
    return value
