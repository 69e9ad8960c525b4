import pyarrow as pa
import pytest

from workbench.errors import BadColumns, UnknownName
from workbench.tables import MONEY, TABLES, TRANSACTIONS, check, dictionary, table


def test_a_table_is_found_by_its_name():
    assert table("transactions") is TRANSACTIONS
    with pytest.raises(UnknownName, match="Did you mean 'transactions'"):
        table("transaction")


def test_every_clean_row_has_these_columns():
    assert TRANSACTIONS.required == (
        "customer_id",
        "ordered_at",
        "ordered_on",
        "amount",
        "kind",
    )


def test_money_is_decimal_to_the_cent_and_times_are_utc():
    assert TRANSACTIONS["amount"].type == TRANSACTIONS["discount"].type == MONEY
    assert pa.decimal128(18, 2) == MONEY
    assert TRANSACTIONS["ordered_at"].type.tz == "UTC"
    assert TRANSACTIONS["ordered_on"].type == pa.date32()
    assert TRANSACTIONS["customer_id"].type == pa.string()


def test_no_column_stands_twice_and_each_has_a_meaning():
    for words in TABLES.values():
        assert len(set(words.names)) == len(words.names)
        assert all(column.meaning for column in words.columns)


def test_an_unknown_column_is_refused_with_the_nearest_name():
    with pytest.raises(UnknownName, match="'amont'. Did you mean 'amount'"):
        TRANSACTIONS["amont"]


def test_the_schema_of_some_columns_keeps_their_order():
    assert TRANSACTIONS.schema(("kind", "amount")).names == ["kind", "amount"]
    assert TRANSACTIONS.schema().names == list(TRANSACTIONS.names)


def test_required_optional_and_extra_columns_pass():
    required = TRANSACTIONS.schema(TRANSACTIONS.required)
    check(required, TRANSACTIONS)
    check(TRANSACTIONS.schema(), TRANSACTIONS)
    check(required.append(pa.field("extra_colour", pa.int8())), TRANSACTIONS)


def test_all_that_is_wrong_is_said_at_once():
    schema = pa.schema(
        [
            ("customer_id", pa.int64()),
            ("ordered_at", pa.timestamp("us", tz="UTC")),
            ("ordered_on", pa.date32()),
            ("amount", pa.float64()),
            ("brnad", pa.string()),
        ]
    )
    with pytest.raises(BadColumns) as caught:
        check(schema, TRANSACTIONS)
    message = str(caught.value)
    assert "missing kind" in message
    assert "unknown brnad (brnad: Did you mean 'brand'?)" in message
    assert "customer_id is int64, expected string" in message
    assert "amount is double, expected decimal128(18, 2)" in message
    assert message.endswith("with a mapping for its headings.")


def test_a_column_that_stands_twice_is_named():
    required = TRANSACTIONS.schema(TRANSACTIONS.required)
    doubled = required.append(required.field("kind")).append(required.field("amount"))
    with pytest.raises(BadColumns, match="has amount, kind more than once"):
        check(doubled, TRANSACTIONS)


def test_a_local_time_is_not_taken_for_utc():
    schema = TRANSACTIONS.schema(TRANSACTIONS.required)
    place = schema.get_field_index("ordered_at")
    local = schema.set(place, pa.field("ordered_at", pa.timestamp("us")))
    with pytest.raises(BadColumns, match="ordered_at is timestamp"):
        check(local, TRANSACTIONS)


def test_the_dictionary_has_one_line_for_every_column():
    parts = dictionary().split("## ")[1:]
    assert [part.splitlines()[0] for part in parts] == list(TABLES)
    for part, words in zip(parts, TABLES.values(), strict=True):
        for column in words.columns:
            start = f"| `{column.name}` |"
            (line,) = [line for line in part.splitlines() if line.startswith(start)]
            said = line.removesuffix(" |").split(" | ")[-1].split("; found in `")
            assert said[0] == column.meaning
            assert said[1:] == ([f"{column.refers_to}`"] if column.refers_to else [])
            assert ("| yes |" in line) is column.required


def test_what_a_column_refers_to_and_what_tells_rows_apart_is_there():
    for words in TABLES.values():
        named = {*words.key, *([words.day] if words.day else [])}
        assert named <= set(words.names)
        for column in words.columns:
            if column.refers_to:
                table, name = column.refers_to.split(".")
                assert TABLES[table][name].type == column.type
