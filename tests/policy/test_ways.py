import ibis
import numpy as np
import pytest

from workbench.policy import Cuts, Policy
from workbench.policy.expressions import distance_to_enter


@pytest.mark.parametrize(
    "condition",
    [
        "a >= 5 or b >= 3",
        "a >= 5 and (b >= 3 or c < 2) or c >= 9",
        "(a >= 5 or b >= 3) and (c >= 4 or a < 1 or b is null)",
        "a >= 5 or (b >= 3 and (c >= 4 or a * 2 > b)) or c <> 3",
    ],
)
def test_the_way_is_the_same_as_without_its_column(policy_text, scores, condition):
    rng = np.random.default_rng(3)
    numbers = rng.integers(0, 10, (3, 200)).astype(float)
    columns = {
        name: [None if x == 7 else x for x in row.tolist()]
        for name, row in zip("abc", numbers, strict=True)
    }
    policy, table = Policy.parse(policy_text(condition, '"true"')), scores(**columns)
    found = policy.assign(table, Cuts(), as_of="2026-06-30", bundle_id="b")
    plain = table.select(
        "customer_id", way=distance_to_enter(policy.bound(Cuts())[0], table)
    )
    both = found.join(plain, "customer_id").order_by("customer_id").to_pyarrow()
    ways = [
        way if tier == "tier_2" else []
        for way, tier in zip(
            both["way"].to_pylist(), both["tier"].to_pylist(), strict=True
        )
    ]
    assert both["distance_up"].to_pylist() == ways
    assert any(ways)


def test_a_branch_is_asked_once_and_not_by_every_comparison(policy_text, scores):
    """Each more comparison of a branch adds about the same to the SQL."""

    def length(n):
        parts = " and ".join(f"a >= {i}" for i in range(n))
        policy = Policy.parse(policy_text(f"{parts} or b >= 3", '"true"'))
        table = scores(a=[1.0], b=[1.0])
        found = policy.assign(table, Cuts(), as_of="2026-06-30", bundle_id="b")
        return len(ibis.to_sql(found.select("distance_up"), dialect="duckdb"))

    assert length(12) - length(8) < 1.5 * (length(8) - length(4))
