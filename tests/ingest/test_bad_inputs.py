"""What a loader meets, and what each must get; numbers are those of the catalogue."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from workbench.errors import DataWarning, RejectedFile, TooManyQuarantined
from workbench.ingest import Mapping, ingest

HEADER = "customer_id,ordered_at,amount\n"
GOOD = HEADER + "a,2024-03-01,1.00\nb,2024-03-02 10:11:12,2.50\n"


def one(line: str, header: str = HEADER) -> str:
    """Return a file with one good row and ``line`` after it."""
    return f"{header}good,2024-03-01,1.00\n{line}\n"


def reasons(receipt) -> dict[str, int]:
    assert receipt.records_in == receipt.accepted + receipt.quarantined
    assert receipt.quarantined == sum(receipt.reasons.values())
    return receipt.reasons


def rejected(load, content, code, name="raw.csv", **mapping) -> str:
    with pytest.raises(RejectedFile) as caught:
        load(content, name, **mapping)
    assert caught.value.code == code
    assert not (load.store / "manifest.json").exists()
    return str(caught.value)


def test_01_missing_file_folder_or_pipe_is_no_regular_file(load, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for name in ("absent.csv", ".", "pipe"):
        with pytest.raises(RejectedFile) as caught:
            ingest(tmp_path / name, into=load.store)
        assert caught.value.code == "not_regular_file"


def test_01_symlink_to_a_file_is_followed(load, tmp_path):
    (tmp_path / "link.csv").symlink_to(load.file(GOOD))
    assert ingest(tmp_path / "link.csv", into=load.store).accepted == 2


def test_02_zero_bytes(load):
    rejected(load, b"", "empty_file")


def test_03_header_only_gives_no_rows_and_a_warning(load):
    with pytest.warns(DataWarning, match="no rows"):
        receipt = load(HEADER)
    assert (receipt.records_in, receipt.accepted) == (0, 0)
    assert receipt.notes == {"no_rows": 1}
    assert load.snapshot.read().columns == (
        "customer_id",
        "ordered_at",
        "ordered_on",
        "amount",
        "kind",
    )


def test_04_only_blanks(load):
    rejected(load, "  \n\n \n", "empty_file")


def test_05_byte_order_mark(load):
    receipt = load(b"\xef\xbb\xbf" + GOOD.encode())
    assert receipt.accepted == 2
    assert receipt.notes == {"bom_removed": 1}


def test_06_declared_gb18030(load):
    receipt = load(
        "顾客,ordered_at,amount\n张三,2024-03-01,1\n".encode("gb18030"),
        columns={"customer_id": "顾客"},
        encoding="gb18030",
    )
    assert load.rows[0]["customer_id"] == "张三"
    assert receipt.notes == {"encoding:gb18030": 1}


def test_06_undeclared_gb18030_if_the_whole_file_is_strictly_that(load):
    text = "客户编号,付款时间,实付金额\n张三,2024-03-01,1\n李四,2024-03-02,2\n"
    receipt = load(text.encode("gb18030"))
    assert [row["customer_id"] for row in load.rows] == ["张三", "李四"]
    assert receipt.notes["encoding:gb18030"] == 1


def test_06_a_file_of_another_encoding_is_no_gb18030(load):
    text = "Kunde,ordered_at,amount\nMüller,2024-03-01,1\nJäger,2024-03-02,2\n"
    receipt = load(text.encode("latin-1"), columns={"customer_id": "Kunde"})
    assert reasons(receipt) == {"bad_encoding": 2}


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("euc-kr", "김철수"),
        ("euc-jp", "田中太郎"),
        ("cp1251", "Москва"),
        ("koi8-r", "Москва"),
        ("big5", "陳大文"),
        ("shift_jis", "田中太郎"),
    ],
)
def test_06_no_other_encoding_is_taken_for_gb18030(load, encoding, name):
    text = HEADER + f"{name},2024-03-01,1\n" * 20
    receipt = load(text.encode(encoding))
    assert reasons(receipt) == {"bad_encoding": 20}


def test_06_what_is_set_aside_has_the_bytes_of_the_source(load):
    line = "李四,昨天,2".encode("gb18030")
    text = "客户编号,付款时间,实付金额\n张三,2024-03-01,1\n".encode("gb18030")
    load(text + line + b"\n")
    assert load.quarantine[0]["raw"] == line


def test_07_utf16_with_its_mark(load):
    assert load(GOOD.encode("utf-16")).accepted == 2


def test_08_utf16_without_its_mark(load):
    assert "UTF-16" in rejected(load, GOOD.encode("utf-16-le"), "encoding")


@pytest.mark.parametrize("bad", ["张三".encode("gbk"), b"\xff"])
def test_09_10_one_line_of_another_encoding(load, bad):
    receipt = load(GOOD.encode() + bad + b",2024-03-01,3\nc,2024-03-01,4\n")
    assert reasons(receipt) == {"bad_encoding": 1}
    assert load.quarantine[0]["raw"] == bad + b",2024-03-01,3"


def test_11_control_character(load):
    assert reasons(load(one("a\x00b,2024-03-01,1"))) == {"control_char": 1}
    assert reasons(load(one("a\x1bb,2024-03-01,1"))) == {"control_char": 1}


def test_12_zero_width_marks_are_stripped_from_an_id(load):
    receipt = load(one("a\u200bb\ufeff,2024-03-01,1"))
    assert (receipt.accepted, receipt.notes) == (2, {"zero_width_removed": 1})
    assert load.rows[1]["customer_id"] == "ab"


def test_12_zero_width_marks_are_stripped_before_repeats_are_looked_for(load):
    header = "order_id,line_no,customer_id,ordered_at,amount\n"
    line = "o1,1,a{},2024-03-01,1\n"
    receipt = load(header + line.format("") + line.format("\u200b"))
    assert reasons(receipt) == {"duplicate_exact": 1}


def test_12_a_turned_id_is_set_aside(load):
    assert reasons(load(one("a\u202eb,2024-03-01,1"))) == {"control_char": 1}


def test_12_marks_in_a_name_of_a_product_stay(load):
    header = "customer_id,ordered_at,amount,brand\n"
    load(header + "a,2024-03-01,1,👩\u200d🍳\n")
    assert load.rows[0]["brand"] == "👩\u200d🍳"


def test_13_blanks_around_an_id_are_trimmed_and_counted(load):
    receipt = load(HEADER + "\u3000a ,2024-03-01,1\n")
    assert load.rows[0]["customer_id"] == "a"
    assert (receipt.repaired, receipt.notes) == (1, {"trimmed": 1})


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_14_other_newlines(load, newline):
    assert load(GOOD.replace("\n", newline)).accepted == 2


def test_14_mixed_newlines(load):
    mixed = HEADER + "a,2024-03-01,1\r\nb,2024-03-01,1\nc,2024-03-01,\r\n"
    receipt = load(mixed)
    assert (receipt.accepted, reasons(receipt)) == (2, {"bad_amount": 1})
    assert load.quarantine[0]["raw"] == b"c,2024-03-01,"


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_15_delimiter_under_which_the_header_is_found(load, delimiter):
    receipt = load(GOOD.replace(",", delimiter))
    assert receipt.accepted == 2
    assert receipt.notes == {f"delimiter:{delimiter!r}": 1}


def test_15_fullwidth_commas(load):
    text = GOOD.replace(",", "，") + "c，nonsense，1\n"
    receipt = load(text)
    assert reasons(receipt) == {"bad_date": 1}
    assert receipt.notes == {"delimiter:'，'": 1}
    assert load.quarantine[0]["raw"].decode() == "c，nonsense，1"


def test_15_a_header_that_fits_two_delimiters_is_refused(load):
    header = "customer_id,ordered_at,amount,x;customer_id;ordered_at;amount\n"
    message = rejected(load, header + "a,2024-03-01,1;b;2;3\n", "delimiter")
    assert "Say the 'delimiter'" in message


def test_16_missing_column_is_named_with_the_nearest(load):
    message = rejected(load, "custmer_id,ordered_at,amount\na,b,c\n", "columns")
    assert "customer_id, is it 'custmer_id'?" in message


def test_16_missing_mapped_column(load):
    message = rejected(load, GOOD, "columns", columns={"brand": "Marke"})
    assert "brand ('Marke')" in message


def test_17_unknown_column_is_ignored_with_a_note(load):
    receipt = load("customer_id,ordered_at,amount,mood\na,2024-03-01,1,fine\n")
    assert receipt.notes == {"column_ignored:mood": 1}


def test_18_duplicate_column(load):
    content = "customer_id,ordered_at,amount,amount\na,2024-03-01,1,2\n"
    assert "'amount'" in rejected(load, content, "duplicate_column")


def test_18_two_columns_that_could_both_be_meant(load):
    content = "Customer ID,customer-id,ordered_at,amount\na,a,2024-03-01,1\n"
    rejected(load, content, "duplicate_column")


def test_19_order_of_columns_does_not_matter(load):
    load("amount,customer_id,ordered_at\n1.25,a,2024-03-01\n")
    assert load.rows[0]["amount"] == Decimal("1.25")


def test_20_known_chinese_headings(load):
    receipt = load("客户编号,交易日期,金额\na,2024-03-01,1\n")
    assert receipt.accepted == 1
    assert receipt.notes["heading_known:customer_id=客户编号"] == 1


def test_20_unknown_chinese_headings_are_refused(load):
    rejected(load, "顾客昵称,哪天,多少钱\na,2024-03-01,1\n", "columns")


def test_21_case_and_blanks_of_headings(load):
    receipt = load(" Customer ID ,ORDERED_AT,Amount\na,2024-03-01,1\n")
    assert receipt.accepted == 1
    assert receipt.notes["heading_normalised:customer_id"] == 1


def test_22_no_header(load):
    rejected(load, "a,2024-03-01,1.00\nb,2024-03-02,2.00\n", "no_header")


def test_23_lines_before_the_header_need_a_setting(load):
    content = "Sales of 2024\n\n" + GOOD
    rejected(load, content, "columns")
    assert load(content, skip_rows=2).accepted == 2


@pytest.mark.parametrize("footer", ["Total,,3.50", "合计,,3.50", "合计", "Total:"])
def test_24_footer(load, footer):
    assert reasons(load(GOOD + footer + "\n")) == {"total_row": 1}


@pytest.mark.parametrize("line", ["", "   ", ",,"])
def test_25_blank_line_is_counted(load, line):
    receipt = load(one(line) + "b,2024-03-02,2.50\n")
    assert (receipt.records_in, reasons(receipt)) == (3, {"blank": 1})


def test_24_repeated_header(load):
    assert reasons(load(GOOD + GOOD)) == {"repeated_header": 1}


@pytest.mark.parametrize("line", ["a,2024-03-01", "a,2024-03-01,1,2"])
def test_26_27_short_and_long_rows(load, line):
    receipt = load(one(line))
    assert reasons(receipt) == {"field_count": 1}
    kept = load.quarantine[0]
    assert (kept["record"], kept["raw"]) == (2, line.encode())
    content = (load.folder / "raw.csv").read_bytes()
    assert content[kept["byte_offset"] :].startswith(line.encode())


def test_28_unclosed_quote_costs_its_first_line_only(load):
    content = HEADER + 'a,2024-03-01,1\n"b,2024-03-01,1\nc,2024-03-01,1\n'
    receipt = load(content)
    assert (receipt.accepted, reasons(receipt)) == (2, {"unterminated_quote": 1})


def test_29_quote_inside_a_field(load):
    header = "customer_id,ordered_at,amount,brand\n"
    assert load(header + 'a,2024-03-01,1,5" pipe\n').accepted == 1
    assert load.rows[0]["brand"] == '5" pipe'


def test_30_newline_inside_a_quoted_field(load):
    header = "customer_id,ordered_at,amount,brand\n"
    receipt = load(header + 'a,2024-03-01,1,"x\ny"\nb,2024-03-01,2,"say ""hi"""\n')
    assert receipt.records_in == receipt.accepted == 2
    assert [row["brand"] for row in load.rows] == ["x\ny", 'say "hi"']


def test_31_backslash_before_a_quote(load):
    header = "customer_id,ordered_at,amount,brand\n"
    receipt = load(header + 'a,2024-03-01,1,"x \\"y\\" z"\nb,2024-03-01,2,z\n')
    assert reasons(receipt) == {"bad_quote": 1}


def test_32_a_field_of_ten_megabytes(load):
    receipt = load(one("a" * 10_000_000 + ",2024-03-01,1"))
    assert reasons(receipt) == {"too_long": 1}


def test_33_a_hundred_thousand_columns(load):
    header = ",".join(f"c{n}" for n in range(100_000))
    rejected(load, HEADER.strip() + "," + header + "\n", "columns")


def test_28_more_than_one_percent_of_open_quotes_refuses_the_file(load):
    lines = "".join(f"a{n},2024-03-01,1\n" for n in range(90))
    with pytest.raises(TooManyQuarantined, match="open a quote that does not end"):
        load(HEADER + lines + '"b,2024-03-01,1\n', max_unterminated=0.01)


@pytest.mark.parametrize(
    "start", [b"PK\x03\x04....", b"<!DOCTYPE html>", b'{"error": 1}', b"[{}]"]
)
def test_36_what_is_no_csv(load, start):
    rejected(load, start + b"\n1,2,3\n", "not_csv")


@pytest.mark.parametrize(
    "nobody", ["", "NULL", "null", "NA", "-", "0", "散客", "匿名", '" "']
)
def test_37_missing_customer(load, nobody):
    assert reasons(load(one(f"{nobody},2024-03-01,1"))) == {"missing_customer": 1}


def test_37_the_list_of_nobodies_can_be_set(load):
    assert load(one("NA,2024-03-01,1"), anonymous=[]).accepted == 2


@pytest.mark.parametrize("name", ["007", "7", "1" * 22, "=1+1", "𠮷野", "x'; drop"])
def test_38_39_40_66_68_ids_are_kept_as_text(load, name):
    load(HEADER + f"{name},2024-03-01,1\n")
    assert load.rows[0]["customer_id"] == name


def test_43_equal_rows_without_line_numbers_are_all_kept(load):
    assert load(HEADER + "a,2024-03-01,1\n" * 3).accepted == 3


def test_45_a_second_load_under_another_name_changes_nothing(load):
    first = load(GOOD)
    again = load(GOOD, "copy.csv")
    assert again.already_loaded and not first.already_loaded
    assert (again.store_version, again.sha256) == (first.store_version, first.sha256)
    assert (again.records_in, again.accepted) == (2, 2)
    assert load.snapshot.rows == 2


def test_45_another_mapping_for_a_known_file_is_said(load):
    load(GOOD)
    with pytest.warns(DataWarning, match="another mapping"):
        assert load(GOOD, currency="EUR").already_loaded


@pytest.mark.parametrize("amount", ["", "text", "N/A", "NaN", "inf", "-inf", "1e308"])
def test_46_48_no_amount(load, amount):
    assert reasons(load(one(f"a,2024-03-01,{amount}"))) == {"bad_amount": 1}


@pytest.mark.parametrize(
    "amount",
    ["￥1234.50", '"1,234.50"', '"1.234,50"', "1 234", "(12.00)", "1e3", "12元"],
)
def test_47_amounts_of_another_style_are_ambiguous(load, amount):
    assert reasons(load(one(f"a,2024-03-01,{amount}"))) == {"ambiguous_amount": 1}


def test_47_declared_style_is_repaired_with_a_note(load):
    content = 'customer_id;ordered_at;amount\na;2024-03-01;"€ 1.234,50"\n'
    receipt = load(content, decimal=",", thousands=".", symbols=["€"])
    assert load.rows[0]["amount"] == Decimal("1234.50")
    assert receipt.notes["amount_restyled"] == 1


def test_47_a_sign_inside_a_number_is_no_sign(load):
    receipt = load(one("a,2024-03-01,5¥5"), symbols=("¥",))
    assert set(reasons(receipt)) <= {"bad_amount", "ambiguous_amount"}
    assert receipt.accepted == 1


def test_49_zero_amount(load):
    assert load(one("a,2024-03-01,0.00")).accepted == 2


def test_50_negative_amount(load):
    assert reasons(load(one("a,2024-03-01,-1"))) == {"negative_amount": 1}


def test_50_negative_amount_as_a_return_if_declared(load):
    load(HEADER + "a,2024-03-01,-1\n", returns="negative_amount")
    assert (load.rows[0]["kind"], load.rows[0]["amount"]) == ("return", Decimal(-1))


def test_50_negative_amount_as_a_return_if_kind_says_so(load):
    header = "customer_id,ordered_at,amount,kind\n"
    receipt = load(header + "a,2024-03-01,-1,Refund\nb,2024-03-01,3,return\n")
    assert [row["amount"] for row in load.rows] == [Decimal(-1), Decimal(-3)]
    assert receipt.notes["return_made_negative"] == 1


def test_50_unknown_kind(load):
    header = "customer_id,ordered_at,amount,kind\n"
    assert reasons(load(header + "a,2024-03-01,1,gift\n")) == {"bad_kind": 1}


def test_53_currency(load):
    header = "customer_id,ordered_at,amount,currency\n"
    content = header + "a,2024-03-01,1,EUR\nb,2024-03-01,1,\nc,2024-03-01,1,euro\n"
    assert reasons(load(content)) == {"currency": 2}
    load(HEADER + "d,2024-03-01,1\n", "two.csv", currency="EUR")
    assert load.rows[-1]["currency"] == "EUR"


@pytest.mark.parametrize("quantity", ["0", "1e9", "1000000000", "many"])
def test_54_quantity_that_cannot_be(load, quantity):
    header = "customer_id,ordered_at,amount,quantity\n"
    receipt = load(header + f"a,2024-03-01,1,{quantity}\n")
    assert reasons(receipt) == {"bad_quantity": 1}


def test_54_negative_quantity_is_a_return_and_a_half_is_accepted(load):
    header = "customer_id,ordered_at,amount,quantity\n"
    load(header + "a,2024-03-01,-1,-2\nb,2024-03-01,1,1.5\nc,2024-03-01,1,\n")
    found = [(row["kind"], row["quantity"]) for row in load.rows]
    assert found == [("return", -2.0), ("purchase", 1.5), ("purchase", None)]


def test_55_an_amount_that_is_not_quantity_times_price_is_flagged(load):
    header = "customer_id,ordered_at,amount,quantity,unit_price\n"
    receipt = load(header + "a,2024-03-01,6.00,2,3\nb,2024-03-01,6.01,2,3\n")
    assert (receipt.accepted, receipt.notes) == (2, {"amount_not_price": 1})
    assert [row["flags"] for row in load.rows] == [None, "amount_not_price"]


@pytest.mark.parametrize("day", ["", "soon", "45292", "20240301", "01/02/2024"])
def test_56_58_no_date(load, day):
    assert reasons(load(one(f"a,{day},1"))) == {"bad_date": 1}


@pytest.mark.parametrize(
    "day", ["0000-00-00", "1900-01-00", "1970-01-01", "1970-01-01 00:00:00"]
)
def test_56_placeholder_date(load, day):
    assert reasons(load(one(f"a,{day},1"))) == {"placeholder_date": 1}


@pytest.mark.parametrize("day", ["2024-02-30", "2023-02-29", "2024-04-31"])
def test_57_days_that_are_none(load, day):
    assert reasons(load(one(f"a,{day},1"))) == {"bad_date": 1}
    other = f"{day[8:]}.{day[5:7]}.{day[:4]}"
    receipt = load(HEADER + f"a,{other},1\n", "other.csv", date_formats=["%d.%m.%Y"])
    assert reasons(receipt) == {"bad_date": 1}


@pytest.mark.parametrize(
    ("form", "number", "instant"),
    [
        ("excel_1900", "45292", "2024-01-01 00:00:00+00:00"),
        ("excel_1900", "45292.75", "2024-01-01 18:00:00+00:00"),
        ("excel_1904", "43830", "2024-01-01 00:00:00+00:00"),
        ("epoch_s", "1704067200", "2024-01-01 00:00:00+00:00"),
        ("epoch_ms", "1704067200123", "2024-01-01 00:00:00.123000+00:00"),
    ],
)
def test_58_60_numbers_are_days_only_if_declared(load, form, number, instant):
    assert reasons(load(one(f"a,{number},1"))) == {"bad_date": 1}
    content = HEADER + f"a,{number},1\n"
    load(content, "two.csv", date_formats=(form,))
    assert str(load.rows[-1]["ordered_at"]) == instant


@pytest.mark.parametrize("number", ["60", "59", "0", "-1", "2024-03-01", "99999999"])
def test_58_what_excel_has_no_real_day_for(load, number):
    receipt = load(HEADER + f"a,{number},1\n", date_formats=("excel_1900",))
    assert set(reasons(receipt)) <= {"bad_date", "placeholder_date"}
    assert receipt.accepted == 0


def test_58_counted_days_are_declared_for_a_whole_column():
    with pytest.raises(ValueError, match="whole column"):
        Mapping(date_formats=("iso", "excel_1900"))


def test_59_each_value_matches_a_declared_format(load):
    content = HEADER + "a,2024-03-01,1\nb,02.03.2024 9:05,1\nc,03/03/2024,1\n"
    receipt = load(content, date_formats=["iso", "%d.%m.%Y %H:%M"])
    assert reasons(receipt) == {"bad_date": 1}
    assert load.rows[1]["ordered_at"] == datetime(2024, 3, 2, 9, 5, tzinfo=UTC)


def test_61_offsets_and_times_without_one(load):
    content = (
        HEADER
        + "a,2024-03-01T23:30:00+08:00,1\nb,2024-03-01T20:30:00Z,1\n"
        + "c,2024-03-01 23:30,1\n"
    )
    receipt = load(content, time_zone="Asia/Shanghai")
    at = [row["ordered_at"] for row in load.rows]
    assert at[0] == at[2] == datetime(2024, 3, 1, 15, 30, tzinfo=UTC)
    assert [row["ordered_on"].day for row in load.rows] == [1, 2, 1]
    assert receipt.notes == {"zone_assumed": 1}


def test_62_summer_time_of_shanghai(load):
    load(HEADER + "a,1991-07-01 12:00,1\n", time_zone="Asia/Shanghai")
    assert load.rows[0]["ordered_at"] == datetime(1991, 7, 1, 3, 0, tzinfo=UTC)


def test_62_time_that_the_clock_skips_is_moved_with_a_note(load):
    receipt = load(HEADER + "a,2024-03-31 02:30,1\n", time_zone="Europe/Berlin")
    assert load.rows[0]["ordered_on"] == date(2024, 3, 31)
    assert receipt.notes == {"moved_past_clock_change": 1}


def test_63_later_than_the_time_of_loading(load):
    assert reasons(load(one("a,2026-01-02,1"))) == {"future_date": 1}


def test_63_later_than_the_end_that_the_source_declares(load):
    receipt = load(one("a,2024-03-02,1"), ends_on="2024-03-01")
    assert reasons(receipt) == {"future_date": 1}


def test_64_before_the_shop_opened(load):
    receipt = load(one("a,2019-12-31,1"), opened_on="2020-01-01")
    assert reasons(receipt) == {"too_old": 1}


def test_65_rows_of_the_closed_period_are_taken_flagged_and_said(load):
    with pytest.warns(DataWarning, match="1 rows are of the closed period"):
        receipt = load(one("a,2024-02-28,1"), closed_on=date(2024, 2, 29))
    assert (receipt.accepted, receipt.notes) == (2, {"late": 1})
    assert [row["flags"] for row in load.rows] == [None, "late"]


def test_67_script_in_a_name_is_a_text(load):
    header = "customer_id,ordered_at,amount,brand\n"
    load(header + "a,2024-03-01,1,<script>alert(1)</script>\n")
    assert load.rows[0]["brand"] == "<script>alert(1)</script>"


def test_70_too_much_lost_publishes_nothing_and_keeps_the_quarantine(load):
    with pytest.raises(TooManyQuarantined, match=r"33\.3% cannot be read") as caught:
        load(GOOD + "c,2024-03-01,x\n", max_quarantined=0.05)
    assert caught.value.exit_code == 3
    assert "bad_amount 1" in str(caught.value)
    assert not (load.store / "manifest.json").exists()
    assert [row["reason"] for row in load.quarantine] == ["bad_amount"]


def test_70_missing_customers_have_a_limit_of_their_own(load):
    content = GOOD + ",2024-03-01,1\n"
    receipt = load(content, max_quarantined=0.0, max_missing_customer=0.5)
    assert reasons(receipt) == {"missing_customer": 1}
    with pytest.raises(TooManyQuarantined, match="have no customer"):
        load(content + ",2024-03-01,1\n" * 2, "two.csv", max_missing_customer=0.5)


def test_70_default_limits_are_those_of_the_catalogue():
    assert Mapping().max_quarantined == 0.05
    assert Mapping().max_missing_customer == 0.5


def test_quarantine_is_private_and_says_until_when_it_is_kept(load):
    load(one("a,2024-03-01,x"))
    file = next((load.store / "quarantine").iterdir())
    assert file.stat().st_mode & 0o777 == 0o600
    kept = load.quarantine[0]
    assert (kept["column"], kept["keep_until"]) == ("amount", date(2026, 4, 1))
