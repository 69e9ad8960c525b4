"""An explanation in, the letter to the customer out: what they have and how to go on.

A letter speaks of what the customer knows and can do: tier, benefits, days, orders and
money. It names no model, no probability, no other customer, and promises nothing that
the policy does not give.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from workbench.delivery.letter_days import deciding, last_day_of_way, windows_of
from workbench.delivery.letter_words import LetterWords

if TYPE_CHECKING:
    from workbench.delivery.explanation import Explanation
    from workbench.policy import Way

_MOST_WAYS = 2
_WITHOUT_LIMIT = ("The level stays yours.", "这个等级一直属于您。")
_END = {
    True: ("Thank you for shopping with us.", "感谢您的光临。"),
    False: ("We look forward to your first order.", "期待您的首次光临。"),
}
_HABITS = ("you go on shopping as you do", "您保持目前的购物习惯")


def letter(found: Explanation, lang: str = "en") -> str:
    """Return the letter in ``en`` or ``zh``: paragraphs, a blank line between them."""
    words = letter_words(found, lang)
    told = (_held, _benefits, _up, _kept, _counted)
    begin = "尊敬的顾客：" if words.zh else "Dear customer,"
    end = _END[bool(found.scores.get("first_ordered_on"))][words.zh]
    parts = [text for tell in told if (text := tell(found, words))]
    return "\n\n".join([begin, *parts, end]) + "\n"


def letter_words(found: Explanation, lang: str) -> LetterWords:
    """Return the words of a customer's letter."""
    scores = found.scores
    since = scores.get("joined_on") or scores.get("first_ordered_on")
    measures = {one.name: one for one in found.policy.measures}
    return LetterWords(lang, found.currency, found.as_of, since, measures)


def _held(found: Explanation, words: LetterWords) -> str:
    title, since = found.title(found.tier, words.zh), found.row["since"]
    new = found.row["movement"] == "new" or since is None
    if words.zh:
        when = "" if new else f"，自{words.day(since)}起"
        return f"您在本店的等级是“{title}”{when}。"
    when = "" if new else f", since {words.day(since)}"
    return f"Your level with us is {title}{when}."


def _benefits(found: Explanation, words: LetterWords) -> str:
    plan = found.spec.plan
    listed = "\n".join(f"- {text[words.lang]}" for text in plan.benefits)
    if words.zh:
        return f"您享有的权益：\n{listed}\n- 服务：{plan.service.zh}"
    return f"What it brings you:\n{listed}\n- Service: {plan.service.en}"


def _up(found: Explanation, words: LetterWords) -> str:
    """Say the nearest ways up that the customer can go, or honestly that none is so."""
    change = found.counterfactual
    if found.tier == found.policy.tiers[0]:
        return (
            "这是本店的最高等级。" if words.zh else "This is the highest level we have."
        )
    ways = [way for way in change.up if _is_doable(way.changes, words)]
    ways = [way for way in ways if not _comes_too_late(way, found, words)]
    better = change.better or found.policy.tiers[0]
    if not ways:
        return _looks_at_more(found.title(better, words.zh), words)
    own = [way for way in ways if way.tier == better] or ways
    tier = own[0].tier
    until = last_day_of_way(found, tier)
    listed = [words.steps(w.changes, until) for w in own if w.tier == tier]
    listed = listed[:_MOST_WAYS]
    said = list(dict.fromkeys(listed))
    title = found.title(tier, words.zh)
    if words.zh:
        return f"升级到“{title}”，您只需{'；或者'.join(said)}。"
    return f"You reach {title} with {', or with '.join(said)}."


def _looks_at_more(title: str, words: LetterWords) -> str:
    if words.zh:
        return (
            f"再上一级是“{title}”。这一级还会看您购物的规律与近况，"
            "因此我们无法承诺某个金额或次数就一定能达到。"
        )
    return (
        f"The next level is {title}. It also looks at how regularly and how lately you "
        "shop, so there is no single amount that we could promise to lead there."
    )


def _kept(found: Explanation, words: LetterWords) -> str:
    """Say what would lose the tier, and until when it is safe."""
    if found.tier == found.policy.tiers[-1]:
        return (
            "这个等级没有任何保级条件。"
            if words.zh
            else "There is nothing that you have to do to keep this level."
        )
    if found.policy.spec.memory.downgrade == "never":
        return (
            "达到的等级永久保留。"
            if words.zh
            else "A level once reached is yours for good."
        )
    safe = _safe_until(found, words)
    if found.counterfactual.is_open:
        return _open(found, words, safe)
    limits = _limits(found, words)
    grace = _grace(found, words)
    return ("" if words.zh else " ").join(filter(None, [limits, safe, grace]))


def _open(found: Explanation, words: LetterWords, safe: str) -> str:
    """Say that memory alone holds the tier, and how to hold it beyond."""
    ways = [w for w in found.counterfactual.back if _is_doable(w.changes, words)]
    until = last_day_of_way(found, found.tier)
    again = words.steps(ways[0].changes, until) if ways else ""
    if words.zh:
        back = f"若要继续保留，您只需{again}。" if again else ""
        return f"目前您暂未满足这个等级的条件。{safe}{back}"
    back = f" To keep it beyond that: {again}." if again else ""
    return f"At present the conditions of your level are not met. {safe}{back}"


def _limits(found: Explanation, words: LetterWords) -> str:
    """Say what has to last, where it is something that the customer knows."""
    limits = [
        [words.limit(change) for change in way.changes]
        for way in found.counterfactual.down
        if any(words.can_fall(change) for change in way.changes)
        and not any(words.is_registered(change) for change in way.changes)
    ]
    if not limits:
        return _WITHOUT_LIMIT[words.zh]
    known = [one for one in limits if one and all(one)]
    either, both = (" 或 ", "，且") if words.zh else (" or ", ", and ")
    said = [either.join(filter(None, one)) for one in known]
    if len(known) < len(limits) or not known:
        said.append(_HABITS[words.zh])
    anew = _anew(found, words)
    if words.zh:
        return f"只要{both.join(said)}，这个等级就一直属于您。{anew}"
    return f"The level stays yours as long as {both.join(said)}.{anew}"


def _anew(found: Explanation, words: LetterWords) -> str:
    """Say on which day the limits' counts begin anew, where the calendar does so."""
    changes = [change for way in found.counterfactual.down for change in way.changes]
    days = {day for change in changes if (day := words.begins_anew(change))}
    if not days:
        return ""
    first = words.day(min(days))
    if words.zh:
        return f"自{first}起重新累计。"
    return f" That is counted anew from {first} on."


def _safe_until(found: Explanation, words: LetterWords) -> str:
    """Say until which day nothing can take the tier, as far as days tell it."""
    day = safe_day(found)
    if found.row["movement"] == "protected" and day is None:
        return (
            "目前不会降级。"
            if words.zh
            else "For the time being it is not taken from you."
        )
    if day is None:
        return ""
    if words.zh:
        return f"至少到{words.day(day)}为止，这个等级不会变动。"
    return f"Whatever happens, it is yours until {words.day(day)} at least."


def safe_day(found: Explanation) -> date | None:
    """Return the last day on which neither hold nor grace lets the tier go.

    None where no day is ahead. Who still meets the conditions has the whole grace
    before them from the first day on which they do not.
    """
    hold, grace = memory_days(found)
    ends = []
    if found.row["since"] is not None and hold:
        ends.append(found.row["since"] + timedelta(days=hold))
    if found.row["grace_until"] is not None:
        ends.append(found.row["grace_until"])
    elif grace and not found.counterfactual.is_open:
        ends.append(found.as_of + timedelta(days=1 + grace))
    last = max(ends, default=found.as_of) - timedelta(days=1)
    return last if last > found.as_of else None


def memory_days(found: Explanation) -> tuple[int, int]:
    """Return the days of hold and of grace that count for the held tier."""
    memory, tier = found.policy.spec.memory, found.spec
    hold = tier.minimum_hold_days
    hold = memory.minimum_hold_days if hold is None else hold
    grace = memory.grace_days if tier.grace_days is None else tier.grace_days
    return hold, grace


def _grace(found: Explanation, words: LetterWords) -> str:
    _, grace = memory_days(found)
    if not grace:
        return ""
    if words.zh:
        return f"若某天不再满足条件，等级仍会保留{grace}天。"
    return f"Should it ever fall short, the level stays for {grace} more days."


def _counted(found: Explanation, words: LetterWords) -> str:
    """Say as of when, and that what is too old no longer counts."""
    day = words.day(found.as_of)
    said = (
        f"以上按截至{day}的情况计算。"
        if words.zh
        else f"All of this is as things stand on {day}."
    )
    if found.currency is not None:
        said += (
            f"金额单位为{found.currency}，以其他货币支付的已折算。"
            if words.zh
            else f" Amounts are in {found.currency}; what you paid in another currency "
            "is converted."
        )
    windows = windows_of(found.policy, _looked_at(found))
    if not windows:
        return said
    days = (" or ", "、")[words.zh].join(map(str, windows))
    if words.zh:
        return f"{said}超过{days}天的购买不再计入。"
    return f"{said} Purchases that are {days} days old or older no longer count."


def _looked_at(found: Explanation) -> list[str]:
    """Return the columns that decide about the held tier and the better ones."""
    place = found.policy.tiers.index(found.tier)
    return [
        name
        for tier in found.policy.tiers[: place + 1]
        for name in deciding(found.policy, tier, kept=tier == found.tier)
    ]


def _is_doable(changes: Iterable, words: LetterWords) -> bool:
    """Whether the customer can bring all of it about, by buying or by staying."""
    return all(words.is_doable(change) for change in changes)


def _comes_too_late(way: Way, found: Explanation, words: LetterWords) -> bool:
    """Whether what has to be waited for comes after what was bought is too old."""
    until = last_day_of_way(found, way.tier)
    waits = [words.waits_until(change) for change in way.changes]
    return until is not None and any(day > until for day in waits if day is not None)


def ways_of(found: Explanation, lang: str) -> list[str]:
    """Return the ways up that a customer can go, in the words of a letter."""
    words = letter_words(found, lang)
    ways: list[Way] = list(found.counterfactual.up)
    return [
        words.steps(way.changes, last_day_of_way(found, way.tier))
        for way in ways
        if _is_doable(way.changes, words) and not _comes_too_late(way, found, words)
    ]
