import warnings

import numpy as np
import pandas as pd
import pytest

from workbench.errors import (
    BadColumns,
    BadValues,
    FewRepeaters,
    FreeSpend,
    GateRefused,
    NotEnoughData,
    OneCohort,
    ShortHistory,
    UnfitData,
    UnitMismatch,
    UnknownName,
)
from workbench.evaluation import (
    Quality,
    clv_checks,
    clv_doubts,
    judge_quality,
    require_bearable,
)
from workbench.evaluation.before_fit import LIMITS
from workbench.evaluation.readiness import NEEDS
from workbench.features import btyd_table
from workbench.ingest import Mapping, ingest, open_store
from workbench.models import BGNBD, GammaGamma
from workbench.window import Window


def _shop(n=200, joining_days=300, once=0.5, silent_days=0, free=0):
    """Return n customers who joined one after the other, a year before the end."""
    age = 365 - np.linspace(0, joining_days, n)
    repeats = np.arange(n) >= once * n
    customers = pd.DataFrame(
        {
            "frequency": np.where(repeats, 3, 0),
            "recency_days": np.where(repeats, age - silent_days, 0.0),
            "age_days": age,
            "mean_repeat_value": np.where(repeats, 10.0, 0.0),
        }
    )
    customers.loc[n - free :, "mean_repeat_value"] = 0.0
    return customers


def _said(customers):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        clv_doubts(customers)
    return {w.category: str(w.message) for w in caught}


def test_a_shop_that_keeps_every_limit_is_not_doubted():
    assert _said(_shop()) == {}
    checks = clv_checks(_shop())
    assert checks["says"].unique().tolist() == ["kept"]
    assert checks.columns.tolist() == ["found", "doubted", "refused", "says", "why"]
    assert checks.loc["joining days", ["found", "doubted"]].tolist() == [
        "271.4",
        "below 90",
    ]


def test_limits_of_the_stores_quality_are_the_same_here():
    needs = {need.total: need.limit for need in NEEDS if "clv" in need.uses}
    here = {limit.name: limit.doubted for limit in LIMITS}
    for name in ("repeat_customers", "share_one_time", "history_days"):
        assert here[name] == needs[name]


@pytest.mark.parametrize(
    ("change", "doubt", "words"),
    [
        ({"n": 198}, FewRepeaters, "99 customers came back, expected at least 100"),
        ({"n": 2000, "once": 0.905}, FewRepeaters, r"90\.5% of the customers"),
        ({"joining_days": 80}, OneCohort, r"within 72\.\d days \(10\.\d weeks\)"),
        ({"free": 5}, FreeSpend, "5 of 100 customers who came back paid nothing"),
    ],
)
def test_each_limit_has_a_doubt_of_its_own(change, doubt, words):
    with pytest.warns(doubt, match=words) as caught:
        checks = clv_doubts(_shop(**change))
    assert len(caught) == 1 and str(caught[0].message).endswith(doubt.cure)
    assert (checks["says"] == doubt.code).sum() == 1


def test_a_short_history_is_that_between_the_first_and_the_last_purchase():
    said = _said(_shop(joining_days=150, silent_days=200))
    assert list(said) == [ShortHistory]
    assert "lie 165 days apart, expected at least 180" in said[ShortHistory]


def test_cdnow_is_one_cohort_of_a_quarter(cdnow):
    customers = btyd_table(cdnow, Window("1998-06-30", 273)).execute()
    said = _said(customers)
    assert list(said) == [OneCohort, FreeSpend]
    assert "within 74 days (10.6 weeks)" in said[OneCohort]
    assert "1 of 11516 customers" in said[FreeSpend]


def test_weeks_and_weights_give_the_same():
    days = _shop(joining_days=80, free=10)
    times = {name: days[name] / 7 for name in ("recency_days", "age_days")}
    weeks = days.assign(**times, time_unit="W")
    assert clv_checks(weeks, "W").equals(clv_checks(days))
    doubled = pd.concat([days, days])
    weighted = clv_checks(days.assign(n_customers=2))
    assert weighted.equals(clv_checks(doubled))


def test_too_much_free_spend_is_refused():
    customers = _shop(free=21)
    assert clv_checks(customers).loc["share free spend", "says"] == "refused"
    with pytest.raises(GateRefused, match="21 of 100 .* refused above 20%"):
        clv_doubts(customers)


@pytest.mark.parametrize(
    ("customers", "error", "words"),
    [
        (_shop().iloc[:0], NotEnoughData, "found an empty frame"),
        (_shop().iloc[[150]], NotEnoughData, "found 1 of 1"),
        (_shop().iloc[:99], NotEnoughData, "found 0 of 99"),
        (_shop().assign(time_unit="W"), UnitMismatch, "time_unit='D'"),
        (_shop().assign(time_unit=["D"] * 199 + ["W"]), UnitMismatch, "'D', 'W'"),
        (_shop().drop(columns="age_days"), BadColumns, "missing age_days"),
        (_shop().drop(columns="mean_repeat_value"), BadColumns, "mean_repeat_value"),
        (_shop().assign(frequency="often"), BadColumns, "must be numbers"),
        (_shop().assign(mean_repeat_value=-1.0), BadValues, "found 200 of 200"),
        (_shop().assign(mean_repeat_value=np.nan), BadValues, "finite"),
    ],
)
def test_what_cannot_be_used_is_refused_before_any_number(customers, error, words):
    with pytest.raises(error, match=words):
        clv_doubts(customers)


def _joined(n_customers, n_orders, first="2025-01-01"):
    """Return rows of customers who buy every fifth day, from their own day on."""
    start = pd.Timestamp(first)
    return [
        (f"c{c}", (start + pd.Timedelta(days=c % 200 + 5 * o)).date().isoformat(), 10)
        for c in range(n_customers)
        for o in range(n_orders)
    ]


@pytest.mark.parametrize(
    ("rows", "error", "words"),
    [
        (_joined(50, 1), NotEnoughData, "found 0 of 50"),
        (_joined(1, 5), NotEnoughData, "found 1 of 1"),
        (_joined(50, 3, first="2030-01-01"), NotEnoughData, "found an empty frame"),
    ],
)
def test_on_the_way_of_the_notebook_too_little_is_refused(
    clean_table, rows, error, words
):
    customers = btyd_table(clean_table(rows), Window("2026-06-30", 90)).execute()
    for step in (clv_doubts, BGNBD().fit, GammaGamma().fit):
        with pytest.raises(error, match=words):
            step(customers)


def test_on_the_way_of_the_notebook_mixed_units_are_refused(clean_table):
    table, window = clean_table(_joined(50, 3)), Window("2026-06-30", 90)
    weeks = btyd_table(table, window, time_unit="W").execute()
    both = pd.concat([weeks, btyd_table(table, window).execute()])
    for customers, found in ((weeks, "'W'"), (both, "'D', 'W'")):
        for step in (clv_doubts, BGNBD().fit):
            with pytest.raises(UnitMismatch, match=found):
                step(customers)


def test_a_store_that_cannot_bear_it_is_refused_before_any_fit(tmp_path):
    lines = [f"{c},{day},{value}" for c, day, value in _joined(60, 3)]
    file = tmp_path / "shop.csv"
    file.write_text("customer_id,ordered_at,amount\n" + "\n".join(lines) + "\n")
    ingest(file, into=tmp_path / "shop", mapping=Mapping(least_of_usual=0.0))
    quality = Quality(open_store(tmp_path / "shop"), Window("2025-07-31", 90))
    with pytest.raises(UnfitData, match=r"CLV: customers: 60 \(at least 500\)") as no:
        require_bearable(judge_quality(quality.totals), "clv")
    assert no.value.exit_code == 3


def test_an_unknown_time_unit_is_refused():
    with pytest.raises(UnknownName, match="no time unit 'M'"):
        clv_checks(_shop(), "M")
