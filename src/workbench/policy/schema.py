"""The shape of a policy in, its JSON Schema out, by which editors complete and check.

Every key's description is the line of its docstring; so there is one text for readers
of the code and writers of policies.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from workbench.measure_words import QUANTITIES, WINDOWS
from workbench.policy.spec import PolicySpec

FILE_NAME = "policy.schema.json"
#: The first line of a policy file, which tells editors where its schema is.
FIRST_LINE = f"# yaml-language-server: $schema={FILE_NAME}"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_PARAMETERS = "\n\nParameters\n----------\n"
_EXAMPLES: Mapping[tuple[str, str], list[Any]] = {
    ("MeasureSpec", "window"): ["365d", "calendar_year"],
    ("MeasureSpec", "column"): ["language"],
    ("PointsSpec", "by_category"): [{"grocery": 2.0}],
    ("CutSpec", "column"): ["net_spend_365d"],
    ("CutSpec", "quantile"): [0.7],
    ("CutSpec", "pareto_share"): [0.8],
    ("CutSpec", "abc"): [[0.8, 0.95]],
    ("CutSpec", "among"): ["net_spend_365d > 0"],
    ("ThresholdSpec", "markets"): [{"SG": 300.0}],
    ("PartSpec", "column"): ["purchase_days_365d"],
    ("LevelSpec", "at_least"): [500, "spend_high"],
    ("GridSpec", "cells"): [{"often": {"large": "core", "small": "to_develop"}}],
    ("TierSpec", "enter"): ["net_spend_365d >= spend_high and purchase_days >= 4"],
    ("TierSpec", "keep"): ["net_spend_365d >= 0.8 * spend_high"],
    ("MemorySpec", "protect_while"): ["open_complaints > 0"],
    ("ListSpec", "when"): ["tier = 'key' and p_churn_90d > 0.5"],
    ("PolicySpec", "monotone"): [["net_spend_365d"]],
}


def policy_schema() -> dict[str, Any]:
    """Return the JSON Schema of a policy file, Draft 2020-12."""
    whole = PolicySpec.model_json_schema()
    for name, part in whole.pop("$defs").items():
        whole.setdefault("$defs", {})[name] = _described(name, part)
    _close(whole)
    measure = whole["$defs"]["MeasureSpec"]["properties"]
    measure["of"] |= {"enum": [one.name for one in QUANTITIES]}
    measure["of"]["description"] += " " + "; ".join(_quantities())
    measure["window"]["anyOf"] = [
        {"enum": list(WINDOWS)},
        {"pattern": r"^[1-9]\d{0,3}d$"},
    ]
    return {"$schema": _DIALECT} | _described("PolicySpec", whole)


def schema_text() -> str:
    """Return the JSON Schema as the text of its file."""
    return json.dumps(policy_schema(), indent=1, ensure_ascii=False) + "\n"


def _described(name: str, part: dict[str, Any]) -> dict[str, Any]:
    """Return a part with the lines of its docstring at its keys."""
    about, _, listed = part["description"].partition(_PARAMETERS)
    lines = dict(_parameters(listed))
    properties = {}
    for key, found in part["properties"].items():
        kept = {word: value for word, value in found.items() if word != "title"}
        described = {"description": lines[key], **kept}
        if (name, key) in _EXAMPLES:
            described["examples"] = _EXAMPLES[name, key]
        properties[key] = described
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.removesuffix("Spec")).lower()
    return part | {"title": words, "description": about, "properties": properties}


def _parameters(listed: str) -> Iterator[tuple[str, str]]:
    """Yield each parameter of a numpydoc section with its text in one line."""
    for found in re.finditer(r"^(\w+)\n((?:    .*(?:\n|$))+)", listed, re.MULTILINE):
        yield found.group(1), " ".join(found.group(2).split())


def _quantities() -> list[str]:
    return [f"{one.name}: {one.meaning}" for one in QUANTITIES]


def _close(part: Any) -> None:
    """Refuse names that no pattern allows, as the policy's reader does."""
    if isinstance(part, dict):
        if "patternProperties" in part:
            part["additionalProperties"] = False
        for inner in part.values():
            _close(inner)
    elif isinstance(part, list):
        for inner in part:
            _close(inner)
