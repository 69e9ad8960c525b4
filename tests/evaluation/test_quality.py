from datetime import UTC, datetime

import pytest

from workbench.evaluation import Quality, judge_quality
from workbench.ingest import Mapping, ingest, open_store
from workbench.window import Window

HEADER = "customer_id,ordered_at,amount\n"
MAPPING = Mapping(
    currency="CNY",
    returns="negative_amount",
    max_quarantined=1.0,
    max_missing_customer=1.0,
)


@pytest.fixture
def store(tmp_path):
    """Make a store from loads, each a list of lines ``customer,day,amount``."""

    def make(*loads):
        for number, lines in enumerate(loads):
            file = tmp_path / f"{number}.csv"
            file.write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")
            at = datetime(2026, 11, 1, number, tzinfo=UTC)
            ingest(file, into=tmp_path / "store", mapping=MAPPING, loaded_at=at)
        return open_store(tmp_path / "store")

    return make


def _busy(month, customers=range(30), days=range(1, 29), amount=10):
    return [
        f"c{c},2026-{month:02d}-{day:02d},{amount + c}"
        for c in customers
        for day in days
    ]


def test_the_totals_of_one_small_load_read_by_eye(store):
    lines = [
        "ann,2026-01-05,10",
        "ann,2026-01-05,10",
        "bob,2026-01-05,5",
        "bob,2026-01-09,-6",
        ",2026-01-09,1",
        "cat,none,1",
    ]
    totals = Quality(store(lines), Window("2026-01-10", 2)).totals
    expected = {
        "rows": 4,
        "customers": 2,
        "repeat_customers": 0,
        "history_days": 0,
        "days_before_origin": 0,
        "share_repeated": 0.25,
        "share_lost": 1 / 6,
        "share_without_customer": 1 / 6,
        "share_net_below_zero": 0.5,
        "longest_gap_days": 5,
        "share_silent_days": 0.0,
        "share_late": None,
        "psi": None,
    }
    assert {name: totals[name] for name in expected} == expected


def test_the_horizon_is_taken_from_the_history(store):
    snapshot = store(["ann,2026-01-01,1", "ann,2026-04-11,1"])
    totals = Quality(snapshot, Window("2026-04-11", 30)).totals
    assert totals["history_days"] == 100
    assert (totals["days_before_origin"], totals["days_before_fit"]) == (70, 40)


def test_a_first_load_has_nothing_to_compare(store):
    quality = Quality(store(_busy(1)), Window("2026-01-28"))
    assert quality.comparison == "First load: nothing to compare with yet."
    assert quality.amount_bins.empty and quality.psi is None


def test_the_newest_load_is_compared_and_its_late_rows_counted(store):
    late = ["c1,2026-01-03,7"] * 40
    snapshot = store(_busy(1), [*_busy(2), *late])
    quality = Quality(snapshot, Window("2026-02-28"))
    assert quality.totals["share_late"] == pytest.approx(40 / (840 + 40))
    assert quality.psi == pytest.approx(0, abs=0.001)
    assert quality.comparison == (
        "Load 2, 2026-02-01 to 2026-02-28, beside all since 2026-01-01."
    )
    assert quality.amount_bins["newest"].sum() == 840


def test_another_unit_of_amounts_is_a_large_change(store):
    snapshot = store(_busy(1), _busy(2, amount=1000))
    quality = Quality(snapshot, Window("2026-02-28"))
    assert quality.psi > 0.25
    verdicts = judge_quality(quality.totals)
    assert not {c.name: c.passed for c in verdicts["clv"].checks}["psi"]


def test_fewer_than_450_lines_are_too_few_for_an_index(store):
    snapshot = store(_busy(1), _busy(2, days=range(1, 15)))
    quality = Quality(snapshot, Window("2026-02-28"))
    assert len(quality.drift) == 2
    assert quality.psi is None and quality.amount_bins.empty


def test_a_load_of_fewer_than_ten_customers_is_not_shown(store):
    quality = Quality(store(_busy(1), _busy(2, range(9))), Window("2026-02-28"))
    assert quality.drift.index.tolist() == ["before"]
    assert quality.comparison == (
        "Load 2 brought fewer than 10 customers in time: not compared."
    )


def test_a_backfill_does_not_count_as_lateness(store):
    quality = Quality(store(_busy(2), _busy(1)), Window("2026-02-28"))
    assert quality.loads["share_late"].tolist() == [0, 1]
    assert quality.totals["share_late"] is None


def test_no_table_has_a_group_under_ten(store):
    lines = _busy(1, range(12), range(1, 3)) + ["rich,2026-01-02,98765"]
    quality = Quality(store(lines), Window("2026-01-10"))
    for table in (quality.deciles, quality.value_bars, quality.promotions):
        assert (table["customers"] >= 10).all()
    assert "98765" not in quality.value_quantiles.to_csv()
    assert "98765" not in quality.deciles.to_csv() + quality.value_bars.to_csv()


def test_columns_that_are_not_here_are_named(store):
    cells = Quality(store(["ann,2026-01-05,10"]), Window("2026-01-05")).completeness
    assert cells.loc["amount", "share"] == 1
    assert cells.isna().loc["brand", "share"]


def test_oddities_are_counted(store):
    lines = ["ann,2026-01-05,10"] * 3 + ["bob,2026-01-06,0", "bob,2026-01-07,-4"]
    counts = Quality(store(lines), Window("2026-01-31")).oddities["count"]
    assert counts.to_dict() == {
        "lines that repeat another": 2,
        "lines of amount zero": 1,
        "lines of 10,000 times the median": 0,
        "returns": 1,
        "returns before any purchase": 0,
        "customers who got back more than they paid": 1,
    }


def test_the_stores_own_calendar_counts(store):
    snapshot = store([f"c{n},2026-01-0{day},10" for n in range(12) for day in (5, 6)])
    text = "days:\n  - {name: Ours, from: 2026-01-06, to: 2026-01-07}\n"
    (snapshot.home / "promotion_days.yaml").write_text(text, encoding="utf-8")
    quality = Quality(snapshot, Window("2026-01-08"))
    assert quality.promotions.loc["Ours", "share_of_spend"] == 0.5
    assert quality.promotion_shares["share_of_days"] == 0.5
    assert quality.days["is_promotion"].tolist() == [False, True, True, False]


def test_a_markets_promotion_is_of_its_own_lines_and_its_own_days(tmp_path):
    """Both shops sell at 23:30 of the 5th: in UTC one of them on the 6th."""
    lines = [
        f"{market}{n},2026-01-{day:02d} 23:30,10,{market}"
        for n in range(12)
        for day in (4, 5)
        for market in ("CN", "US")
    ]
    file = tmp_path / "two.csv"
    text = "\n".join([HEADER.strip() + ",market", *lines]) + "\n"
    file.write_text(text, encoding="utf-8")
    zones = {"CN": "Asia/Shanghai", "US": "America/New_York"}
    mapping = Mapping(markets={name: {"time_zone": zones[name]} for name in zones})
    at = datetime(2026, 11, 1, tzinfo=UTC)
    ingest(file, into=tmp_path / "store", mapping=mapping, loaded_at=at)
    snapshot = open_store(tmp_path / "store")
    days = "  - {name: %s, from: 2026-01-%s, to: 2026-01-%s, market: %s}\n"
    spans = [("Here", "05", "05", "US"), ("There", "05", "06", "CN")]
    spans += [("Nowhere", "04", "04", "SG")]
    calendar = "days:\n" + "".join(days % span for span in spans)
    (snapshot.home / "promotion_days.yaml").write_text(calendar, encoding="utf-8")
    quality = Quality(snapshot, Window("2026-01-06"))
    assert quality.promotions["spend"].to_dict() == {"Here": 120.0, "There": 120.0}
    assert quality.promotions["days"].to_dict() == {"Here": 1, "There": 1}
    assert quality.promotion_shares["share_of_spend"] == 0.5
    assert quality.days["is_promotion"].tolist() == [False, True, True]
