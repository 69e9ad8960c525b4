from datetime import timedelta

import pytest

from workbench.evaluation import TableQuality
from workbench.evaluation.table_quality import EMPTY_HAS_A_MEANING
from workbench.shop_tables import SHOP_TABLES
from workbench.tables import TABLES
from workbench.window import Window

AS_OF = "2026-03-31"
ALL = ("transactions", *(words.name for words in SHOP_TABLES))


#: What most tests leave in the shop beside the table that they change.
FEW = ("transactions", "customers", "identities")


@pytest.fixture
def seen(tables_store, sound_shop):
    """Judge part of the sound shop, some of its tables changed; None takes one out."""

    def judge(names=FEW, lost=(), as_of=AS_OF, **changed):
        shop = {name: sound_shop[name] for name in names} | changed
        load = {name: rows for name, rows in shop.items() if rows is not None}
        return TableQuality(tables_store(load, lost=lost), Window(as_of))

    return judge


def _lines_of(quality, table):
    return [line for line in quality.switched_off if line.split()[1].startswith(table)]


def _not_simply_usable(quality):
    verdicts = quality.verdicts
    return verdicts[verdicts["verdict"] != "usable"].to_dict("index")


def test_a_sound_shop_is_usable_and_has_nothing_switched_off(seen):
    quality = seen(ALL)
    assert quality.names == [*ALL]
    assert _not_simply_usable(quality) == {}
    assert quality.switched_off == []
    assert quality.absent.empty and quality.orphan_list.empty


def test_the_overview_read_by_eye(seen):
    found = seen(ALL).overview
    events = found.loc["events"]
    assert (events["rows"], events["rows_after_as_of"], events["loads"]) == (450, 0, 1)
    assert (str(events["first_on"]), str(events["last_on"])) == (
        "2026-01-01",
        "2026-03-31",
    )
    assert (events["customers"], events["columns"]) == (12, 5)
    assert found["share_of_buyers"].dropna().to_dict() == pytest.approx(
        {
            "customers": 1.0,
            "identities": 1.0,
            "events": 0.3,
            "feedback": 0.3,
            "contacts": 0.3,
            "redemptions": 1.0,
        }
    )
    assert found["key_repeats"].dropna().to_dict() == dict.fromkeys(
        [name for name in found.index if TABLES[name].key], 0
    )


def test_a_shop_of_transactions_only_is_judged_and_says_what_is_switched_off(
    tables_store, sound_shop
):
    store = tables_store({"transactions": sound_shop["transactions"]})
    quality = TableQuality(store, Window(AS_OF))
    assert quality.verdicts["verdict"].to_dict() == {"transactions": "usable"}
    assert quality.absent.index.tolist() == [words.name for words in SHOP_TABLES]
    assert quality.absent["for"].str.len().min() > 0
    assert len(quality.switched_off) == len(SHOP_TABLES) + 2
    assert quality.orphans["share"].isna().all()
    assert quality.orphan_list.empty and quality.drift.empty
    assert set(quality.orphans_shown["orphan_rows"]) == {"not looked up"}
    assert {name: one.value for name, one in quality.measured.items()} == {
        "tables": 1,
        "tables_usable": 1,
        "orphan_rows": 0,
    }


def test_customers_are_found_by_their_further_keys(seen):
    assert not seen().orphans["orphan_rows"].any()
    lost = seen(identities=None).orphans.loc[("transactions", "customer_id")]
    assert (lost["orphan_rows"], lost["orphan_values"]) == (36, 4)


def test_what_a_missing_table_would_hold_is_not_looked_up(seen):
    quality = seen((*FEW, "events"))
    assert quality.orphans.loc[("events", "product_id")].isna()["share"]
    assert _not_simply_usable(quality) == {}
    assert [
        line for line in quality.switched_off if "products" in line.split(":")[0]
    ] == [
        "no products: categories, departments and brands by product are switched off",
        "no transactions.category or products.category: classes by interest are "
        "switched off",
        "no transactions.brand or products.brand: shares of the leading brand are "
        "switched off",
    ]


def test_one_tenth_of_orphans_casts_doubt(seen, sound_shop):
    rows = sound_shop["feedback"]
    rows = [
        row | {"customer_id": f"x{n}"} if n % 10 == 0 else row
        for n, row in enumerate(rows)
    ]
    quality = seen(feedback=rows)
    assert _not_simply_usable(quality) == {
        "feedback": {
            "verdict": "usable with doubts",
            "reasons": "orphans: 10%, customer_id (at most 5%)",
        }
    }
    found = quality.orphan_list
    assert set(found["value"]) == {f"x{n}" for n in range(0, 90, 10)}
    assert found["rows"].sum() == 9 == quality.measured["orphan_rows"].value
    assert quality.overview.isna().loc["feedback", "orphan_rows"]


def test_ids_of_another_kind_are_not_usable(seen, sound_shop):
    rows = [row | {"customer_id": "x"} for row in sound_shop["events"]]
    quality = seen(events=rows)
    assert _not_simply_usable(quality) == {
        "events": {
            "verdict": "not usable",
            "reasons": "orphans: 100%, customer_id (at most 50%); "
            "buyers it speaks of: 0 (at least 1)",
        }
    }
    assert quality.switched_off[-1:] == [
        "events not usable: do not rely on browsing and carts without purchase"
    ]


@pytest.mark.parametrize(
    ("days", "verdict"),
    [(14, {}), (15, "usable with doubts"), (56, "usable with doubts"), (57, "not us")],
)
def test_events_that_stopped_are_judged_by_their_own_rhythm(
    seen, sound_shop, days, verdict
):
    rows = sound_shop["events"]
    last = max(row["happened_on"] for row in rows) - timedelta(days=days)
    found = _not_simply_usable(
        seen(events=[row for row in rows if row["happened_on"] <= last])
    )
    assert found.get("events", {}).get("verdict", "").startswith(verdict or "")
    if days == 15:
        assert found["events"]["reasons"] == (
            "silence, in usual gaps: 2.14 (at most 2.00)"
        )
    assert bool(found) == bool(verdict)


def test_campaigns_may_be_silent_for_weeks(seen, sound_shop):
    rows = sound_shop["campaigns"]
    assert seen(campaigns=rows).totals["campaigns"]["silence_times"] == 14 / 15


def test_a_silence_of_few_days_with_rows_is_not_judged(seen, sound_shop):
    rows = sound_shop["campaigns"][:5]
    assert seen(campaigns=rows).totals["campaigns"]["silence_times"] is None


def test_rows_lost_at_the_door_cast_doubt(seen):
    names = ("transactions", "events", "feedback")
    found = _not_simply_usable(seen(names, lost={"feedback": 10, "events": 600}))
    assert found["feedback"]["reasons"] == "lost at the door: 10% (at most 5%)"
    assert found["events"]["reasons"] == "lost at the door: 57.1% (at most 50%)"
    assert found["events"]["verdict"] == "not usable"


def test_a_key_that_is_there_twice_is_counted(seen, sound_shop):
    people, answers = sound_shop["customers"], sound_shop["feedback"]
    nameless = [row | {"feedback_id": None} for row in answers]
    quality = seen(customers=[*people, people[0]], feedback=nameless)
    assert quality.overview["key_repeats"][["customers", "feedback"]].tolist() == [1, 0]
    reasons = quality.verdicts.loc["customers", "reasons"]
    assert reasons == "repeats of a key: 2.44% (at most 0.1%)"


def test_prices_of_all_markets_are_told_apart_by_their_other_keys(seen, sound_shop):
    prices = sound_shop["prices"]
    assert seen(prices=[*prices, prices[0]]).overview.loc["prices", "key_repeats"] == 1


def test_a_column_without_a_value_is_named_unless_nothing_says_something(
    seen, sound_shop
):
    rows = [row | {"nps": None, "topic": None} for row in sound_shop["feedback"]]
    quality = seen(feedback=rows)
    assert quality.verdicts.loc["feedback", "reasons"] == (
        "empty columns: 2, nps, topic (at most 0)"
    )
    assert _lines_of(quality, "feedback") == [
        "no feedback.nps: scores of recommendation (NPS) are not known (nothing here "
        "reads them yet)",
        "no feedback.topic: complaints by topic are not known (nothing here reads them "
        "yet)",
    ]


def test_the_columns_that_may_be_empty_are_those_whose_words_say_what_that_means():
    said = {
        f"{words.name}.{column.name}"
        for words in SHOP_TABLES
        for column in words.columns
        if "empty" in column.meaning and "not known" not in column.meaning
    }
    assert said == EMPTY_HAS_A_MEANING


def test_few_registered_buyers_cast_doubt(seen, sound_shop):
    quality = seen(customers=sound_shop["customers"][:30], identities=None)
    reasons = quality.verdicts.loc["customers", "reasons"]
    assert "buyers registered: 65% (at least 80%)" in reasons


def test_a_table_without_a_row_is_not_usable_and_switches_off(seen):
    quality = seen(coupons=[])
    assert quality.verdicts.loc["coupons"].to_dict() == {
        "verdict": "not usable",
        "reasons": "rows: 0 (at least 1)",
    }
    assert _lines_of(quality, "coupons")


def test_later_rows_are_counted_and_not_looked_at(seen):
    quality = seen((*FEW, "events"), as_of="2026-01-31")
    events = quality.overview.loc["events"]
    assert (events["rows"], events["rows_after_as_of"]) == (155, 295)
    assert str(events["last_on"]) == "2026-01-31"
    assert "after as_of: 65.6% (at most 50%)" in quality.verdicts.loc["events"].iat[1]


def test_a_row_whose_day_is_not_known_is_seen(seen, sound_shop):
    rows = [row | {"joined_on": None} for row in sound_shop["customers"][:10]]
    quality = seen(customers=rows + sound_shop["customers"][10:], as_of="2026-01-31")
    assert quality.overview.loc["customers", "rows"] == 10 + 6


def test_orphans_under_ten_are_counted_but_not_shown(seen, sound_shop):
    rows = sound_shop["events"]
    few = [row | {"customer_id": "x"} for row in rows[:9]]
    shown = seen(events=few + rows[9:]).orphans_shown.loc[("events", "customer_id")]
    assert shown["orphan_rows"] == shown["orphan_values"] == "<10"
    assert shown.isna()["share"] and shown["rows"] == 450
    ten = [row | {"customer_id": "x"} for row in rows[:10]]
    shown = seen(events=ten + rows[10:]).orphans_shown.loc[("events", "customer_id")]
    assert (shown["orphan_rows"], shown["share"]) == ("10", 10 / 450)


def test_groups_under_ten_customers_are_not_shown(seen, sound_shop):
    few = [row for row in sound_shop["contacts"] if row["customer_id"] < "c09"]
    customers = seen((*FEW, "events"), contacts=few).overview["customers"]
    assert customers.isna()["contacts"] and customers["events"] == 12


def test_the_first_load_has_nothing_to_compare(seen):
    assert seen().comparisons == [
        "transactions, customers, identities: First load: nothing to compare with yet."
    ]
