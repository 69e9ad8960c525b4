import json

from workbench.rehearsal.figure_tables import figures, overview

THREE = "three@1"


def test_the_overview_has_a_row_a_policy(replayed, dozen):
    replay = replayed(dozen("AAA"), dozen("ABA"))
    row = overview(figures(replay)).loc[THREE]
    assert row["flicker"] == 0 < row["flicker_without_memory"]
    assert row["cost_of_memory"] > 0
    assert row[["share_too_low", "share_too_high"]].isna().all()


def test_figures_become_json(replayed, dozen):
    found = figures(replayed(dozen("AB")))[THREE].as_dict()
    assert json.loads(json.dumps(found)) == found
    assert found["by_tier"][0]["tier"] == "gold"
    assert found["tier_counts"][0] == {
        "as_of": found["tier_counts"][0]["as_of"],
        "gold": 12.0,
        "silver": 0.0,
        "basic": 0.0,
    }
    assert found["move_causes"][0]["moved"] == 12
