from workbench.evaluation import churn_population
from workbench.window import Window


def test_eligible_and_lapsed_one_time_and_repeat_stand_apart(clean_table):
    lines = [(f"once{n}", "2026-01-10", "5") for n in range(10)]
    lines += [
        (f"twice{n}", day, "5")
        for n in range(12)
        for day in ("2026-01-01", "2026-02-01")
    ]
    lines += [(f"gone{n}", "2024-01-01", "5") for n in range(9)]
    found = churn_population(clean_table(lines), Window("2026-03-01", 30))
    assert found["n_customers"].to_dict() == {
        ("eligible", False): 12,
        ("eligible", True): 10,
    }  # nine have lapsed: too few to be shown
    days = found["median_days_since_last_order"]
    assert days.to_dict() == {("eligible", False): 28.0, ("eligible", True): 50.0}
