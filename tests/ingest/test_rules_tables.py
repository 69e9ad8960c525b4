"""Every table is judged by its words: whatever cannot be, in each table."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from workbench import tables
from workbench.errors import BadSpec, DataWarning, RejectedFile
from workbench.ingest import Mapping, ingest, open_store
from workbench.ingest.reasons import REASONS
from workbench.ingest.rules_tables import PERIODS
from workbench.shop_tables import SHOP_TABLES
from workbench.words import COUNT, DAY, FLAG, INSTANT, MONEY, NUMBER, TEXT

every_table = pytest.mark.parametrize(
    "words", SHOP_TABLES, ids=lambda words: words.name
)


def read(folder, table):
    return pq.read_table(open_store(folder / "s").parts(table)[0]).to_pylist()


@every_table
def test_a_clean_file_comes_through_whole_and_in_the_clean_form(made, words, tmp_path):
    receipt = made.load(tmp_path, words, made.file_of(words, 3))
    assert (receipt.accepted, receipt.reasons) == (3, {})
    schema = pq.read_schema(open_store(tmp_path / "s").parts(words.name)[0])
    tables.check(schema, words)
    assert set(schema.names) == set(words.names)


@every_table
def test_a_second_load_changes_nothing(made, words, tmp_path):
    first = made.load(tmp_path, words, made.file_of(words, 3))
    again = made.load(tmp_path, words, made.file_of(words, 3), "copy.csv")
    assert again.already_loaded and again.sha256 == first.sha256


@every_table
def test_37_an_empty_cell_that_is_required(made, words, tmp_path):
    columns = made.columns_of(words)
    for name in (n for n in columns if n in words.required):
        folder = tmp_path / name
        folder.mkdir()
        receipt = made.load(folder, words, made.file_of(words, 2, {name: ""}))
        (reason,) = made.reasons(receipt)
        if name == "customer_id":
            assert reason == "missing_customer"
        elif name in ("currency", "base"):
            assert reason == "currency"
        elif words.name == "rates":
            assert reason in ("bad_date", "bad_rate")
        else:
            assert reason == "missing_value"
        assert reason in REASONS


CANNOT_BE_READ = {
    DAY: ("2024-02-30", "bad_date"),
    INSTANT: ("soon", "bad_date"),
    MONEY: ("1.234,50", "ambiguous_amount"),
    COUNT: ("1.5", "bad_value"),
    NUMBER: ("much", "bad_value"),
    FLAG: ("perhaps", "bad_value"),
}


@every_table
def test_46_56_a_cell_that_cannot_be_read(made, words, tmp_path):
    """It costs the record: a column under its own word is what it says."""
    for column in words.columns:
        if column.type is TEXT or column.name not in made.columns_of(words):
            continue
        text, reason = CANNOT_BE_READ[column.type]
        reason = "bad_rate" if column.name == "rate" else reason
        content = made.file_of(words, 2, {column.name: text})
        receipt = made.load(tmp_path / column.name, words, content)
        assert (receipt.accepted, made.reasons(receipt)) == (1, {reason: 1})


def test_what_stands_under_a_known_heading_may_be_left_empty(made, tmp_path):
    """Only our own words and a mapping say for certain what a column means."""
    words = tables.table("customers")
    content = "customer_id,注册日期\na,2024-03-01\nb,早\n"
    receipt = made.load(tmp_path, words, content)
    assert (receipt.accepted, receipt.reasons) == (2, {})
    assert receipt.notes["unread_joined_on"] == 1
    assert read(tmp_path, "customers")[1]["joined_on"] is None


@every_table
def test_what_a_number_or_a_word_cannot_be(made, words, tmp_path):
    for column in words.columns:
        if column.most is not None:
            found = {column.name: f"{column.most * 10 + 1:.0f}"}
        elif column.least is not None:
            found = {column.name: "-1"}
        elif column.one_of:
            found = {column.name: "nothing of the kind"}
        else:
            continue
        reason = "unknown_word" if column.one_of else "out_of_range"
        reason = "bad_rate" if column.name == "rate" else reason
        folder = tmp_path / column.name
        receipt = made.load(folder, words, made.file_of(words, 2, found))
        assert made.reasons(receipt) == {reason: 1}


@every_table
def test_63_the_future_holds_plans_but_nothing_that_has_happened(made, words, tmp_path):
    plans = {"starts_on", "ends_on", "valid_from", "valid_to", "rate_on", "known_until"}
    for column in words.columns:
        if column.type not in (DAY, INSTANT) or column.name == "happened_on":
            continue
        late = {column.name: "2026-01-02"}
        late |= {last: "2026-01-03" for first, last in PERIODS if first in late}
        folder = tmp_path / column.name
        receipt = made.load(folder, words, made.file_of(words, 2, late))
        expected = {} if column.name in plans else {"future_date": 1}
        assert made.reasons(receipt) == expected, column.name


@every_table
def test_no_last_day_lies_before_the_first(made, words, tmp_path):
    for first, last in PERIODS:
        if first in words.names and last in words.names:
            turned = {first: "2024-03-05", last: "2024-03-04"}
            receipt = made.load(tmp_path / last, words, made.file_of(words, 2, turned))
            assert made.reasons(receipt) == {"ends_before_start": 1}


@every_table
@pytest.mark.parametrize("mark", ["a\x00b", "a\x1bb"])
def test_11_12_control_characters(made, words, mark, tmp_path):
    name = made.first_of(words, TEXT)
    receipt = made.load(tmp_path, words, made.file_of(words, 2, {name: mark}))
    assert made.reasons(receipt) == {"control_char": 1}


@every_table
def test_12_ids_lose_marks_that_cannot_be_seen(made, words, tmp_path):
    name = next((n for n in words.names if n.endswith("_id")), None)
    if name is None:
        return
    receipt = made.load(tmp_path, words, made.file_of(words, 1, {name: "x\u200b7"}))
    assert read(tmp_path, words.name)[0][name] == "x7"
    assert receipt.notes == {"zero_width_removed": 1}


@every_table
@pytest.mark.parametrize(
    ("encoding", "note"),
    [("utf-8-sig", "bom_removed"), ("utf-16", "encoding:utf-16"), ("utf-8", None)],
)
def test_05_07_encodings(made, words, encoding, note, tmp_path):
    content = made.file_of(words, 2).encode(encoding)
    receipt = made.load(tmp_path, words, content)
    assert receipt.accepted == 2
    assert [n for n in receipt.notes] == ([note] if note else [])


@every_table
def test_06_declared_gb18030(made, words, tmp_path):
    name = made.first_of(words, TEXT)
    if name in ("currency", "kind"):
        return
    content = made.file_of(words, 1, {name: "张三"}).encode("gb18030")
    made.load(tmp_path, words, content, encoding="gb18030")
    assert read(tmp_path, words.name)[0][name] == "张三"


@every_table
def test_lines_that_are_no_rows(made, words, tmp_path):
    content = made.file_of(words, 2)
    header, *lines = content.splitlines()
    n_commas = header.count(",")
    spoilt = [
        *(header, lines[0], "", "," * n_commas, header, lines[1]),
        *("Total" + "," * n_commas, "合计" + "," * n_commas),
        *(lines[0] + ",1", lines[0][: lines[0].rindex(",")]),
    ]
    receipt = made.load(tmp_path, words, "\n".join(spoilt) + "\n")
    assert receipt.accepted == 2
    assert made.reasons(receipt) == {
        "blank": 2,
        "repeated_header": 1,
        "total_row": 2,
        "field_count": 2,
    }


@every_table
def test_03_no_rows(made, words, tmp_path):
    with pytest.warns(DataWarning, match="no rows"):
        receipt = made.load(tmp_path, words, made.file_of(words, 0))
    assert receipt.notes == {"no_rows": 1}
    schema = pq.read_schema(open_store(tmp_path / "s").parts(words.name)[0])
    tables.check(schema, words)


@every_table
def test_16_18_36_what_is_no_file_of_this_table(made, words, tmp_path):
    names, _ = made.cells_of(words, 1)
    twice = ",".join([*names, names[0]]) + "\n"
    for content, code in (
        ("<!DOCTYPE html>\n", "not_csv"),
        ("colour,size\nred,1\n", "columns"),
        (twice, "duplicate_column"),
        ("", "empty_file"),
    ):
        with pytest.raises(RejectedFile) as caught:
            made.load(tmp_path, words, content)
        assert caught.value.code == code
    assert not (tmp_path / "s" / "manifest.json").exists()


@every_table
def test_34_69_the_same_rows_come_out_of_parquet_and_gz(made, words, tmp_path):
    import gzip

    made.load(tmp_path / "csv", words, made.file_of(words, 3))
    expected = read(tmp_path / "csv", words.name)
    packed = gzip.compress(made.file_of(words, 3).encode())
    made.load(tmp_path / "gz", words, packed, "raw.csv.gz")
    assert read(tmp_path / "gz", words.name) == expected
    clean = pa.Table.from_pylist(expected, words.schema())
    if "happened_on" in clean.column_names:
        clean = clean.drop_columns(["happened_on"])
    (tmp_path / "typed").mkdir()
    pq.write_table(clean, tmp_path / "typed" / "raw.parquet")
    made.load(tmp_path / "typed", words, None, "raw.parquet")
    assert read(tmp_path / "typed", words.name) == expected


@every_table
def test_69_a_time_where_a_text_belongs_is_refused(made, words, tmp_path):
    name = made.first_of(words, TEXT)
    columns = dict(zip(*made.cells_of(words, 1), strict=True))
    rows = {n: [text] for n, (text,) in ((n, [c]) for n, c in columns.items())}
    rows[name] = [datetime(2024, 3, 1, tzinfo=UTC)]
    pq.write_table(pa.table(rows), tmp_path / "raw.parquet")
    with pytest.raises(RejectedFile) as caught:
        made.load(tmp_path, words, None, "raw.parquet")
    assert caught.value.code == "schema"


def test_the_day_of_an_event_is_the_one_in_the_shops_zone(made, tmp_path):
    content = "customer_id,happened_at,kind\na,2024-03-01 23:30:00Z,VIEW\n"
    words = tables.table("events")
    receipt = made.load(tmp_path, words, content, time_zone="Asia/Shanghai")
    (row,) = read(tmp_path, "events")
    assert (row["happened_on"], row["kind"]) == (date(2024, 3, 2), "view")
    assert receipt.notes == {"word_restyled": 1}
    assert (receipt.first_on, receipt.last_on) == ("2024-03-02", "2024-03-02")


def test_a_time_in_a_column_of_days_is_cut_with_a_note(made, tmp_path):
    content = "customer_id,joined_on\na,2024-03-01 10:00\nb,2024-03-01 00:00\n"
    receipt = made.load(tmp_path, tables.table("customers"), content)
    assert receipt.notes == {"cut_to_day": 1}


def test_yes_and_no_in_three_languages(made, tmp_path):
    said = ["是", "否", "ja", "Nein", "TRUE", "0", ""]
    lines = "".join(f"c{n},{word}\n" for n, word in enumerate(said))
    made.load(tmp_path, tables.table("customers"), "customer_id,consent_sms\n" + lines)
    found = [row["consent_sms"] for row in read(tmp_path, "customers")]
    assert found == [True, False, True, False, True, False, None]


def test_the_mapping_says_what_no_column_does(made, tmp_path):
    content = "用户ID,行为时间,行为类型\na,2024-03-01,浏览\nb,2024-03-01,加购\n"
    receipt = made.load(
        tmp_path,
        tables.table("events"),
        content,
        words={"kind": {"浏览": "view", "加购": "cart_add"}},
        constants={"product_id": "p1"},
    )
    assert [row["kind"] for row in read(tmp_path, "events")] == ["view", "cart_add"]
    assert {row["product_id"] for row in read(tmp_path, "events")} == {"p1"}
    assert receipt.notes["translated_kind"] == 2


def test_constants_are_judged_as_cells_are(made, tmp_path):
    content = "campaign_id,customer_id\nm1,a\n"
    words = tables.table("contacts")
    made.load(tmp_path, words, content, constants={"is_treated": True})
    assert read(tmp_path, "contacts")[0]["is_treated"] is True
    receipt = made.load(
        tmp_path / "b", words, content, constants={"is_treated": "perhaps"}
    )
    assert made.reasons(receipt) == {"bad_value": 1}


def test_a_constant_may_be_said_in_the_sources_words(made, tmp_path):
    content = "customer_id,opened_on\na,2024-03-01\n"
    words = {"kind": {"Umfrage": "survey"}}
    feedback = tables.table("feedback")
    made.load(tmp_path, feedback, content, constants={"kind": "umfrage"}, words=words)
    assert read(tmp_path, "feedback")[0]["kind"] == "survey"


def test_06_gb18030_by_the_headings_of_the_table(made, tmp_path):
    content = "工单号,会员号,反馈类型,反馈日期,满意度\nf1,张三,survey,2024-03-01,5\n"
    feedback = tables.table("feedback")
    receipt = made.load(tmp_path, feedback, content.encode("gb18030"))
    (row,) = read(tmp_path, "feedback")
    assert (row["customer_id"], row["satisfaction"]) == ("张三", 5)
    assert receipt.notes["encoding:gb18030"] == 1


@every_table
def test_the_same_rows_come_out_of_json_lines(words, made, tmp_path):
    import json

    names, _ = made.cells_of(words, 1)
    rows = [made.cells_of(words, n)[1] for n in (1, 2, 3)]
    lines = (json.dumps(dict(zip(names, row, strict=True))) for row in rows)
    made.load(tmp_path / "json", words, "\n".join(lines), "raw.jsonl")
    made.load(tmp_path / "csv", words, made.file_of(words, 3))
    assert read(tmp_path / "json", words.name) == read(tmp_path / "csv", words.name)


def test_one_column_needs_no_delimiter(made, tmp_path):
    assert (
        made.load(tmp_path, tables.table("customers"), "customer_id\na\n").notes == {}
    )


def test_two_quarantines_of_the_same_bytes_are_kept(made, tmp_path):
    content = "campaign_id,customer_id,starts_on,is_treated\nm1,,soon,perhaps\n"
    for name in ("campaigns", "contacts"):
        made.load(tmp_path, tables.table(name), content)
    assert len(list((tmp_path / "s" / "quarantine").iterdir())) == 2


def test_the_declared_currency_fills_the_column_that_is_not_there(made, tmp_path):
    content = "product_id,valid_from,price\np,2024-03-01,1.005\n"
    receipt = made.load(tmp_path, tables.table("prices"), content, currency="EUR")
    (row,) = read(tmp_path, "prices")
    assert (row["currency"], row["price"]) == ("EUR", Decimal("1.01"))
    assert receipt.notes == {"rounded_to_cent": 1}


def test_constants_and_words_serve_orders_too(load):
    content = "customer_id,ordered_at,amount,channel\na,2024-03-01,1,线下\n"
    load(
        content,
        words={"channel": {"线下": "store"}},
        constants={"store_id": "s1"},
    )
    assert (load.rows[0]["channel"], load.rows[0]["store_id"]) == ("store", "s1")


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"columns": {"amount": "x"}}, "table customers has no column 'amount'"),
        ({"constants": {"citty": "x"}}, "no column 'citty'. Did you mean 'city'"),
        ({"words": {"price": {"a": "b"}}}, "table customers has no column 'price'"),
    ],
)
def test_words_of_another_table_are_refused(tmp_path, said, message):
    from workbench.ingest.mapping import as_mapping

    path = tmp_path / "raw.csv"
    path.write_text("customer_id\na\n")
    with pytest.raises(BadSpec, match=message) as caught:
        mapping = as_mapping(said, "m.yaml")
        ingest(path, "customers", tmp_path / "s", mapping)
    assert caught.value.exit_code == 2


def test_a_translation_must_be_a_word_of_the_column(tmp_path):
    mapping = Mapping(words={"kind": {"浏览": "veiw"}})
    with pytest.raises(BadSpec, match="cannot be 'veiw'. Did you mean 'view'"):
        mapping.require_fits(tables.table("events"))


def test_the_customer_of_an_order_is_no_constant():
    mapping = Mapping(constants={"customer_id": "a"})
    with pytest.raises(BadSpec, match="each order line's own"):
        mapping.require_fits(tables.TRANSACTIONS)


def test_one_name_serves_a_customer_in_every_table(made, tmp_path, monkeypatch):
    monkeypatch.setenv("SHOP_KEY", "k" * 32)
    key = {"pseudonym_key": "env:SHOP_KEY"}
    orders = "customer_id,ordered_at,amount\ncard7,2024-03-01,1\n"
    made.load(tmp_path, tables.TRANSACTIONS, orders, **key)
    people = "customer_id\nann\n"
    made.load(tmp_path, tables.table("customers"), people, **key)
    keys = "key,customer_id\ncard7,ann\n"
    made.load(tmp_path, tables.table("identities"), keys, **key)
    (known,) = read(tmp_path, "identities")
    assert known["key"] == read(tmp_path, "transactions")[0]["customer_id"]
    assert known["customer_id"] == read(tmp_path, "customers")[0]["customer_id"]
    for path in (tmp_path / "s").rglob("*"):
        if path.is_file():
            assert b"card7" not in path.read_bytes()


def test_bare_ids_do_not_come_beside_pseudonyms_from_any_table(
    made, tmp_path, monkeypatch
):
    monkeypatch.setenv("SHOP_KEY", "k" * 32)
    words = tables.table("customers")
    made.load(tmp_path, words, "customer_id\na\n", pseudonym_key="env:SHOP_KEY")
    with pytest.raises(BadSpec, match="the same customer would be two"):
        made.load(
            tmp_path, tables.table("events"), made.file_of(tables.table("events"), 1)
        )
    made.load(tmp_path, tables.table("products"), "product_id\np\n")


@pytest.mark.parametrize("nobody", ["NULL", "散客", "0"])
def test_a_key_that_stands_for_nobody_joins_nobody(made, tmp_path, nobody):
    content = f"key,customer_id\n{nobody},ann\ncard,ann\n1**9,ann\n"
    receipt = made.load(tmp_path, tables.table("identities"), content)
    assert made.reasons(receipt) == {"missing_value": 1, "masked_customer": 1}


def test_the_same_bytes_may_fill_two_tables(made, tmp_path):
    content = "campaign_id,customer_id,starts_on,is_treated\nm1,a,2024-03-01,yes\n"
    made.load(tmp_path, tables.table("campaigns"), content)
    receipt = made.load(tmp_path, tables.table("contacts"), content)
    assert not receipt.already_loaded
    assert open_store(tmp_path / "s").tables == ("campaigns", "contacts")


def test_days_of_other_tables_do_not_move_the_last_day_of_the_orders(made, tmp_path):
    orders = "customer_id,ordered_at,amount\na,2024-03-01,1\n"
    made.load(tmp_path, tables.TRANSACTIONS, orders)
    plans = "campaign_id,starts_on\nm1,2027-01-01\n"
    receipt = made.load(tmp_path, tables.table("campaigns"), plans)
    assert receipt.last_on == "2027-01-01"
    assert open_store(tmp_path / "s").last_on == date(2024, 3, 1)


def test_42_ids_of_persons_are_doubted_in_every_table(made, tmp_path):
    with pytest.warns(DataWarning, match="look like phone numbers"):
        receipt = made.load(
            tmp_path, tables.table("customers"), "customer_id\n13800138000\n"
        )
    assert receipt.notes == {"pii_id": 1}


def test_an_unread_cell_is_not_also_held_against_its_range(made, tmp_path):
    content = "customer_id,kind,opened_on,推荐分\na,survey,2024-03-01,gut\n"
    receipt = made.load(tmp_path, tables.table("feedback"), content)
    assert (receipt.accepted, receipt.notes["unread_nps"]) == (1, 1)


def test_64_before_the_shop_opened(made, tmp_path):
    content = "customer_id,joined_on\na,2019-12-31\nb,2020-01-01\n"
    customers = tables.table("customers")
    receipt = made.load(tmp_path, customers, content, opened_on="2020-01-01")
    assert made.reasons(receipt) == {"too_old": 1}


def test_70_the_limits_hold_for_every_table(made, tmp_path):
    from workbench.errors import TooManyQuarantined

    content = "product_id,list_price\np,x\n"
    named = {"columns": {"list_price": "list_price"}, "max_quarantined": 0.05}
    with pytest.raises(TooManyQuarantined, match="100.0% cannot be read"):
        made.load(tmp_path, tables.table("products"), content, **named)
    assert not (tmp_path / "s" / "manifest.json").exists()
