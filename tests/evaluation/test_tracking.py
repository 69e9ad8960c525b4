import numpy as np
import pytest

from workbench.errors import BadValues, NotEnoughData
from workbench.evaluation import track, tracking_table
from workbench.features import btyd_table
from workbench.models import BGNBD, LifetimesBGNBD
from workbench.window import Window

WINDOW = Window("2026-02-10", 10)  # the origin is 2026-01-31
ROWS = [
    ("ann", "2026-01-20", 10),
    ("ann", "2026-01-30", 10),
    ("bob", "2026-01-20", 10),
    ("cat", "2026-01-30", 10),
    ("cat", "2026-02-03", 10),
    ("dan", "2026-02-01", 10),
    ("dan", "2026-02-02", 10),
]


class OncePerTenDays:
    """Expects a repeat every ten days; remembers what it was asked."""

    def __init__(self):
        self.asked = []

    def new_customer_orders(self, horizon_days):
        self.asked.append(horizon_days)
        return horizon_days / 10


@pytest.fixture
def table(clean_table):
    return tracking_table(clean_table(ROWS), WINDOW, OncePerTenDays())


def test_weeks_reach_from_the_first_purchase_to_as_of(table):
    assert table["week"].tolist() == [-1, 0, 1, 2]
    first, last = (table[name].dt.strftime("%m-%d") for name in ("first_on", "last_on"))
    assert first.tolist() == ["01-20", "01-25", "02-01", "02-08"]
    assert last.tolist() == ["01-24", "01-31", "02-07", "02-10"]
    assert table["in_fit"].tolist() == [True, True, False, False]


def test_what_came_is_counted_for_those_known_at_the_origin(table):
    assert table["actual"].tolist() == [0, 1, 1, 0]
    assert table["repeat_customers"].tolist() == [0, 1, 1, 0]
    assert table["actual_so_far"].tolist() == [0, 1, 2, 2]


def test_each_joining_day_expects_from_its_own_start(table):
    """Two joined on the 20th, one on the 30th: ages 4, 11 + 1, 18 + 8, 21 + 11."""
    so_far = [2 * 0.4, 2 * 1.1 + 0.1, 2 * 1.8 + 0.8, 2 * 2.1 + 1.1]
    assert table["expected_so_far"].to_numpy() == pytest.approx(so_far)
    assert table["expected"].to_numpy() == pytest.approx(np.diff(so_far, prepend=0))


def test_the_model_is_asked_once_for_each_age(clean_table):
    model = OncePerTenDays()
    tracking_table(clean_table(ROWS), WINDOW, model)
    assert model.asked == [0, 1, 4, 8, 11, 18, 21]


def test_later_rows_change_nothing(clean_table, table):
    later = [*ROWS, ("ann", "2026-02-11", 10)]
    again = tracking_table(clean_table(later), WINDOW, OncePerTenDays())
    assert again.equals(table)


def test_a_model_fitted_on_another_day_is_refused(shop):
    window = Window(shop.as_of, 90)
    model = BGNBD().fit(btyd_table(shop.transactions, window).execute())
    model.n_customers_ += 1
    with pytest.raises(BadValues, match=r"known on 2026-03-31, found one fitted on"):
        tracking_table(shop.transactions, window, model)


def test_before_anybody_bought_there_is_nothing_to_track(clean_table):
    with pytest.raises(NotEnoughData, match="on or before 2025-12-31, found none"):
        tracking_table(clean_table(ROWS), Window("2026-01-10", 10), OncePerTenDays())


def test_both_engines_of_a_simulated_shop_track_what_was_planted(shop):
    """500 customers follow the model: it meets what came within 3 standard errors."""
    window = Window(shop.as_of, 180)
    known = btyd_table(shop.transactions, window.judging()).execute()
    ours = BGNBD().fit(known)
    table = tracking_table(shop.transactions, window, ours)
    came, said = table["actual"].sum(), table["expected"].sum()
    assert table["actual_so_far"].iloc[-1] == came
    today = btyd_table(shop.transactions, window).execute()
    repeats = today.loc[today["customer_id"].isin(known["customer_id"]), "frequency"]
    error = repeats.std() * len(repeats) ** 0.5
    assert said == pytest.approx(came, abs=3 * error)
    assert error < 0.15 * came
    assert track(shop.transactions, window, BGNBD()).equals(table)
    theirs = LifetimesBGNBD.from_json(
        ours.to_json().replace('"bg_nbd"', '"lifetimes_bg_nbd"')
    )
    again = tracking_table(shop.transactions, window, theirs)
    assert again["expected"].to_numpy() == pytest.approx(
        table["expected"].to_numpy(), rel=1e-6
    )
