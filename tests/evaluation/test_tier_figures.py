from workbench.evaluation.tier_deeds import SUMS
from workbench.evaluation.tier_figures import BY_NAME, FIGURES, GROWTH


def test_every_figure_has_a_name_of_its_own_in_both_languages():
    titles = [one.title for one in FIGURES] + [*GROWTH.values()]
    names = [one.name for one in FIGURES] + [*GROWTH]
    assert len({*names}) == len({*titles}) == len(names)
    assert all(
        english.isascii() and not chinese.isascii() for english, chinese in titles
    )
    assert {*BY_NAME} == {one.name for one in FIGURES}


def test_every_sum_of_a_figure_is_asked_for():
    assert {*SUMS} == {name for one in FIGURES for name in (one.sum_of, one.over)}


def test_the_willingness_to_recommend_needs_thirty_answers():
    assert BY_NAME["nps"].least == 30
    assert {one.least for one in FIGURES} == {10, 30}
