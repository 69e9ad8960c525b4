"""What a mapping file may say, and how a wrong one is refused."""

from __future__ import annotations

from datetime import date

import pytest

from workbench.errors import BadSpec
from workbench.ingest import Mapping, load_mapping


def write(folder, text):
    path = folder / "mapping.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_what_is_said_is_understood(tmp_path):
    mapping = load_mapping(
        write(
            tmp_path,
            "columns: {customer_id: 会员号}\ndate_formats: ['%d.%m.%Y']\n"
            "opened_on: 2020-01-01\nanonymous: [NOBODY]\n",
        )
    )
    assert mapping.heading("customer_id") == "会员号"
    assert mapping.heading("amount") == "amount"
    assert mapping.opened_on == date(2020, 1, 1)
    assert mapping.anonymous == ("NOBODY",)


def test_empty_file_is_the_default(tmp_path):
    assert load_mapping(write(tmp_path, "")).time_zone == "UTC"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("colums: {}", "Did you mean 'columns'"),
        ("columns: {custmer_id: a}", "Did you mean 'customer_id'"),
        ("columns: {ordered_on: a}", "no column 'ordered_on'"),
        ("columns: {customer_id: a, order_id: a}", "used for two columns"),
        ("columns: {unit_price: a}", "unit_price needs quantity"),
        ("time_zone: Asia/Shangai", "no time zone"),
        ("date_formats: []", "at least one"),
        ("date_formats: ['%H:%M']", "neither iso nor"),
        ("date_formats: ['%d/%m/%Y', '%m/%d/%Y']", "cannot both be"),
        ("date_formats: [iso, '%Y-%d-%m']", "cannot both be"),
        ("date_formats: ['%Y-%d-%m %H:%M', iso]", "cannot both be"),
        ("date_formats: ['%d.%m.%Y', '%m.%d.%Y %H:%M']", "cannot both be"),
        ("time_zone: posix/Asia/Shanghai", "days can be counted in"),
        ("time_zone: Factory", "days can be counted in"),
        ("time_zone: posixrules", "no (zone|time zone)"),
        ("columns: {'extra_a\"b': x}", "after 'extra_' come"),
        ("columns: {extra_Farbe: x}", "after 'extra_' come"),
        ("columns: {extra_: x}", "after 'extra_' come"),
        ("constants: {colour: red}", "no column 'colour'"),
        ("constants: {kind: ''}", "nothing is said for kind"),
        ("{columns: {kind: a}, constants: {kind: b}}", "a column and by a constant"),
        ("words: {colour: {rot: red}}", "no column 'colour'"),
        ("words: {kind: {}}", "nothing is said for kind"),
        ("others: drop", "others"),
        ("encoding: utf-9", "no encoding"),
        ("decimal: ','\nthousands: ','", "must differ"),
        ("currency: euro", "currency"),
        ("max_quarantined: 2", "max_quarantined"),
        ("- a list", "expected keys"),
        ("a: b: c", "line 1, column"),
    ],
)
def test_wrong_mappings_are_refused_in_words(tmp_path, text, words):
    with pytest.raises(BadSpec, match=words):
        load_mapping(write(tmp_path, text))


def test_missing_file(tmp_path):
    with pytest.raises(BadSpec, match="cannot be read"):
        load_mapping(tmp_path / "absent.yaml")


@pytest.mark.parametrize(
    "formats", [("iso", "%d.%m.%Y"), ("%Y/%m/%d", "%Y/%m/%d %H:%M"), ("iso", "%Y%m%d")]
)
def test_forms_that_agree_on_the_order_of_day_and_month_are_taken(formats):
    assert Mapping(date_formats=formats).date_formats == formats


def test_any_tables_words_are_taken_and_yes_stays_yes(tmp_path):
    mapping = load_mapping(
        write(
            tmp_path,
            "columns: {nps: Score, rate_on: Datum}\nconstants: {is_treated: yes}\n"
            "words: {kind: {1: view}}\n",
        )
    )
    assert mapping.constants == {"is_treated": "yes"}
    assert mapping.words == {"kind": {"1": "view"}}
