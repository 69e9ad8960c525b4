import pytest

from workbench.errors import BadPolicy
from workbench.policy import Cuts, MarketCuts


def test_cuts_come_back_as_they_were_kept():
    cuts = Cuts({"high": 0.1 + 0.2}, "2026-06-30", 12, "small@1", "ab" * 32)
    assert Cuts.from_json(cuts.to_json()) == cuts


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"model": "cuts", "extra": 1}',
        '{"model": "cuts", "by_market": {"a": 1}}',
    ],
)
def test_other_json_is_refused(text):
    with pytest.raises(BadPolicy, match="learned cut points"):
        Cuts.from_json(text)


def test_cuts_per_market_come_back_as_they_were_kept():
    own = {"high": MarketCuts({"CN": 5.0, "SG": 0.1}, ("XX",))}
    cuts = Cuts({"high": 9.0}, "2026-06-30", 12, "small@1", "ab" * 32, own)
    assert Cuts.from_json(cuts.to_json()) == cuts
    assert cuts.every == {"high": 9.0, "high [CN]": 5.0, "high [SG]": 0.1}
    assert (cuts.markets, cuts.of("XX")) == (("CN", "SG"), {"high": 9.0})


def test_cuts_of_the_whole_shop_have_the_bytes_that_they_always_had():
    cuts = Cuts({"high": 12.5}, "2026-06-30", 12, "small@1", "ab")
    assert cuts.to_json() == (
        '{\n "model": "cuts",\n "values": {\n  "high": 12.5\n },\n '
        '"as_of": "2026-06-30",\n "n_customers": 12,\n "policy_id": "small@1",\n '
        '"policy_sha256": "ab"\n}'
    )
