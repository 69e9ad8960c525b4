"""Blocks of any size give the same records as one block."""

from __future__ import annotations

import pytest

from workbench.ingest import csv_blocks, csv_text

HEADER = "customer_id,ordered_at,amount,brand\n"
CONTENT = HEADER + "".join(
    f'c{n},2024-03-{n % 28 + 1:02d},{n}.50,"line\n{n}, ""x"""\n' for n in range(500)
)


@pytest.mark.parametrize("block_bytes", [50, 333, 4_000, 1_000_000])
def test_block_size_changes_nothing(load, monkeypatch, block_bytes):
    monkeypatch.setattr(csv_text, "BLOCK_BYTES", block_bytes)
    monkeypatch.setattr(csv_text.whole_lines, "__defaults__", (block_bytes, None))
    receipt = load(CONTENT)
    assert receipt.records_in == receipt.accepted == 500
    assert [row["brand"] for row in load.rows[:2]] == ['line\n0, "x"', 'line\n1, "x"']
    assert [row["customer_id"] for row in load.rows] == [f"c{n}" for n in range(500)]


def test_one_bad_line_sends_only_its_neighbours_the_slow_way(load, monkeypatch):
    slow = []
    one_by_one = csv_blocks.CSVReader._one_by_one

    def counted(self, data, offset):
        slow.append(len(data))
        return one_by_one(self, data, offset)

    monkeypatch.setattr(csv_blocks.CSVReader, "_one_by_one", counted)
    lines = ["a,2024-03-01,1,x\n"] * 20_000
    content = HEADER.encode() + "".join(lines).encode() + b"\xff,2024-03-01,1,x\n"
    receipt = load(content + "".join(lines).encode())
    assert receipt.reasons == {"bad_encoding": 1}
    assert load.quarantine[0]["record"] == 20_001
    assert sum(slow) <= 2 * csv_blocks.SMALL_BLOCK_BYTES


def test_record_numbers_and_offsets_point_into_the_file(load):
    lines = [f"a,2024-03-01,{'x' if n % 300 == 7 else n},b\n" for n in range(1_000)]
    load("\ufeff" + HEADER + "".join(lines))
    content = (load.folder / "raw.csv").read_bytes()
    assert [row["record"] for row in load.quarantine] == [8, 308, 608, 908]
    for row in load.quarantine:
        assert content[row["byte_offset"] :].startswith(row["raw"] + b"\n")


def phantoms(n_records: int = 300) -> str:
    note = 'g{n},2024-03-01,2,"note\nPHANTOM,2024-03-01,999,x\nend"\n'
    return (
        HEADER
        + 'a,2024-03-01,1,5" pipe\n'
        + "".join(note.format(n=n) for n in range(n_records))
    )


@pytest.mark.parametrize("block_bytes", [60, 700, 5_000, 1_000_000])
def test_a_stray_quote_never_cuts_a_block_inside_a_field(
    load, monkeypatch, block_bytes
):
    """A text inside a note must never become a row of its own."""
    monkeypatch.setattr(csv_text, "BLOCK_BYTES", block_bytes)
    monkeypatch.setattr(csv_text.whole_lines, "__defaults__", (block_bytes, None))
    receipt = load(phantoms())
    assert (receipt.records_in, receipt.accepted) == (301, 301)
    assert {row["customer_id"] for row in load.rows}.isdisjoint({"PHANTOM"})


def test_a_long_note_beside_a_bad_record_is_not_cut(load):
    note = "\n".join(["PHANTOM,2024-03-01,999,x"] * 900)
    long = f'b,2024-03-01,2,"{note}{"y" * 70_000}"\n'
    receipt = load(f'{HEADER}a,x"y"z,"1"2,q\n{long}c,2024-03-01,3,z\n')
    assert receipt.records_in == 3
    assert [row["customer_id"] for row in load.rows] == ["b", "c"]
