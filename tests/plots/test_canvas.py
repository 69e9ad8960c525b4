import io

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure

from workbench.plots import canvas
from workbench.plots.canvas import drawing, empty, fonts_said, label, panels


def with_font(monkeypatch, family):
    monkeypatch.setattr(canvas, "cjk_family", lambda: family)


def test_chinese_stands_before_english_where_a_font_is_there(monkeypatch):
    with_font(monkeypatch, "Noto Sans CJK SC")
    assert label("customers", "顾客数") == "顾客数 · customers"


def test_without_a_font_the_label_is_english(monkeypatch):
    with_font(monkeypatch, None)
    assert label("customers", "顾客数") == "customers"


def test_the_languages_and_the_cure_are_said(monkeypatch):
    with_font(monkeypatch, "SimHei")
    assert fonts_said() == "Labels in Chinese and English (SimHei)."
    with_font(monkeypatch, None)
    assert "Labels in English only" in fonts_said()
    assert "fonts-noto-cjk" in fonts_said()


def test_the_first_family_of_the_list_is_taken(monkeypatch):
    class Font:
        def __init__(self, name):
            self.name = name

    installed = [Font("SimHei"), Font("WenQuanYi Zen Hei"), Font("DejaVu Sans")]
    monkeypatch.setattr(canvas.fontManager, "ttflist", installed)
    assert canvas.cjk_family.__wrapped__() == "WenQuanYi Zen Hei"


def test_a_font_newer_than_the_list_is_found(monkeypatch):
    monkeypatch.setattr(canvas.fontManager, "ttflist", [])
    paths = ["/fonts/DejaVuSans.ttf", "/fonts/NotoSansCJK-Regular.ttc"]
    monkeypatch.setattr(canvas, "findSystemFonts", lambda: paths)
    added = []

    def add(path):
        added.append(path)
        canvas.fontManager.ttflist.append(type("Font", (), {"name": "SimHei"}))

    monkeypatch.setattr(canvas.fontManager, "addfont", add)
    assert canvas.cjk_family.__wrapped__() == "SimHei"
    assert added == ["/fonts/NotoSansCJK-Regular.ttc"]


def test_where_no_font_can_draw_chinese_there_is_none(monkeypatch):
    monkeypatch.setattr(canvas.fontManager, "ttflist", [])
    monkeypatch.setattr(canvas, "findSystemFonts", lambda: [])
    assert canvas.cjk_family.__wrapped__() is None


def test_the_size_is_in_inches():
    with drawing(6.5, 5) as (figure, axes):
        assert isinstance(figure, Figure)
        assert figure.axes == [axes]
    assert figure.get_size_inches().tolist() == [6.5, 5.0]


def test_panels_stand_row_by_row():
    with panels(2, 3, 9, 4, sharex=True) as (figure, axes):
        assert figure.axes == axes
        assert len(axes) == 6
    assert axes[0].get_position().y0 > axes[3].get_position().y0
    assert axes[0].get_position().x0 < axes[1].get_position().x0
    assert figure.get_size_inches().tolist() == [9.0, 4.0]


def test_where_nothing_is_drawn_the_reason_is_said_and_no_number(english):
    with drawing() as (_, axes):
        empty(axes, label("nothing was set aside", "无剔除记录"))
    assert [text.get_text() for text in axes.texts] == ["nothing was set aside"]
    assert not axes.get_xticklabels() and not axes.get_yticklabels()


def test_the_style_is_that_of_the_figure_only():
    before = dict(mpl.rcParams)
    with drawing() as (_, axes):
        assert mpl.rcParams["axes.titlelocation"] == "left"
        assert not axes.spines["top"].get_visible()
    assert dict(mpl.rcParams) == before


def test_the_style_is_put_back_after_a_failure():
    before = dict(mpl.rcParams)
    with pytest.raises(ZeroDivisionError), drawing():
        1 / 0  # noqa: B018
    assert dict(mpl.rcParams) == before


def test_every_tick_can_draw_chinese_where_a_font_is_there(font, speaks):
    with drawing() as (figure, axes):
        axes.bar([0, 1], [2, -3])
        axes.set_xlabel(label("tier", "等级"))
    families = {tuple(t.get_fontfamily()) for t in axes.get_xticklabels()}
    assert families == {("DejaVu Sans", *([font] if font else []))}
    assert speaks(figure)


def test_a_chinese_tick_can_be_saved_outside_of_the_drawing():
    if canvas.cjk_family() is None:
        pytest.skip("no font here can draw Chinese")
    with drawing() as (figure, axes):
        axes.bar([f"会员{n}" for n in range(12)], range(12))
    figure.savefig(io.BytesIO())  # a glyph that lacks is a warning, here an error
    assert len(axes.get_xticklabels()) == 12
