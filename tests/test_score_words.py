"""What a score column may hold, held against the score table of a shop."""

from __future__ import annotations

import ibis
import pyarrow as pa
import pytest

from workbench.delivery import ScoringSettings
from workbench.measure_words import QUANTITIES, Measure
from workbench.policy.conditions import Condition
from workbench.policy.expressions import holds
from workbench.policy.reading import Place
from workbench.score_words import (
    SCORES,
    family_of,
    measure_column,
    score_column,
    score_facts,
)

SCHEMA = ScoringSettings(stages_sha256="x").schema()


def parsed(text):
    return Condition.parse(text, Place("f", text, 0, len(text)))


def test_every_column_of_the_scores_is_listed_with_its_type():
    for field in SCHEMA:
        if field.name not in ("customer_id", "as_of"):
            column = score_column(field.name)
            assert column is not None, field.name
            assert column.type == field.type


def test_every_listed_column_is_one_of_the_scores():
    families = {family_of(name) for name in SCHEMA.names}
    assert {one.name for one in SCORES} == families - {"customer_id", "as_of"}


def test_every_measure_is_a_column():
    for one in QUANTITIES:
        assert measure_column(Measure("m", one.name)).type == one.type


def facts(names, *measures):
    return set(score_facts(names, measures))


def test_a_shorter_window_never_has_more():
    found = facts(
        ["spend", "spend_365d", "net_spend_365d"],
        Measure("recent", "spend", "90d"),
        Measure("this_year", "spend", "calendar_year"),
        Measure("net_this_year", "net_spend", "calendar_year"),
    )
    assert "spend_365d <= spend" in found
    assert "recent <= spend_365d" in found
    assert "net_spend_365d <= spend_365d" in found
    assert "net_this_year <= this_year" in found
    assert not any("this_year <= spend" in one for one in found)
    assert "spend <= spend_365d" not in found


@pytest.mark.parametrize(
    ("row", "fact"),
    [
        ({"status": "prospect", "purchase_days": 3}, "or purchase_days is null"),
        ({"status": "lapsed", "p_churn_90d": 0.5}, "or p_churn_90d is null"),
        ({"status": "lapsed", "r_score": None}, "or r_score is not null"),
    ],
)
def test_who_could_not_be_contradicts_a_fact(row, fact):
    names = [*row]
    (said,) = [one for one in score_facts(names, []) if one.endswith(fact)]
    schema = pa.schema([(name, SCHEMA.field(name).type) for name in names])
    table = ibis.memtable(pa.Table.from_pylist([row], schema=schema))
    found = table.select(x=holds(parsed(said), table)).to_pyarrow()["x"].to_pylist()
    assert found == [False]
