import pytest

from workbench.errors import BadPolicy
from workbench.policy import Cuts


def test_cuts_come_back_as_they_were_kept():
    cuts = Cuts({"high": 0.1 + 0.2}, "2026-06-30", 12, "small@1", "ab" * 32)
    assert Cuts.from_json(cuts.to_json()) == cuts


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"model": "cuts", "extra": 1}'])
def test_other_json_is_refused(text):
    with pytest.raises(BadPolicy, match="learned cut points"):
        Cuts.from_json(text)
