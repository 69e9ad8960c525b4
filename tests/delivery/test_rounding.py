import numpy as np

from workbench.delivery.rounding import rounded


def test_nine_significant_digits_as_python_writes_them():
    rng = np.random.default_rng(1)
    signs = rng.choice([-1, 1], 5000)
    values = signs * rng.uniform(1, 10, 5000) * 10.0 ** rng.integers(-14, 20, 5000)
    expected = [float(f"{value:.9g}") for value in values]
    assert rounded(values).tolist() == expected


def test_a_value_rounds_alike_alone_and_among_many():
    values = np.random.default_rng(2).gamma(1, 100, 1001)
    together = rounded(values)
    assert all(
        rounded([value])[0] == of for value, of in zip(values, together, strict=True)
    )


def test_edges():
    found = rounded([0.0, -0.0, 1.0, 999999999.9, np.nan, np.inf, 1e-300])
    assert found[:4].tolist() == [0.0, 0.0, 1.0, 1e9]
    assert np.isnan(found[4])
    assert np.isinf(found[5])
    assert found[6] == 0.0
