"""What a policy's own columns are called."""

from __future__ import annotations

import pytest

from workbench.measure_words import QUANTITIES, WINDOWS
from workbench.policy.own_words import measured_words, window_words
from workbench.policy.spec import MeasureSpec


@pytest.mark.parametrize("quantity", QUANTITIES, ids=lambda one: one.name)
def test_every_quantity_has_words_in_both_languages(quantity):
    one = MeasureSpec(of=quantity.name, column="shoe_size")
    english, chinese = (measured_words("m", one, lang) for lang in ("en", "zh"))
    assert "m" not in (english, chinese)
    assert english.isascii() and not chinese.isascii()


@pytest.mark.parametrize("window", [*WINDOWS, "90d"])
def test_every_window_has_words_in_both_languages(window):
    english, chinese = (window_words(window, "x", lang) for lang in ("en", "zh"))
    assert "x" in english and "x" in chinese
    assert (english == "x") == (chinese == "x") == (window == "ever")


def test_a_title_counts_before_words_that_are_built():
    one = MeasureSpec.model_validate(
        {"of": "spend", "window": "90d", "title": {"en": "Recent", "zh": "近期"}}
    )
    assert measured_words("m", one, "zh") == "近期"
    assert measured_words("m", one.model_copy(update={"title": None}), "zh") == (
        "近90天消费额"
    )
