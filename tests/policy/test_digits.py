"""Learned numbers never lie above what they were taken from."""

import math

from hypothesis import example, given
from hypothesis import strategies as st

from workbench.policy.digits import kept, kept_between, plain

NUMBERS = st.floats(
    allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15
)


@given(NUMBERS)
@example(200 / 3)
@example(12345678.97)
@example(5e-324)
@example(-0.0)
def test_a_kept_number_is_at_most_a_hair_below(number):
    found = kept(number)
    assert found <= number
    assert math.isclose(found, number, rel_tol=1.1e-8, abs_tol=1e-300)
    assert kept(found) == found


@given(NUMBERS)
def test_a_number_is_written_with_all_its_digits(number):
    assert float(plain(number)) == number
    assert "e" not in plain(number)


@given(NUMBERS)
@example(146.12699999999998)
def test_an_interpolated_number_is_the_same_whatever_its_last_bits(number):
    nine = float(f"{number:.9g}")
    for bits in (math.nextafter(nine, -math.inf), nine, math.nextafter(nine, math.inf)):
        assert kept_between(bits) == nine or abs(nine) < 1e-290
    assert kept_between(number) <= number or math.isclose(
        kept_between(number), number, rel_tol=1e-12
    )
