"""A scope names a channel, a market or both, and nothing else."""

import pytest

from workbench.errors import BadParameter
from workbench.scope import parse_scope


def test_all_names_nothing():
    assert parse_scope("all") == {}


def test_blanks_around_names_do_not_count():
    assert parse_scope("market = SG , channel=store") == {
        "market": "SG",
        "channel": "store",
    }


@pytest.mark.parametrize(
    "text", ["", "online", "chanel=online", "channel=", "channel=a,channel=b", "all,"]
)
def test_anything_else_is_refused_with_the_forms(text):
    with pytest.raises(BadParameter, match="scope must be all, channel=NAME"):
        parse_scope(text)
