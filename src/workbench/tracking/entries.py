"""What MLflow is told of a run: plain values from its folder, nothing of customers.

A run's or a stage's folder comes in; one `Entry` for the run and one for each of its
stages goes out, naming only files that the record has marked as published.
"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workbench.doubts import Doubt, codes_of, read_doubts

BY_HAND = "by-hand"
STATUS = {
    "done": "FINISHED",
    "partial": "FINISHED",
    "run": "FINISHED",
    "reused": "FINISHED",
    "failed": "FAILED",
    "crashed": "FAILED",
    "cancelled": "KILLED",
}
_ALWAYS = ("executed.ipynb", "report.html", "failed.json")
_LONGEST_TEXT = 4000


@dataclass(frozen=True)
class Entry:
    """One run as MLflow shows it.

    Parameters
    ----------
    attempt
        What makes it one of its kind: a finished result is published once, each failed
        attempt once.
    files
        Files to keep, by the path they get.
    is_parent
        Whether it stands for the whole run.
    """

    name: str
    experiment: str
    status: str
    attempt: str
    folder: Path
    tags: dict[str, str]
    params: dict[str, str] = field(default_factory=dict)
    metrics: dict[str, float] = field(default_factory=dict)
    files: dict[str, Path] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    is_parent: bool = False


def entries_of(folder: Path) -> list[Entry]:
    """Return what a run's folder, or a stage run by hand, has to tell."""
    run = _read(folder / "run.json")
    if not run:
        return [_by_hand(folder, _read(folder / "record.json"))]
    stages = [
        _stage(folder / name, name, stage, run)
        for name, stage in run["stages"].items()
        if stage["state"] in STATUS and (folder / name).is_dir()
    ]
    return [_parent(folder, run), *stages] if run["state"] in STATUS else stages


def stage_name(stage: str, record: dict[str, Any], as_of: str, key: str) -> str:
    """Return a stage's name in MLflow.

    Examples
    --------
    >>> stage_name("20_clv", {"label": "bg_nbd"}, "1998-06-30", "0b006bf449a9")
    '20_clv·bg_nbd·1998-06-30·0b006bf4'
    """
    parts = [stage, record.get("label", ""), as_of, key[:8]]
    return "·".join(part for part in parts if part)


def _parent(folder: Path, run: dict[str, Any]) -> Entry:
    tags = {
        "run.key": run["key"],
        "run.state": run["state"],
        "mlflow.note.content": _run_note(folder, run),
        **_identity(run, run.get("git") or {}),
        "spec.sha256": _sha256(run["spec"]),
    }
    status = STATUS[run["state"]]
    attempt = f"run {run['key']} {status} {run['started_at']}"
    if status == "FINISHED":
        attempt = f"run {run['key']} {run['state']}"
    return Entry(
        name=run["name"],
        experiment=run["experiment"],
        status=status,
        attempt=attempt,
        folder=folder,
        tags=_texts(tags),
        texts={"spec.json": json.dumps(run["spec"], indent=1, ensure_ascii=False)},
        data=run["data"],
        is_parent=True,
    )


def _stage(
    folder: Path, name: str, stage: dict[str, Any], run: dict[str, Any]
) -> Entry:
    status = STATUS[stage["state"]]
    finished = status == "FINISHED"
    record = _read(folder / ("record.json" if finished else "started.json"))
    tags = {
        "stage": name,
        "stage.key": stage["key"],
        "stage.state": "done" if finished else stage["state"],
        "seconds": record.get("seconds", stage.get("seconds", "")),
        "spec.sha256": _sha256(run["spec"]),
        **_identity(run, record.get("git") or run.get("git") or {}),
        **_result_tags(record, stage.get("message", "")),
    }
    attempt = f"stage {stage['key']}"
    return Entry(
        name=stage_name(name, record, run["as_of"], stage["key"]),
        experiment=run["experiment"],
        status=status,
        attempt=attempt if finished else f"{attempt} {stage.get('started_at')}",
        folder=folder,
        tags=_texts(tags),
        params=_texts(record.get("parameters") or stage["parameters"]),
        metrics=_metrics(record),
        files=_files(folder, record),
        texts=_metric_texts(record),
        data=run["data"],
    )


def _by_hand(folder: Path, record: dict[str, Any]) -> Entry:
    tags = {
        "stage": record["stage"],
        "stage.state": record["state"],
        **_identity(record, record.get("git") or {}),
        **_result_tags(record, ""),
    }
    return Entry(
        name=stage_name(record["stage"], record, record["as_of"], "hand"),
        experiment=BY_HAND,
        status=STATUS[record["state"]],
        attempt=f"hand {folder.parent.name} {folder.name} {record['finished_at']}",
        folder=folder,
        tags=_texts(tags),
        params=_texts(record["parameters"]),
        metrics=_metrics(record),
        files=_files(folder, record),
        texts=_metric_texts(record),
        data=record["data"],
    )


def _identity(source: dict[str, Any], git: dict[str, Any]) -> dict[str, Any]:
    data = source["data"]
    return {
        "as_of": source["as_of"],
        "data.name": data.get("name", ""),
        "data.version": data.get("version", ""),
        "data.sha256": data.get("sha256", ""),
        "data.rows": data.get("rows", ""),
        "git.commit": git.get("commit") or "",
        "git.dirty": "" if git.get("dirty") is None else git["dirty"],
    }


def _result_tags(record: dict[str, Any], message: str) -> dict[str, Any]:
    limits = {
        f"metric.{name}": _metric_words(metric)
        for name, metric in record.get("metrics", {}).items()
    }
    return {
        "mlflow.source.name": record.get("notebook", ""),
        "mlflow.source.type": "NOTEBOOK",
        "mlflow.note.content": _note(record, message),
        "seed": record.get("seed", ""),
        "verdict": record.get("verdict", message),
        "accepted": record.get("accepted", ""),
        **_doubt_tags(read_doubts(record)),
        **limits,
    }


def _doubt_tags(doubts: list[Doubt]) -> dict[str, str]:
    """Return ``doubts``, all codes, and for each code ``doubt.<code>``, its words."""
    words: dict[str, list[str]] = {}
    for doubt in doubts:
        words.setdefault(doubt.code, []).append(doubt.words)
    told = {f"doubt.{code}": "\n".join(lines) for code, lines in words.items()}
    return {"doubts": codes_of(doubts), **told}


def _note(record: dict[str, Any], message: str) -> str:
    """Return question, verdict and bullets as Markdown."""
    lines = [f"**{record['question']}**", ""] if record.get("question") else []
    if message:
        lines += [f"Did not come to its end: {message}"]
    if record.get("verdict"):
        word = "Accepted" if record.get("accepted") else "Not accepted"
        lines += [f"{word}: {record['verdict']}", ""]
    return "\n".join([*lines, *(f"- {line}" for line in record.get("learned", []))])


def _run_note(folder: Path, run: dict[str, Any]) -> str:
    heads = ["| stage | state | verdict | doubts |", "|---|---|---|---|"]
    lines = [run["why"], "", *heads]
    for name, stage in run["stages"].items():
        record = _read(folder / name / "record.json")
        words = record.get("verdict") or stage.get("message", "")
        state = "done" if stage["state"] in ("run", "reused") else stage["state"]
        doubts = codes_of(read_doubts(record))
        lines.append(f"| {name} | {state} | {words.replace('|', '/')} | {doubts} |")
    return "\n".join(lines)


def _metric_words(metric: dict[str, Any]) -> str:
    better = {True: "higher is better", False: "lower is better"}
    words = [metric.get("unit") or "no unit"]
    if metric.get("higher_is_better") is not None:
        words.append(better[metric["higher_is_better"]])
    if metric.get("low") is not None and metric.get("high") is not None:
        words.append(f"95 % interval {metric['low']:.6g} to {metric['high']:.6g}")
    return ", ".join(words)


def _metrics(record: dict[str, Any]) -> dict[str, float]:
    values = {n: m["value"] for n, m in record.get("metrics", {}).items()}
    return {
        n: float(v) for n, v in values.items() if v is not None and math.isfinite(v)
    }


def _metric_texts(record: dict[str, Any]) -> dict[str, str]:
    if not record.get("metrics"):
        return {}
    return {"metrics.json": json.dumps(record["metrics"], indent=1)}


def _files(folder: Path, record: dict[str, Any]) -> dict[str, Path]:
    named = [f["path"] for f in record.get("files", []) if f["published"] is True]
    return {
        path: folder / path for path in [*named, *_ALWAYS] if (folder / path).is_file()
    }


def _texts(values: dict[str, Any]) -> dict[str, str]:
    texts = {name: str(value) for name, value in values.items()}
    return {name: _shortened(text) for name, text in texts.items() if text}


def _shortened(text: str) -> str:
    """Return what MLflow has room for; an ellipsis says that it is not all."""
    fits = len(text) <= _LONGEST_TEXT
    return text if fits else f"{text[: _LONGEST_TEXT - 1]}…"


def _sha256(spec: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(spec, sort_keys=True).encode()).hexdigest()


def _read(file: Path) -> dict[str, Any]:
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
