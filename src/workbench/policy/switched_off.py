"""What a policy asks for and the shop does not have, in one line each for people."""

from __future__ import annotations

from workbench.policy.cuts import Cuts
from workbench.policy.numbers import cut_points
from workbench.policy.spec import PolicySpec

_WORDS = {
    "part": (
        "value score '{of}' counts without '{column}': nobody had any on the day that "
        "its full mark was learned",
        "价值分“{of}”未计入“{column}”：学习满分值当日无人有此数据",
    ),
    "point": (
        "cut point '{of}' has no number: nobody had '{column}', so no comparison with "
        "it holds",
        "分界点“{of}”没有数值：无人有“{column}”，与其比较的条件均不成立",
    ),
}


def switched_off(spec: PolicySpec, cuts: Cuts, lang: str = "en") -> list[str]:
    """Return a line for each number that nothing could be learned for.

    Parameters
    ----------
    spec, cuts
        A policy and its numbers.
    lang
        ``en`` or ``zh``.
    """
    columns = {point: spec.cuts[cut].column for point, cut, _ in cut_points(spec)}
    lines = []
    for name in cuts.absent:
        score, _, part = name.partition(".")
        words = _WORDS["part" if part else "point"][lang == "zh"]
        lines.append(words.format(of=score, column=part or columns[name]))
    return lines
