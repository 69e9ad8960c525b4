import pandas as pd

from workbench.plots.canvas import drawing
from workbench.plots.moves import draw_moves


def test_counts_of_ten_and_more_are_drawn_where_they_stand():
    moves = pd.DataFrame([[50, 9, 12], [21, 120, 0]], index=["a", "b"])
    with drawing() as (_, axes):
        draw_moves(axes, moves)
    drawn = {text.get_position(): text.get_text() for text in axes.texts}
    assert drawn == {(0, 0): "50", (2, 0): "12", (0, 1): "21", (1, 1): "120"}
    assert axes.images[0].get_array().count() == 4
    assert [text.get_text() for text in axes.get_yticklabels()] == ["a", "b"]


def test_dark_cells_have_white_numbers():
    with drawing() as (_, axes):
        draw_moves(axes, pd.DataFrame([[100, 20]]))
    assert [text.get_color() == "white" for text in axes.texts] == [True, False]
