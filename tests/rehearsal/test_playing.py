"""A simulated shop of 500 customers is played over; see ``shop`` of all tests."""

from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace

import ibis
import pytest

from workbench.errors import BadParameter
from workbench.features import Beside, rfm_table
from workbench.policy import Policy
from workbench.rehearsal.figure_tables import figures
from workbench.rehearsal.playing import replay
from workbench.window import Window

CUT = "{high: {column: net_spend_365d, quantile: 0.8, among: net_spend_365d > 0}}"
SPAN = {"start": "2026-01-05", "end": "2026-02-16", "every": "2w", "refit_every": "4w"}


@dataclass(frozen=True)
class KnownShop:
    """A shop without a store: the same lines on any day, as of that day."""

    transactions: object
    as_of: date
    beside: Beside = Beside()
    currency: str = "EUR"


@pytest.fixture(scope="module")
def known(shop):
    return KnownShop(shop.transactions, date(2026, 6, 29))


@pytest.fixture(scope="module")
def policy(policy_text):
    text = policy_text(
        cuts=CUT, keep="net_spend_365d >= 0.8 * high", memory="{grace_days: 20}"
    )
    return Policy.parse(
        text.replace("enter: net_spend_365d >= 100", "enter: x").replace(
            "enter: x", "enter: net_spend_365d >= high"
        )
    )


@pytest.fixture(scope="module")
def played(policy, known):
    done = []
    found = replay([policy], known, **SPAN, progress=done.append)
    return SimpleNamespace(replay=found, done=done)


def test_every_day_gives_everybody_a_tier_in_each_variant(played, known):
    rows = played.replay.tiers.to_pandas()
    assert set(rows["variant"]) == {"as_written", "no_grace", "no_keep"}
    sizes = rows.groupby(["variant", "as_of"], observed=True).size().unstack()
    assert sizes.shape == (3, 4)
    assert (sizes.nunique() == 1).all()
    bought = known.transactions.filter(
        known.transactions.ordered_on <= ibis.date("2026-01-05")
    )
    assert sizes.iloc[0, 0] == bought.customer_id.nunique().execute()
    assert rows["tier"].notna().all()


def test_progress_is_told_day_by_day(played):
    assert played.done == [1, 1, 1, 1]


def test_the_ruler_stands_until_the_next_is_learned(played):
    (cuts,) = played.replay.cuts.values()
    assert [*cuts] == [date(2026, 1, 5), date(2026, 2, 2)]
    first, second = (one.of(None)["high"] for one in cuts.values())
    assert first != second


def test_each_cut_point_is_that_of_its_day(played, known):
    (cuts,) = played.replay.cuts.values()
    assert [one.as_of for one in cuts.values()] == ["2026-01-05", "2026-02-02"]


def test_what_comes_later_changes_no_tier(played, policy, known):
    table = known.transactions
    cut = table.filter(table.ordered_on <= ibis.date("2026-02-16"))
    other = replay([policy], KnownShop(transactions=cut, as_of=known.as_of), **SPAN)
    assert other.tiers.equals(played.replay.tiers)
    assert not other.outcomes.equals(played.replay.outcomes)


def test_the_same_rehearsal_writes_the_same_bytes(played, policy, known, tmp_path):
    again = replay([policy], known, **SPAN)
    ours = played.replay.write(tmp_path / "one")
    theirs = again.write(tmp_path / "two")
    assert len(ours) == 4
    for one, two in zip(ours, theirs, strict=True):
        assert one.read_bytes() == two.read_bytes()
    assert (tmp_path / "one" / "tiers.parquet").stat().st_mode & 0o777 == 0o600


def test_memory_goes_from_day_to_day(played):
    rows = played.replay.of("three@1")
    later = rows[rows["as_of"] > date(2026, 1, 5)]
    known = later[later["previous_rank"] >= 0]
    before = rows.set_index(["customer_id", "as_of"])["tier"].astype("object")
    days = played.replay.rhythm.days
    earlier = dict(zip(days[1:], days[:-1], strict=True))
    keys = [
        (c, earlier[d])
        for c, d in zip(known["customer_id"], known["as_of"], strict=True)
    ]
    assert before.loc[keys].tolist() == known["previous_tier"].tolist()
    assert (rows["movement"] == "in_grace").any()


def test_grace_and_keep_never_lower_the_tiers(played):
    ranks = {
        name: played.replay.of("three@1", name)["rank"].to_numpy()
        for name in ("as_written", "no_grace", "no_keep")
    }
    assert (ranks["as_written"] <= ranks["no_grace"]).all()
    assert (ranks["as_written"] <= ranks["no_keep"]).all()
    assert (ranks["as_written"] < ranks["no_grace"]).any()


def test_moves_by_the_ruler_are_on_days_of_a_new_one_only(played):
    causes = figures(played.replay)["three@1"].move_causes
    old = played.replay.of("three@1")
    differs = old["tier"].astype("object") != old["tier_by_old_ruler"].astype("object")
    assert set(old.loc[differs, "as_of"]) == {date(2026, 2, 2)}
    assert len(causes) == 3


def test_proofs_stand_on_days_of_learning_with_a_closed_horizon(played):
    proofs = played.replay.proofs.to_pandas()
    assert set(proofs["as_of"]) == {date(2026, 1, 5), date(2026, 2, 2)}
    assert not proofs.duplicated(["as_of", "customer_id"]).any()


def test_days_that_are_not_known_yet_are_refused(policy, known):
    with pytest.raises(BadParameter, match="the last that is known, found 2026-07-05"):
        replay([policy], known, "2026-06-28", "2026-07-05")


def test_two_policies_of_one_name_are_refused(policy, known):
    with pytest.raises(BadParameter, match="a name and version of its own"):
        replay([policy, policy], known, **SPAN)


def test_who_still_meets_the_condition_to_keep_a_tier_held_it_rightly(played, known):
    """What is proved is compared with the scores of the later day."""
    day, later = date(2026, 1, 5), date(2026, 4, 5)
    proofs = played.replay.proofs.to_pandas()
    found = proofs[(proofs["as_of"] == day) & (proofs["tier"] == "gold")]
    high = played.replay.cuts["three@1"][day].values["high"]
    scores = rfm_table(known.transactions, Window(later)).execute()
    net = scores.set_index("customer_id")["net_spend_365d"]
    net = found["customer_id"].map(net).to_numpy()
    is_gold = (found["later_tier"] == "gold").to_numpy()
    sure = abs(net - 0.8 * high) > 1e-6
    assert (is_gold == (net >= 0.8 * high))[sure].all()
    assert (is_gold & (net < high)).any() and not is_gold.all()
