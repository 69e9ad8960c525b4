"""A figure is looked at by its words: in both languages, or in English only."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from workbench.plots import canvas

CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(params=["in Chinese and English", "in English only"])
def font(request, monkeypatch) -> str | None:
    """Return the font for Chinese, once as it is here and once as if none were."""
    if request.param == "in English only":
        monkeypatch.setattr(canvas, "cjk_family", lambda: None)
    elif canvas.cjk_family() is None:
        pytest.skip("no font here can draw Chinese")
    return canvas.cjk_family()


@pytest.fixture
def speaks(font) -> Callable[[Figure], bool]:
    """Return the check of a figure's words; a glyph that lacks is an error here."""

    def check(figure: Figure) -> bool:
        assert isinstance(figure, Figure)
        figure.savefig(io.BytesIO(), dpi=110)
        for words in _labels(figure):
            chinese, dot, english = words.rpartition(" · ")
            assert not CHINESE.search(english), f"Chinese after the English: {words}"
            assert bool(dot) == bool(CHINESE.search(chinese)) == (font is not None)
        shown = [text.get_text() for text in figure.findobj(Text)]
        return bool(font) == any(CHINESE.search(words) for words in shown)

    return check


@pytest.fixture
def english(monkeypatch) -> None:
    """Draw in English only, so that words can be compared."""
    monkeypatch.setattr(canvas, "cjk_family", lambda: None)


def _labels(figure: Figure) -> list[str]:
    """Return the words on axes and in legends; a figure without any says nothing."""
    found = []
    for axes in figure.axes:
        found += [axes.get_xlabel(), axes.get_ylabel()]
        if axes.get_legend():
            found += [text.get_text() for text in axes.get_legend().get_texts()]
    return [words for words in found if words]
