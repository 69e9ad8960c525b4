import pandas as pd
import pytest

from workbench.errors import BadColumns
from workbench.evaluation import said_by_origin


def test_each_origin_has_its_own_row_the_oldest_first():
    customers = pd.DataFrame(
        {
            "origin": ["2026-03-01"] * 2 + ["2025-12-01"] * 4,
            "actual": [1.0, 0.0, 1.0, 1.0, 1.0, 0.0],
            "predicted": [0.5, 0.7, 0.5, 0.5, 0.5, 0.5],
        }
    )
    table = said_by_origin(customers)
    assert table.index.tolist() == ["2025-12-01", "2026-03-01"]
    assert table["n_customers"].tolist() == [4, 2]
    assert table["bias"].tolist() == pytest.approx([-0.25, 0.1])
    # Wilson's interval of 3 of 4
    assert table.loc["2025-12-01", ["low", "high"]].tolist() == pytest.approx(
        [0.3006, 0.9544], abs=1e-4
    )


def test_a_missing_column_is_named():
    with pytest.raises(BadColumns, match="no predicted"):
        said_by_origin(pd.DataFrame({"origin": [], "actual": []}))
