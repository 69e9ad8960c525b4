"""Faults that a hostile reading found at the door, so that they stay mended."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from workbench.errors import Tampered
from workbench.ingest import ingest, open_store

HEAD = "customer_id,ordered_at,amount\n"


@pytest.fixture
def load(tmp_path):
    def make(*lines):
        file = tmp_path / "shop.csv"
        file.write_text(HEAD + "".join(f"{line}\n" for line in lines))
        return ingest(file, into=tmp_path / "store")

    return make


def test_one_changed_byte_in_a_part_is_refused_when_it_is_read(load, tmp_path):
    load("a,2020-01-01,5")
    store = open_store(tmp_path / "store")
    (part,) = store.parts()
    content = bytearray(part.read_bytes())
    content[len(content) // 2] ^= 1
    part.chmod(0o600)
    part.write_bytes(content)
    with pytest.raises(Tampered, match=part.name):
        open_store(tmp_path / "store").read()


def test_binary_fractions_are_amounts(tmp_path):
    amounts = [0.1 + 0.2, 3 * 1.1, 7 * 2.29]
    table = pa.table(
        {
            "customer_id": ["a", "b", "c"],
            "ordered_at": ["2020-01-01"] * 3,
            "amount": amounts,
        }
    )
    pq.write_table(table, tmp_path / "shop.parquet")
    assert ingest(tmp_path / "shop.parquet", into=tmp_path / "store").accepted == 3
    found = open_store(tmp_path / "store").read().order_by("customer_id")
    assert [float(a) for a in found.amount.to_pyarrow().to_pylist()] == [
        0.3,
        3.3,
        16.03,
    ]


def test_a_number_longer_than_money_is_not_wrapped_around(load):
    good = [f"c{n},2020-01-01,5" for n in range(99)]
    receipt = load(*good, "x,2020-01-01,1" + "0" * 130 + "5")
    assert (receipt.accepted, receipt.quarantined) == (99, 1)


@pytest.mark.parametrize("nobody", ["NaN", "nUll", "<NA>", "0.0"])
def test_nobody_in_any_spelling_is_no_customer(load, nobody):
    receipt = load("a,2020-01-01,5", f"{nobody},2020-01-01,5")
    assert receipt.reasons == {"missing_customer": 1}
