import hashlib
import json
from pathlib import Path

from workbench.runner.reuse import find_complete, is_complete, take_over
from workbench.runner.state import write_state


def make_stage(folder: Path, key: str = "k") -> Path:
    (folder / "tables").mkdir(parents=True)
    table, notebook = folder / "tables" / "t.csv", folder / "executed.ipynb"
    table.write_text("a\n1\n")
    notebook.write_text("{}")
    sha = {p: hashlib.sha256(p.read_bytes()).hexdigest() for p in (table, notebook)}
    record = {
        "state": "done",
        "key": key,
        "executed_sha256": sha[notebook],
        "files": [{"path": "tables/t.csv", "sha256": sha[table]}],
    }
    (folder / "record.json").write_text(json.dumps(record))
    return folder


def test_complete_means_record_key_and_every_file(tmp_path: Path) -> None:
    stage = make_stage(tmp_path / "first")
    assert is_complete(stage, "k")
    assert not is_complete(stage, "other")
    assert not is_complete(tmp_path / "nothing", "k")
    (stage / "tables" / "t.csv").write_text("a\n2\n")
    assert not is_complete(stage, "k")


def test_a_half_written_record_is_not_complete(tmp_path: Path) -> None:
    stage = make_stage(tmp_path / "first")
    text = (stage / "record.json").read_text()
    (stage / "record.json").write_text(text[: len(text) // 2])
    assert not is_complete(stage, "k")


def test_found_in_another_run_and_taken_over(tmp_path: Path) -> None:
    make_stage(tmp_path / "old" / "first")
    stages = {"first": {"state": "run", "key": "k"}}
    write_state(tmp_path / "old", {"started_at": "2026", "stages": stages})
    found = find_complete(tmp_path, "first", "k")
    assert found == tmp_path / "old" / "first"
    assert find_complete(tmp_path, "first", "other") is None

    target = tmp_path / "new" / "first"
    target.mkdir(parents=True)
    (target / "leftover").write_text("of a crash")
    take_over(found, target)
    assert is_complete(target, "k")
    assert not (target / "leftover").exists()
    assert (target / "tables/t.csv").samefile(found / "tables/t.csv")
    assert [p.name for p in target.parent.iterdir()] == ["first"]
