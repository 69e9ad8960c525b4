"""Parquet sources: types become text, times stay times, damage is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from workbench.errors import RejectedFile
from workbench.ingest import Mapping, ingest

MAPPING = Mapping(max_quarantined=1.0, max_missing_customer=1.0)


def save(load, **columns):
    path = load.folder / "raw.parquet"
    pq.write_table(pa.table(columns), path)
    return path


def test_types_of_the_source_do_not_matter(load):
    path = save(
        load,
        customer_id=pa.array([17850.0, None, 7.0]),
        ordered_at=pa.array([datetime(2024, 3, 1, 8, 26)] * 3, pa.timestamp("ns")),
        amount=pa.array([Decimal("1.50"), Decimal("2.00"), Decimal("3.00")]),
        quantity=pa.array([1, 2, -3]),
        brand=pa.array(["x", "y", None]).dictionary_encode(),
    )
    receipt = ingest(path, into=load.store, mapping=MAPPING)
    assert receipt.reasons == {"missing_customer": 1}
    first, last = load.rows
    assert (first["customer_id"], first["brand"]) == ("17850", "x")
    assert first["ordered_at"] == datetime(2024, 3, 1, 8, 26, tzinfo=UTC)
    assert (last["kind"], last["amount"]) == ("return", Decimal("-3.00"))
    assert last["brand"] is None
    assert load.quarantine[0]["raw"].startswith(b'{"customer_id": null')


def test_days_and_zones(load):
    path = save(
        load,
        customer_id=["a", "b"],
        ordered_at=pa.array([date(2024, 3, 1), None]),
        amount=[1.0, 2.0],
    )
    zone = MAPPING.model_copy(update={"time_zone": "Asia/Shanghai"})
    receipt = ingest(path, into=load.store, mapping=zone)
    assert receipt.reasons == {"bad_date": 1}
    assert load.rows[0]["ordered_at"] == datetime(2024, 2, 29, 16, tzinfo=UTC)
    assert load.rows[0]["ordered_on"] == date(2024, 3, 1)


def test_amount_is_quantity_times_unit_price_to_the_cent(load):
    path = save(
        load,
        customer_id=["a", "b", "c", "d"],
        ordered_at=["2024-03-01"] * 4,
        pieces=[3.0, -2.0, 1.0, 1.0],
        each=[2.55, 1.0, 0.005, float("nan")],
    )
    mapping = MAPPING.model_copy(
        update={"columns": {"quantity": "pieces", "unit_price": "each"}}
    )
    receipt = ingest(path, into=load.store, mapping=mapping)
    assert [row["amount"] for row in load.rows] == [
        Decimal("7.65"),
        Decimal("-2.00"),
        Decimal("0.01"),
    ]
    assert receipt.reasons == {"bad_amount": 1}
    assert receipt.notes == {"rounded_to_cent": 1}


def test_numbers_with_an_exponent_are_written_out(load):
    path = save(
        load,
        customer_id=[123456789012.0, 2.0],
        ordered_at=["2024-03-01"] * 2,
        amount=[1234567890123.25, 1e300],
    )
    receipt = ingest(path, into=load.store, mapping=MAPPING)
    assert load.rows[0]["customer_id"] == "123456789012"
    assert load.rows[0]["amount"] == Decimal("1234567890123.25")
    assert receipt.reasons == {"bad_amount": 1}


def test_no_rows_is_accepted_with_a_warning(load):
    path = save(load, customer_id=[], ordered_at=[], amount=[])
    with pytest.warns(UserWarning, match="no rows"):
        assert ingest(path, into=load.store).records_in == 0


def test_nested_column_is_refused(load):
    path = save(load, customer_id=[["a"]], ordered_at=["2024-03-01"], amount=[1.0])
    with pytest.raises(RejectedFile) as caught:
        ingest(path, into=load.store)
    assert caught.value.code == "schema"


@pytest.mark.parametrize("damage", ["cut", "renamed"])
def test_damaged_or_renamed_file_is_refused(load, damage):
    path = save(load, customer_id=["a"], ordered_at=["2024-03-01"], amount=[1.0])
    content = path.read_bytes()
    path.write_bytes(content[:-20] if damage == "cut" else b"a,b\n1,2\n")
    with pytest.raises(RejectedFile) as caught:
        ingest(path, into=load.store)
    assert caught.value.code == "parquet"


def test_csv_and_parquet_of_the_same_rows_agree(load, tmp_path):
    frame = pd.DataFrame(
        {
            "customer_id": ["a", "b"],
            "ordered_at": ["2024-03-01", "2024-03-02 10:00:00"],
            "amount": ["1.50", "2.25"],
        }
    )
    frame.to_parquet(tmp_path / "x.parquet")
    frame.to_csv(tmp_path / "x.csv", index=False)
    one = ingest(tmp_path / "x.parquet", into=tmp_path / "one")
    two = ingest(tmp_path / "x.csv", into=tmp_path / "two")
    assert one.sha256 == two.sha256


def test_69_decimals_dictionaries_old_times_and_large_texts_are_taken(load):
    path = load.folder / "raw.parquet"
    table = pa.table(
        {
            "customer_id": pa.array(["a", "b"], pa.large_string()),
            "ordered_at": pa.array([datetime(2024, 3, 1, 8)] * 2, pa.timestamp("ns")),
            "amount": pa.array(["1.50", "2.00"]).dictionary_encode(),
        }
    )
    pq.write_table(table, path, use_deprecated_int96_timestamps=True)
    assert ingest(path, into=load.store).accepted == 2
    assert [row["amount"] for row in load.rows] == [Decimal("1.50"), Decimal("2.00")]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("customer_id", pa.array([b"a"], pa.binary())),
        ("customer_id", pa.array([datetime(2024, 3, 1)])),
        ("amount", pa.array([date(2024, 3, 1)])),
        ("quantity", pa.array([datetime(2024, 3, 1)])),
        ("ordered_at", pa.array([1], pa.duration("s"))),
    ],
)
def test_69_types_that_no_rule_can_judge_are_refused(load, name, values):
    columns = {"customer_id": ["a"], "ordered_at": ["2024-03-01"], "amount": [1.0]}
    path = save(load, **(columns | {name: values}))
    with pytest.raises(RejectedFile, match=f"column {name} is") as caught:
        ingest(path, into=load.store)
    assert caught.value.code == "schema"


@pytest.mark.parametrize(
    ("name", "values", "reason"),
    [
        ("amount", pa.array([1.5], pa.float16()), None),
        ("brand", pa.array(["茶"], pa.string_view()), None),
        ("ordered_at", pa.array([2**62], pa.timestamp("ms")), "bad_date"),
        ("ordered_at", pa.array([-(2**60)], pa.timestamp("us")), "bad_date"),
        ("ordered_at", pa.array([2**31 - 1], pa.date32()), "bad_date"),
        (
            "order_id",
            pa.array([b"a\xff"]).cast(pa.string(), safe=False),
            "bad_encoding",
        ),
    ],
)
def test_69_what_is_rare_is_read_or_set_aside(load, name, values, reason):
    columns = {"customer_id": ["a"], "ordered_at": ["2024-03-01"], "amount": [1.0]}
    path = save(load, **(columns | {name: values}))
    receipt = ingest(path, into=load.store, mapping=MAPPING)
    assert receipt.reasons == ({reason: 1} if reason else {})


def test_69_a_text_that_is_none_costs_its_own_row(load):
    names = pa.array([b"a", b"\xff", b"c"]).cast(pa.string(), safe=False)
    path = save(load, customer_id=names, ordered_at=["2024-03-01"] * 3, amount=[*"12x"])
    receipt = ingest(path, into=load.store, mapping=MAPPING)
    assert receipt.reasons == {"bad_encoding": 1, "bad_amount": 1}
    (wrong, amount) = sorted(load.quarantine, key=lambda row: row["record"])
    assert (wrong["record"], amount["record"]) == (2, 3)
    assert b"\\\\xff" in wrong["raw"]


def test_21_a_heading_with_blanks_around_it_is_found(load):
    path = load.folder / "raw.parquet"
    cells = [["a"], ["2024-03-01"], [1.0]]
    pq.write_table(
        pa.table(cells, names=[" customer_id", "ordered_at", "amount "]), path
    )
    assert ingest(path, into=load.store).accepted == 1


def test_69_no_row_groups(load):
    path = load.folder / "raw.parquet"
    schema = pa.schema(
        [("customer_id", pa.string()), ("ordered_at", pa.string()), ("amount", "f8")]
    )
    pq.ParquetWriter(path, schema).close()
    with pytest.warns(UserWarning, match="no rows"):
        assert ingest(path, into=load.store).records_in == 0


def test_69_a_flipped_bit_is_refused(load):
    path = load.folder / "raw.parquet"
    rows = 500
    table = pa.table(
        {
            "customer_id": [f"customer {n}" for n in range(rows)],
            "ordered_at": ["2024-03-01"] * rows,
            "amount": [f"{n}.00" for n in range(rows)],
        }
    )
    pq.write_table(table, path, write_page_checksum=True, use_dictionary=False)
    content = bytearray(path.read_bytes())
    content[200] ^= 0x10
    path.write_bytes(content)
    with pytest.raises(RejectedFile) as caught:
        ingest(path, into=load.store)
    assert caught.value.code == "parquet"


def test_69_encrypted_parquet_is_refused(load):
    path = save(load, customer_id=["a"], ordered_at=["2024-03-01"], amount=[1.0])
    content = path.read_bytes()
    path.write_bytes(b"PARE" + content[4:-4] + b"PARE")
    with pytest.raises(RejectedFile) as caught:
        ingest(path, into=load.store)
    assert caught.value.code == "parquet"


@pytest.mark.parametrize(
    ("kind", "first_lost"),
    [(pa.float64(), 2.0**53), (pa.float32(), 2.0**24), (pa.float16(), 2.0**11)],
)
def test_39_69_an_id_as_a_number_that_skips_whole_ones_is_nobody(
    load, kind, first_lost
):
    numbers = [first_lost - 1, first_lost, first_lost * 16, None]
    path = save(
        load,
        customer_id=pa.array(numbers, pa.float64()).cast(kind),
        ordered_at=["2024-03-01"] * 4,
        amount=[1.0] * 4,
    )
    receipt = ingest(path, into=load.store, mapping=MAPPING)
    assert receipt.reasons == {"long_number": 2, "missing_customer": 1}
    assert [row["customer_id"] for row in load.rows] == [f"{first_lost - 1:.0f}"]
    assert [row["column"] for row in load.quarantine][:2] == ["customer_id"] * 2


def test_39_69_exact_types_keep_every_digit(load):
    digits = 1234567890123456789
    for column in (pa.array([digits]), pa.array([Decimal(digits)])):
        path = save(load, customer_id=column, ordered_at=["2024-03-01"], amount=[1.0])
        folder = load.folder / str(column.type)
        assert ingest(path, into=folder, mapping=MAPPING).accepted == 1
        part = next(folder.rglob("part-*.parquet"))
        assert pq.read_table(part)["customer_id"].to_pylist() == [str(digits)]
