from datetime import date, timedelta

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from workbench.datasets.retailer import (
    BASE,
    NAME,
    TIME_ZONE,
    Plan,
    days_file,
    write_retailer,
)
from workbench.errors import BadParameter, UnfitData, UnknownName
from workbench.evaluation import measure_uplift
from workbench.evaluation.proportions import difference, share_of
from workbench.ingest import Mapping, Origin, publish
from workbench.window import Window

MARCH, AS_OF = date(2026, 3, 1), Window("2026-06-30")


def campaign(name="A", starts_on=MARCH, **other):
    about = {
        "campaign_id": name,
        "name": f"campaign {name}",
        "starts_on": starts_on,
        "ends_on": starts_on + timedelta(days=13),
        "has_control": True,
        "treated_share": 0.5,
    }
    return about | other


def contacted(n_treated, n_control, name="A"):
    """Return contacts: t0, t1 … treated and c0, c1 … held back."""
    return [
        {"campaign_id": name, "customer_id": f"{arm}{k}", "is_treated": arm == "t"}
        for arm, n in (("t", n_treated), ("c", n_control))
        for k in range(n)
    ]


def bought(n_treated, n_control, day="2026-03-03", amount=10):
    """Return lines of the first so many of each arm."""
    arms = (("t", n_treated), ("c", n_control))
    return [(f"{arm}{k}", day, amount) for arm, n in arms for k in range(n)]


def table(rows):
    schema = dict.fromkeys(("ends_on", "starts_on", "chosen_on"), pa.date32())
    columns = {n: [row[n] for row in rows] for n in rows[0]}
    return ibis.memtable(
        pa.table({n: pa.array(v, schema.get(n)) for n, v in columns.items()})
    )


@pytest.fixture
def measure(clean_table):
    def of(lines, campaigns, contacts, window=AS_OF, **settings):
        return measure_uplift(
            clean_table(lines), table(campaigns), table(contacts), window, **settings
        )

    return of


def test_the_arms_are_compared_as_newcombe_does(measure):
    found = measure(bought(56, 48), [campaign()], contacted(70, 80))
    row = found.of("A")
    assert (row["n_treated"], row["n_control"]) == (70, 80)
    assert (row["rate_treated"], row["rate_control"]) == (0.8, 0.6)
    ends = difference(share_of(56, 70), share_of(48, 80))
    assert (row["uplift"], row["low"], row["high"]) == pytest.approx(tuple(ends))
    assert row["spend_more"] == pytest.approx(8 - 6)
    assert row["spend_low"] < 2 < row["spend_high"]


def test_one_campaign_alone_is_all_together(measure):
    found = measure(bought(56, 48), [campaign()], contacted(70, 80))
    row = found.of("A")
    ends = (row["uplift"], row["low"], row["high"])
    assert tuple(map(float, found.together)) == pytest.approx(ends)


def test_the_cost_comes_off_the_margin(measure):
    found = measure(
        bought(56, 48),
        [campaign()],
        contacted(70, 80),
        margin=0.3,
        cost_per_contact=0.25,
    )
    assert found.of("A")["net_gain"] == pytest.approx(0.3 * 2 - 0.25)


def test_a_campaign_without_control_says_nothing_of_its_effect(measure):
    about = [campaign(has_control=False, treated_share=1.0)]
    found = measure(bought(56, 0), about, contacted(70, 0))
    assert found.table.empty and found.together is None
    assert "who was chosen, not what the contact did" in found.words
    with pytest.raises(UnfitData, match="no control group"):
        found.of("A")


def test_those_who_happen_not_to_be_contacted_are_no_control_group(measure):
    """An observed difference is refused, however many were not contacted."""
    about = [campaign(has_control=None)]
    found = measure(bought(56, 48), about, contacted(70, 80))
    assert found.table.empty
    assert found.left_out["reason"].tolist()[0].startswith("no control group")


def test_a_campaign_that_runs_is_left_out_with_a_line(measure):
    found = measure(
        bought(56, 48), [campaign()], contacted(70, 80), Window("2026-03-13")
    )
    assert found.left_out["reason"].tolist() == ["its days are not over on 2026-03-13"]
    with pytest.raises(UnfitData, match="not over"):
        found.of("A")


def test_a_campaign_without_an_end_asks_for_a_horizon(measure):
    about, people = [campaign(ends_on=None)], contacted(70, 80)
    found = measure(bought(56, 48), about, people)
    assert found.left_out["reason"].tolist() == [
        "no last day is known: give horizon_days"
    ]
    assert len(measure(bought(56, 48), about, people, horizon_days=14).table) == 1


def test_a_day_of_choice_known_of_one_arm_alone_makes_no_uplift(measure):
    lines, late = bought(20, 20, "2026-03-02"), MARCH + timedelta(days=9)
    people = [
        one | {"chosen_on": late if one["is_treated"] else None}
        for one in contacted(20, 20)
    ]
    row = measure(lines, [campaign()], people).of("A")
    assert (row["rate_treated"], row["rate_control"], row["uplift"]) == (1, 1, 0)


def test_a_campaign_that_chose_after_its_end_is_left_out_with_the_cure(measure):
    late = MARCH + timedelta(days=20)
    people = [
        one | {"chosen_on": late if one["is_treated"] else MARCH}
        for one in contacted(20, 20)
    ]
    found = measure(bought(20, 20), [campaign()], people)
    assert found.table.empty
    assert "1 left out: customers were chosen after its last day" in found.words
    longer = measure(bought(20, 20), [campaign()], people, horizon_days=30)
    assert longer.of("A")["uplift"] == 0


def test_an_arm_under_ten_is_not_shown(measure):
    found = measure(bought(5, 2), [campaign()], contacted(70, 9))
    assert found.table.empty
    assert "fewer than 10" in found.words


def test_a_split_that_is_not_as_planned_is_said_and_not_counted(measure):
    about = [campaign(treated_share=0.5)]
    found = measure(bought(56, 48), about, contacted(140, 60))
    assert not found.of("A")["is_sound"]
    assert found.sound.empty and found.together is None
    assert "A: 140 were contacted and 60 held back, which is not the split" in (
        found.words
    )


def test_a_split_that_nobody_planned_cannot_be_checked(measure):
    about = [campaign(treated_share=None)]
    row = measure(bought(56, 48), about, contacted(70, 80)).of("A")
    assert np.isnan(row["p_assignment"]) and row["is_sound"]


def test_a_shop_without_campaigns_runs(clean_table):
    found = measure_uplift(clean_table(bought(5, 5)), None, None, AS_OF)
    assert (
        found.words
        == "the store has no campaigns with contacts: uplift is switched off"
    )


def test_campaigns_that_say_little_are_left_out_with_a_line(measure):
    about = [{"campaign_id": "A", "starts_on": MARCH}]
    found = measure(bought(5, 5), about, contacted(70, 80))
    assert found.left_out["reason"].str.startswith("no control group").all()


def test_what_so_few_could_have_shown_stands_beside(measure):
    row = measure(bought(56, 48), [campaign()], contacted(70, 80)).of("A")
    share = 49 / 82  # one of each added
    error = np.sqrt(share * (1 - share) * (1 / 70 + 1 / 80))
    assert row["detectable"] == pytest.approx(2.8016 * error, rel=1e-4)


def test_a_wrong_name_has_the_nearest_one(measure):
    found = measure(bought(56, 48), [campaign("spring")], contacted(70, 80, "spring"))
    with pytest.raises(UnknownName, match="Did you mean 'spring'"):
        found.of("sprong")


def test_a_horizon_of_no_day_is_refused(measure):
    with pytest.raises(BadParameter, match="1 or more, found 0"):
        measure(bought(1, 1), [campaign()], contacted(70, 80), horizon_days=0)


def test_later_lines_change_nothing(measure):
    early = measure(bought(56, 48), [campaign()], contacted(70, 80))
    lines = [*bought(56, 48), *bought(70, 0, "2026-07-01")]
    later = measure(lines, [campaign()], contacted(70, 80))
    pd.testing.assert_frame_equal(early.table, later.table)


def shop_of(plan, folder):
    """Publish a synthetic shop into a folder and return what reads its tables."""
    mapping = Mapping(
        time_zone=TIME_ZONE,
        currency=BASE,
        base_currency=BASE,
        markets=plan.markets,
        ends_on=plan.ends_on,
    )
    origin = Origin(NAME, plan.parameters, mapping, days_file(plan))
    return publish(
        lambda draft: write_retailer(plan, draft, 1), folder, origin
    ).snapshot


@pytest.fixture(scope="module")
def beside_truth(tmp_path_factory):
    """Measure the campaigns of five synthetic shops, and return the truth beside."""
    tables, uplifts = [], []
    for seed in range(10, 15):
        plan = Plan(12_000, seed=seed)
        read = shop_of(plan, tmp_path_factory.mktemp("shops") / str(seed)).read
        three = (read(name) for name in ("transactions", "campaigns", "contacts"))
        found = measure_uplift(*three, Window(plan.ends_on))
        truth = read("truth_campaigns").to_pandas()
        tables.append(found.table.merge(truth, on="campaign_id", validate="1:1"))
        uplifts.append((found, truth))
    return pd.concat(tables), uplifts


def test_intervals_hold_the_true_uplift_of_many_campaigns(beside_truth):
    """Of 45 intervals of 95 % some three may miss; under 38 hold once in 300 trials."""
    found, _ = beside_truth
    true = found["uplift_orders"]
    holds = (found["orders_low"] <= true) & (true <= found["orders_high"])
    assert len(found) >= 40
    assert holds.mean() >= 38 / 45
    error = (found["orders_more"] - true) / (found["orders_high"] - found["orders_low"])
    assert abs(error.mean()) < 0.12  # some three standard errors of the mean


def test_every_split_of_the_synthetic_shop_is_as_planned(beside_truth):
    found, _ = beside_truth
    assert found["is_sound"].all()


def test_campaigns_without_control_give_nothing_though_the_truth_is_known(
    beside_truth,
):
    for found, truth in beside_truth[1]:
        without = set(truth["campaign_id"]) - set(found.table["campaign_id"])
        assert without and set(found.left_out["campaign_id"]) == without
        assert found.left_out["reason"].str.startswith("no control group").all()
