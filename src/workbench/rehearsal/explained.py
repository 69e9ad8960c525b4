"""A rehearsal in, what its figures mean and how far they bear, a line each, out.

In English and Chinese, for whoever did not make the workbench.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from workbench.rehearsal.moves import FLICKER_DAYS
from workbench.rehearsal.turns import turn_days

if TYPE_CHECKING:
    from workbench.policy import PolicySpec
    from workbench.rehearsal.figure_tables import Figures
    from workbench.rehearsal.replayed import Replay

#: What each table counts, in English and Chinese; see ``table_explained``.
TABLES: Mapping[str, tuple[str, str]] = {
    "overview": (
        "Flicker: customers who went up and down, or down and up, within {flicker} "
        "days. Stood too low: the same models and cut points gave a better tier "
        "{horizon} days later; too high: a lower one.",
        "反复升降：{flicker} 天内先升后降或先降后升的顾客。等级偏低：{horizon} 天后，"
        "同样的模型与分界给出更高的等级；等级偏高：给出更低的等级。",
    ),
    "by_tier": (
        "Customers: mean of the {n_days} days. Net spend: of the {every} days after "
        "each. Stayed away: no purchase in the {horizon} days after, of those who had "
        "bought recently enough to be lost.",
        "顾客数：{n_days} 次的平均。净消费额：每次之后 {every} 天内。后续流失：其后 "
        "{horizon} 天未购买者，占此前仍活跃的顾客。",
    ),
    "prices": (
        "The same policy played again without one part of its memory. Without any: "
        "everybody has the tier whose condition holds on the day. A day of grace: one "
        "customer kept in a tier for a day by grace alone. A part whose absence "
        "changes nothing may stand behind another: long grace spares whom hysteresis "
        "would.",
        "同一方案，去掉记忆的一部分后重演。完全无记忆：等级只看当日条件。宽限日："
        "一位顾客仅凭宽限期多保留一天等级。去掉后毫无变化的部分，可能被另一部分遮蔽："
        "较长的宽限期已保住保级条件所保之人。",
    ),
    "misjudgement": (
        "Counted on every day on which models and cut points were learned and after "
        "which {horizon} days have come to their end ({judged} of them): a customer "
        "counts once on each.",
        "统计于学习模型与分界、且其后 {horizon} 天已结束的日期（共 {judged} 个）："
        "每位顾客在每个日期各计一次。",
    ),
    "proved": (
        "Counted as above. Proved: the tier that the same models and "
        "cut points give at the end of the {horizon} days.",
        "统计方式同上。证实：{horizon} 天结束时，同样的模型与分界给出的等级。",
    ),
    "move_causes": (
        "By new models and cut points: who would have stood still with those of the "
        "day before. By the calendar: who fell short from the day on which a calendar "
        "year or quarter began and its measure was 0 again. The rest changed "
        "themselves.",
        "因新模型与新分界：若沿用前次的则不会变动者。因日历：自新的年度或季度开始、"
        "指标归零之日起不再达标者。其余为顾客自身行为的变化。",
    ),
    "tier_counts": (
        "Counts of one to nine are not shown.",
        "一至九位的数目不予显示。",
    ),
}


def table_explained(name: str, replay: Replay, lang: str = "en") -> str:
    """Return what one of the tables counts."""
    return TABLES[name][lang == "zh"].format(
        flicker=FLICKER_DAYS,
        horizon=replay.horizon_days,
        every=replay.rhythm.every_days,
        n_days=len(replay.rhythm.days),
        judged=replay.judged_days,
    )


def bearing_told(
    name: str, one: Figures, replay: Replay, lang: str = "en"
) -> list[str]:
    """Return how far a policy's figures bear: its calendar, and its long memory."""
    found, zh = [], lang == "zh"
    causes = one.move_causes
    turns = turn_days(replay.policies[name], replay.rhythm.days)
    by_calendar = causes["by_calendar"].sum()
    if turns and by_calendar:
        found.append(
            _CALENDAR[zh].format(
                policy=name,
                turns=", ".join(map(str, turns)),
                n=by_calendar,
                moved=causes["moved"].sum(),
            )
        )
    spared = spared_days(replay.policies[name].spec)
    span = (replay.rhythm.days[-1] - replay.rhythm.days[0]).days
    if spared >= FLICKER_DAYS:
        found.append(_LONG[zh].format(policy=name, n=spared, flicker=FLICKER_DAYS))
    if spared >= span:
        found.append(_SHORT[zh].format(policy=name, n=spared, span=span))
    return found


def spared_days(spec: PolicySpec) -> int:
    """Return how long everybody keeps a tier at least, whatever they do [days].

    Grace and minimum hold of the tier that spares least; the last tier spares nobody.
    """
    memory = spec.memory
    return min(
        max(
            memory.grace_days if tier.grace_days is None else tier.grace_days,
            memory.minimum_hold_days
            if tier.minimum_hold_days is None
            else tier.minimum_hold_days,
        )
        for tier in spec.tiers[:-1]
    )


_CALENDAR = (
    "{policy}: {n:,.0f} of {moved:,.0f} moves are the calendar's: a new year or "
    "quarter began by {turns}, a measure was 0 again, and those customers fell, at "
    "once or when their hold and grace ended. Whether they also changed is not told.",
    "{policy}：{moved:,.0f} 次变动中有 {n:,.0f} 次源于日历：新的年度或季度（{turns}）"
    "开始，指标归零，这些顾客当即或在持有期与宽限期届满后降级；其行为是否也有变化，未作区分。",
)
_LONG = (
    "{policy} keeps every tier for {n} days at least, so nobody can go up and down "
    "within {flicker} days: little flicker follows from the rule itself, and is no "
    "finding.",
    "{policy} 的等级至少保留 {n} 天，因此无人能在 {flicker} 天内先升后降：反复少源于"
    "规则本身，并非发现。",
)
_SHORT = (
    "{policy}: the {span} days played are no longer than the {n} days for which every "
    "tier is kept. Whoever rose in them cannot fall in them: take a longer span "
    "before you judge what the memory brings and costs.",
    "{policy}：重演的 {span} 天不长于等级至少保留的 {n} 天，期间升级者不可能在期间"
    "降级；请加长时段，再判断记忆的收益与代价。",
)
