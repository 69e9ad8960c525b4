import json
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest

from workbench.delivery.decisions import (
    FIRST,
    append_decision,
    champion_decision,
    decisions_file,
    read_decisions,
)
from workbench.errors import NoChampion, Tampered


def add(run="r1", bundle_id="b1"):
    return append_decision(
        action="approve",
        run=run,
        bundle_id=bundle_id,
        bundle_sha256="ab" * 32,
        by="Ann",
        reason="better 更好",
        as_of=date(2026, 6, 30),
        valid_until=date(2026, 9, 30),
        now=datetime(2026, 7, 1, tzinfo=UTC),
    )


def test_entries_are_chained(project):
    first, second = add(), add("r2")
    assert read_decisions() == [first, second]
    assert (first.seq, first.previous_sha256) == (1, FIRST)
    assert (second.seq, second.previous_sha256) == (2, first.sha256)
    assert first.at == "2026-07-01T00:00:00+00:00"


def test_an_entry_is_only_ever_added(project):
    add()
    before = decisions_file().read_bytes()
    add("r2")
    assert decisions_file().read_bytes().startswith(before)


@pytest.mark.parametrize(
    ("spoil", "seq"),
    [
        (lambda lines: [lines[0].replace("Ann", "Bob"), *lines[1:]], 1),
        (lambda lines: [lines[0], lines[2]], 2),
        (lambda lines: [lines[1], lines[0], lines[2]], 1),
        (lambda lines: [*lines, lines[2]], 4),
        (lambda lines: [lines[0], lines[1][:40], lines[2]], 2),
        (lambda lines: [lines[0], lines[1].replace('"seq": 2', '"seq": 9')], 2),
    ],
)
def test_an_altered_record_is_seen_and_not_added_to(project, spoil, seq):
    for run in ("r1", "r2", "r3"):
        add(run)
    lines = decisions_file().read_text().splitlines()
    decisions_file().write_text("\n".join(spoil(lines)) + "\n")
    with pytest.raises(Tampered, match=f"entry {seq} "):
        read_decisions()
    before = decisions_file().read_bytes()
    with pytest.raises(Tampered):
        add()
    assert decisions_file().read_bytes() == before


def test_many_at_once_keep_the_chain(project):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, [f"r{i}" for i in range(16)]))
    assert [entry.seq for entry in read_decisions()] == list(range(1, 17))


def test_without_an_approval_the_command_is_named(project):
    with pytest.raises(NoChampion, match="workbench approve RUN --by NAME") as refused:
        champion_decision()
    assert refused.value.exit_code == 3


def test_the_champion_is_the_newest_approval_and_nothing_older(project):
    for name in ("b1", "b2"):
        add(bundle_id=name)
        folder = project / "exports" / "bundles" / name
        folder.mkdir(parents=True)
        (folder / "manifest.json").write_text(json.dumps({}))
    assert champion_decision().bundle_id == "b2"
    os.remove(project / "exports" / "bundles" / "b2" / "manifest.json")
    with pytest.raises(NoChampion, match="the approval of b2, but no such bundle"):
        champion_decision()


def test_an_entry_cut_of_its_newline_does_not_break_the_next(project):
    first = add()
    file = decisions_file()
    file.write_bytes(file.read_bytes().rstrip(b"\n"))
    second = add("r2")
    assert read_decisions() == [first, second]
