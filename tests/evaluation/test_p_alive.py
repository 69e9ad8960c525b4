import ibis

from workbench.datasets import simulate_customers
from workbench.evaluation import p_alive_as_score
from workbench.window import Window


def test_p_alive_ranks_worse_than_chance_on_cdnow(cdnow):
    """One-time buyers are all alive to it, and most of them never come again."""
    found = p_alive_as_score(cdnow, Window("1998-06-30", 273), replicates=100)
    assert 0.30 < found.auc.value < 0.36
    assert found.auc.high < 0.5
    assert "no churn score" in found.words and "worse than chance" in found.words
    assert "in 273 days) instead: bg_nbd_p0" in found.words


def test_rows_after_the_horizon_change_nothing():
    frame = simulate_customers(400, seed=5, r=0.8, alpha=40.0, joining_days=300)
    lines = frame.assign(ordered_on=frame["ordered_at"].dt.date, kind="purchase")
    window = Window("1998-03-31", 60)
    known = lines[lines["ordered_on"] <= window.as_of]
    assert len(known) < len(lines)
    asked = (
        p_alive_as_score(ibis.memtable(f), window, 365, 100) for f in (lines, known)
    )
    assert len(set(asked)) == 1


def test_where_everybody_came_back_once_it_is_still_no_probability(cdnow):
    """Who is left of CDNOW's one quarter after a year are repeat buyers."""
    words = p_alive_as_score(cdnow, Window("1998-06-30", 90), replicates=100).words
    assert "and is no probability. Ask for" in words
    assert "bought once" not in words
