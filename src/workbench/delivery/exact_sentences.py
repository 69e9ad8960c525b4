"""An explanation in, the sentences for staff on memory and on exact changes out.

What memory did to the tier, which changes lead to a better one, and which lose it;
every number in all its digits, for each of them is the nearest that counts.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from workbench.delivery.column_titles import word_title
from workbench.delivery.letter import memory_days

if TYPE_CHECKING:
    from workbench.delivery.explanation import Explanation
    from workbench.policy import Change, Way

_MOST_WAYS = 3


def memory_sentence(found: Explanation, zh: bool) -> str:
    """Say what the earlier tier has to do with this one; empty where nothing."""
    row = found.row
    tell = {
        "promoted": _promoted,
        "stayed": _stayed,
        "kept": _kept,
        "protected": _protected,
        "held": _held,
        "never": _never,
        "in_grace": _in_grace,
        "downgraded": _downgraded,
    }.get(row["movement"])
    return tell(found, zh) if tell else ""


def exact_up(found: Explanation, zh: bool) -> str:
    """Say the nearest ways to a better tier, and which one is out of reach."""
    change = found.counterfactual
    said = [_way(found, way, zh) for way in change.up[:_MOST_WAYS]]
    far = [found.title(name, zh) for name in change.unreachable]
    if zh:
        parts = [f"精确地说：{'；或者'.join(said)}。"] if said else []
        parts += [f"无论怎样改变这些数据，都到不了“{name}”。" for name in far]
        return "".join(parts)
    parts = [f"Exactly: {'; or '.join(said)}."] if said else []
    parts += [f"No change of these columns leads to {name}." for name in far]
    return " ".join(parts)


def exact_down(found: Explanation, zh: bool) -> str:
    """Say the nearest ways to lose the tier, or how to hold it where it is open."""
    change = found.counterfactual
    if change.is_open:
        return _back(found, zh)
    ways = [_changes(found, way, zh) for way in change.down[:_MOST_WAYS]]
    if not ways:
        return ""
    if zh:
        return f"精确地说，以下任一变化会使其不再满足：{'；或者'.join(ways)}。"
    return f"Exactly, it is no longer met with {'; or with '.join(ways)}."


def _back(found: Explanation, zh: bool) -> str:
    ways = [_changes(found, way, zh) for way in found.counterfactual.back[:_MOST_WAYS]]
    if not ways:
        return ""
    if zh:
        return f"若要重新满足，需要：{'；或者'.join(ways)}。"
    return f"It is met again with {'; or with '.join(ways)}."


def _way(found: Explanation, way: Way, zh: bool) -> str:
    changes, title = _changes(found, way, zh), found.title(way.tier, zh)
    return f"{changes}，即为“{title}”" if zh else f"{changes} gives {title}"


def _changes(found: Explanation, way: Way, zh: bool) -> str:
    told = [_change(found, change, zh) for change in way.changes]
    return ("，且" if zh else " and ").join(told)


def _change(found: Explanation, change: Change, zh: bool) -> str:
    title = found.title_of(change.column, "zh" if zh else "en")
    value, target = (
        _exact(found, change.column, one, zh) for one in (change.value, change.target)
    )
    if zh:
        return f"{title}由 {value} 变为 {target}"
    return f"{title} from {value} to {target}"


def _exact(found: Explanation, column: str, value: Any, zh: bool) -> str:
    if value is None:
        return "无" if zh else "nothing"
    if isinstance(value, bool):
        return ("是" if value else "否") if zh else ("yes" if value else "no")
    if isinstance(value, str):
        word = word_title(found.policy, column, value, "zh" if zh else "en")
        return f"“{word}”" if zh else f"'{word}'"
    return f"{value:,}" if isinstance(value, int | float) else str(value)


def _promoted(found: Explanation, zh: bool) -> str:
    return f"自 {found.row['since']} 起升级。" if zh else "Promoted on this day."


def _stayed(found: Explanation, zh: bool) -> str:
    since = found.row["since"]
    if since is None:
        return ""
    return f"自 {since} 起保持该等级。" if zh else f"Held since {since}."


def _kept(found: Explanation, zh: bool) -> str:
    rule = found.row["rule"]
    if zh:
        return f"因保级条件而保留（已不满足进入条件）：{rule}。"
    return f"Kept by hysteresis: it would not be entered now, but is kept by {rule}."


def _protected(found: Explanation, zh: bool) -> str:
    why = found.policy.spec.memory.protect_while
    if zh:
        return f"条件已不满足，但受保护不降级：{why}。{_clock(found, zh)}"
    return f"No longer met, but protected while {why}.{_clock(found, zh)}"


def _held(found: Explanation, zh: bool) -> str:
    days, _ = memory_days(found)
    until = found.row["since"] + timedelta(days=days)
    if zh:
        return f"条件已不满足；最短保留期到 {until} 为止。{_clock(found, zh)}"
    said = f"No longer met, but held until {until}: {days} days at least."
    return said + _clock(found, zh)


def _never(found: Explanation, zh: bool) -> str:
    return (
        "条件已不满足；该政策从不降级。"
        if zh
        else "No longer met, but this policy never takes a tier away."
    )


def _in_grace(found: Explanation, zh: bool) -> str:
    until = found.row["grace_until"]
    lower = found.title(found.row["entered_tier"], zh)
    if zh:
        return f"条件已不满足，宽限期到 {until} 为止；现有数据对应“{lower}”。"
    return f"No longer met, in grace until {until}; by the numbers it would be {lower}."


def _downgraded(found: Explanation, zh: bool) -> str:
    before = found.title(found.row["previous_tier"], zh)
    if zh:
        return f"由“{before}”降级：其条件与宽限期均已结束。"
    return f"Downgraded from {before}, whose conditions and grace had ended."


def _clock(found: Explanation, zh: bool) -> str:
    until = found.row["grace_until"]
    if until is None:
        return ""
    return f"宽限期到 {until} 为止。" if zh else f" Its grace ends on {until}."
