"""Learned cut points: each resolved once by its own query, then kept as a number."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from workbench.errors import BadPolicy


@dataclass(frozen=True)
class Cuts:
    """The numbers a policy learned on one day.

    Parameters
    ----------
    values
        Cut point by name, rounded to 9 significant digits, in the column's own unit.
    as_of
        Day of the scores they were learned from, an ISO text.
    n_customers
        Customers in those scores.
    policy_id, policy_sha256
        The policy that asked for them.
    """

    values: dict[str, float] = field(default_factory=dict)
    as_of: str = ""
    n_customers: int = 0
    policy_id: str = ""
    policy_sha256: str = ""

    def to_json(self) -> str:
        """Return the cut points as JSON."""
        return json.dumps({"model": "cuts", **self.__dict__}, indent=1)

    @classmethod
    def from_json(cls, text: str) -> Cuts:
        """Return the cut points kept by ``to_json``.

        Raises
        ------
        BadPolicy
            If the text is not what ``to_json`` wrote.
        """
        try:
            values: dict[str, Any] = json.loads(text)
            if values.pop("model", None) != "cuts":
                raise ValueError("no key 'model' with the value 'cuts'")
            return cls(**values)
        except (TypeError, ValueError) as error:
            raise BadPolicy(
                f"expected the JSON of learned cut points, found {text[:60]!r} "
                f"({error}). Run the stage that learns them again."
            ) from error
