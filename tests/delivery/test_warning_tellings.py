"""The templates of the sentences of warnings, both languages of each."""

import pytest

from workbench.churn_words import BY_NAME, FAMILIES
from workbench.delivery.warning_sentences import placeholders
from workbench.delivery.warning_tellings import MADE, OF_ONE_TIME, TELLINGS


def every_telling():
    tellings = [*TELLINGS.values(), *(one for one in OF_ONE_TIME.values() if one)]
    return tellings + [one.instead[1] for one in tellings if one.instead]


def test_every_family_is_told():
    assert set(TELLINGS) == set(FAMILIES)
    assert set(OF_ONE_TIME) <= set(FAMILIES)


@pytest.mark.parametrize("telling", every_telling(), ids=lambda one: one.en[:30])
def test_both_languages_ask_for_the_same_known_numbers(telling):
    assert telling.en and telling.zh
    assert placeholders(telling.en) == placeholders(telling.zh)
    assert placeholders(telling.en) <= {*BY_NAME, *MADE}
    assert not telling.usual or telling.usual in BY_NAME
