"""The pages of a policy: one for the scheme, one for each tier, in both languages."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from workbench.policy import Cuts, Policy, policy_page, policy_pages

SHIPPED = Path(__file__).parents[2] / "experiments" / "policies"


class Closed(HTMLParser):
    """Looks whether every element that was opened is closed, and gathers the links."""

    def __init__(self):
        super().__init__()
        self.open, self.links = [], []

    def handle_starttag(self, tag, attrs):
        if tag not in ("meta", "br"):
            self.open.append(tag)
        self.links += [v for k, v in attrs if k in ("href", "src")]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def read(page):
    found = Closed()
    found.feed(page)
    assert found.open == []
    return found.links


@pytest.mark.parametrize("file", sorted(SHIPPED.glob("*.yaml")), ids=lambda f: f.stem)
def test_every_tier_of_the_shipped_policies_has_a_page_in_both_languages(file):
    policy = Policy.load(file)
    pages = policy_pages(policy)
    names = ("index", *policy.tiers)
    assert {*pages} == {f"{n}.{lang}.html" for n in names for lang in ("en", "zh")}
    for page in pages.values():
        assert {*read(page)} <= {*pages}, "a link leads out of the folder"
    for tier in policy.spec.tiers:
        chinese = pages[f"{tier.name}.zh.html"]
        assert f"<h1>{tier.title.zh}</h1>" in chinese
        assert tier.plan.service.zh in chinese
        assert 'lang="zh-CN"' in chinese


def test_a_page_stands_alone(policy_text):
    page = policy_page(Policy.parse(policy_text("a >= 2", '"true"')), "en")
    assert read(page) == ["#tier_1", "#tier_2"]
    assert not re.search(r"<script|@import|url\(", page)
    assert "proved: everybody has a tier" in page


def test_what_a_policy_says_is_escaped(policy_text):
    text = policy_text("a >= 2", '"true"').replace(
        "en: For tests", "en: '<script>alert(1)</script>'"
    )
    for page in (
        policy_page(Policy.parse(text)),
        *policy_pages(Policy.parse(text)).values(),
    ):
        assert "<script>" not in page


def test_learned_numbers_stand_in_the_words(policy_text):
    cuts = "{high: {column: spend, quantile: 0.9}}"
    policy = Policy.parse(policy_text("spend >= high", '"true"', cuts=cuts))
    assert "the mark of the upper 10 %" in policy_page(policy)
    assert "at least 1,234.50" in policy_page(policy, "en", Cuts({"high": 1234.5}))


def test_how_a_tier_is_lost_is_said_in_words(policy_text):
    memory = (
        "memory: {grace_days: 30, minimum_hold_days: 90, downgrade: one_step, "
        "protect_while: r_score = 1}\n"
    )
    text = policy_text("a >= 2", '"true"').replace(
        "    plan", "    keep: a >= 1\n    plan", 1
    )
    pages = policy_pages(Policy.parse(memory + text))
    best, last = pages["tier_1.en.html"], pages["tier_2.en.html"]
    for said in (
        "after 30 days of grace",
        "one tier down",
        "never in the first 90 days",
        "not as long as: recency score is 1",
        "a at least 1",
    ):
        assert said in best
    assert "there is no lower tier" in last
