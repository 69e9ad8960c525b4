"""Letters, pages and the history of customers, through the command and beside it."""

import json
import re
import sys
from datetime import timedelta

import ibis
import pytest

from workbench import cli
from workbench.delivery import Asked, Explainer, page_of_customer, tier_history_of
from workbench.delivery.customer_page import bars
from workbench.delivery.decisions import append_decision
from workbench.delivery.letter_days import last_day_of_way
from workbench.features import measure_table
from workbench.measure_words import Measure
from workbench.window import Window

FORBIDDEN = re.compile(
    "None|nan|[{}]|probab|model|expected|churn|score|概率|模型|预期|流失|评分"
)


@pytest.fixture
def approved(full, full_bundle):
    """Write the decision by which the bundle may be used."""
    append_decision(
        action="approve",
        run="r1",
        bundle_id=full_bundle.id,
        bundle_sha256=full_bundle.sha256,
        by="Ann",
        reason="good",
        as_of=full_bundle.as_of,
        valid_until=full_bundle.valid_until,
    )
    return full_bundle


@pytest.fixture
def explain(full, approved, monkeypatch, capsys):
    """Return a function that calls the command on a customer and a day."""

    def call(customer, day, *more):
        folder = full.shop.store.home
        words = ["explain", customer, "--as-of", str(day), "--data", str(folder)]
        words += ["--bundle", str(approved.folder), *more]
        monkeypatch.setattr(sys, "argv", ["workbench", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert not ended.value.code, capsys.readouterr().err
        return capsys.readouterr().out

    return call


@pytest.fixture
def prospect(full):
    """Return somebody who registered and never bought, and the eleventh day of it."""
    lines, customers = full.shop.transactions, full.shop.beside.customers
    rows = customers.anti_join(lines, "customer_id")
    rows = rows.filter(rows.joined_on <= full.as_of - timedelta(days=11))
    row = rows.order_by("customer_id").limit(1).to_pyarrow().to_pylist()[0]
    return row["customer_id"], row["joined_on"] + timedelta(days=11)


def test_eleven_days_registered_and_nothing_bought_has_a_letter(explain, prospect):
    found = json.loads(explain(*prospect, "--json"))
    english, chinese = found["letter"]["en"], found["letter"]["zh"]
    assert "Your level with us is Basic." in english
    assert "A coupon for the first or next purchase" in english
    assert "You reach Ordinary with 2 orders" in english
    assert "nothing that you have to do to keep this level" in english
    assert "您在本店的等级是“基础”。" in chinese
    assert "升级到“普通”，您只需购买2次（不同日期）。" in chinese
    assert not FORBIDDEN.search(english + chinese)
    assert found["ways_down"] == []


def test_letter_and_page_are_for_their_owner_only(explain, prospect, tmp_path):
    letter, page = tmp_path / "letter.txt", tmp_path / "page.html"
    asked = ("--letter", "--lang", "zh", "--out", str(letter), "--html", str(page))
    explain(*prospect, *asked)
    assert letter.read_text().startswith("尊敬的顾客：")
    text = page.read_text()
    assert "data:image/png;base64," in text
    assert "http" not in text
    assert {file.stat().st_mode & 0o777 for file in (letter, page)} == {0o600}


@pytest.fixture
def asked(full, approved):
    return Asked(approved, full.shop, full.as_of, None)


def buyers_with_returns(full, n):
    lines = full.shop.transactions
    back = lines.filter(lines.kind == "return").customer_id
    rows = lines.filter(lines.customer_id.isin(back)).select("customer_id").distinct()
    ids = rows.order_by("customer_id").limit(n).to_pyarrow()["customer_id"]
    return ids.to_pylist()


def test_letters_name_no_model_and_the_page_is_escaped(full, approved):
    shop = full.shop
    known = Explainer(approved, shop.transactions, full.as_of, beside=shop.beside)
    for who in buyers_with_returns(full, 6):
        found = known.explain(who)
        for lang in ("en", "zh"):
            letter = found.letter(lang)
            assert not FORBIDDEN.search(letter), letter
            assert who not in letter
    page = page_of_customer(found, b"png", "zh")
    assert "&gt;=" in page
    assert "致客户的信" in page
    assert "data:image/png;base64,cG5n" in page


def test_bands_of_better_tiers_lie_above_those_of_lower_ones(full, asked):
    for who in buyers_with_returns(full, 3):
        limits = tier_history_of(asked, asked.explain(who)).limits
        tiers = asked.bundle.policy.tiers
        best_first = limits.sort_values("threshold", ascending=False)["tier"]
        assert [*best_first] == [tier for tier in tiers if tier in {*best_first}]
        assert "loyal" not in {*best_first}


def test_the_bars_of_the_page_are_in_words(full, asked):
    found = asked.explain(buyers_with_returns(full, 1)[0])
    page = page_of_customer(found, b"png", "zh")
    assert "coalesce(" not in page.split("<pre", 1)[0]
    shown = {
        bar["title"]: bar["value"] for _, rows in bars(found, "en") for bar in rows
    }
    assert shown["registered as a business"] in ("yes", "no", "–")
    assert "Would recommend the shop (10 where not known)" in shown


def test_the_month_ends_are_what_the_measure_was_on_those_days(full, asked):
    who = buyers_with_returns(full, 1)[0]
    found = asked.explain(who)
    history = tier_history_of(asked, found)
    lines = full.shop.transactions
    own = ibis.memtable(lines.filter(lines.customer_id == who).to_pyarrow())
    assert history.measured["day"].iloc[-1] == full.as_of
    row = history.measured.iloc[-3]
    then = measure_table(own, Window(row.day), [history.measure]).to_pyarrow()
    assert row.value == pytest.approx(then[history.measure.name][0].as_py())
    assert history.measured["value"].iloc[-1] == found.scores["net_spend_365d"]


def test_what_was_bought_counts_in_full_until_the_day_of_the_letter(full, asked):
    lines, told = full.shop.transactions, 0
    spend = Measure("spend_now", "spend", "365d")
    for who in buyers_with_returns(full, 4):
        found = asked.explain(who)
        until = last_day_of_way(found, "key")
        if until is None:
            continue
        own = ibis.memtable(lines.filter(lines.customer_id == who).to_pyarrow())
        now, then, after = (
            measure_table(own, Window(day), [spend]).to_pyarrow()["spend_now"][0]
            for day in (found.as_of, until, until + timedelta(days=1))
        )
        assert now.as_py() == then.as_py() > after.as_py()
        told += 1
    assert told


def test_staff_read_the_tables_in_their_language(full, explain):
    who = buyers_with_returns(full, 1)[0]
    chinese = explain(who, full.as_of, "--lang", "zh")
    for words in ("等级", "是否满足", "含义", "近365天净消费额（扣除退货）"):
        assert words in chinese
    assert "threshold" not in chinese
