"""Decisions, bundles and tier tables in, what they still need and why out, for prune.

What stands here is never removed. A record that cannot be read stops everything: nobody
knows then what is needed.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workbench.delivery.assignment import BACKFILL
from workbench.delivery.bundle import MANIFEST, Bundle
from workbench.delivery.decisions import Decision, read_decisions
from workbench.errors import Tampered, WorkbenchError
from workbench.settings import places


def _reasons() -> defaultdict[Any, list[str]]:
    return defaultdict(list)


@dataclass(frozen=True)
class Needs:
    """Who needs what, in words.

    Parameters
    ----------
    versions
        By the store's folder and the version's id.
    bundles, runs
        By name.
    """

    versions: defaultdict[tuple[Path, str], list[str]] = field(default_factory=_reasons)
    bundles: defaultdict[str, list[str]] = field(default_factory=_reasons)
    runs: defaultdict[str, list[str]] = field(default_factory=_reasons)

    def add_data(self, data: Mapping[str, Any] | None, who: str, where: Path) -> None:
        """Note that somebody needs a version of a store.

        Parameters
        ----------
        data
            ``name`` and ``version``; None where nothing was said of the data.
        who
            In words.
        where
            The file that says so.

        Raises
        ------
        Tampered
            If the version is not named.
        """
        if data is None:
            return
        if not data.get("name") or not data.get("version"):
            raise Tampered(
                f"{where}: expected name and version of the data, found "
                f"{sorted(data)}. Restore the file before anything is removed."
            )
        store = places().store(data["name"]).resolve()
        self.versions[store, str(data["version"])].append(who)


def read_needs() -> Needs:
    """Return what decisions, tier tables and warning tables need.

    Raises
    ------
    Tampered
        If the decision record, an approved bundle or the manifest of a table is
        not as it was written.
    """
    needs = Needs()
    _of_decisions(needs)
    _of_day_tables(needs)
    return needs


def bundles_there() -> Iterator[Bundle]:
    """Yield every exported bundle, verified.

    Raises
    ------
    Tampered
        If one is not as it was written.
    """
    for file in sorted(places().bundles.glob(f"*/{MANIFEST}")):
        if not file.parent.name.startswith("."):
            yield Bundle.open(file.parent)


def read_described(
    file: Path, *names: str, error: type[WorkbenchError] = Tampered
) -> dict[str, Any]:
    """Return what a manifest says.

    Parameters
    ----------
    file
        Its place.
    names
        What it has to say.
    error
        What is raised.

    Raises
    ------
    WorkbenchError
        If it cannot be read, or lacks a name.
    """
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as cause:
        raise error(
            f"{file} cannot be read ({cause}): what it needs is not known. Restore or "
            "remove it; nothing was removed."
        ) from cause
    missing = [n for n in names if not isinstance(found, dict) or n not in found]
    if missing:
        raise error(
            f"{file}: expected {', '.join(names)}, missing {', '.join(missing)}: what "
            "it needs is not known. Restore or remove it; nothing was removed."
        )
    return dict(found)


def _of_decisions(needs: Needs) -> None:
    decisions = read_decisions()
    approved = [e.bundle_id for e in decisions if e.action == "approve"]
    for entry in decisions:
        is_champion = entry.bundle_id in approved[-1:]
        role = "champion" if is_champion else "rollback target"
        who = f"{role} {entry.bundle_id}"
        needs.runs[entry.run].append(f"decision {entry.seq}, {who}")
        needs.bundles[entry.bundle_id].append(f"decision {entry.seq}, {role}")
        manifest = places().bundles / entry.bundle_id / MANIFEST
        if manifest.parent.is_dir():
            needs.add_data(_decided(entry, manifest).get("data"), who, manifest)


def _decided(entry: Decision, manifest: Path) -> dict[str, Any]:
    """Return the manifest of the bundle that a decision names."""
    if not manifest.is_file():
        raise Tampered(
            f"{manifest} is missing; decision {entry.seq} names it. Restore the "
            "bundle; nothing was removed."
        )
    bundle = Bundle.open(manifest.parent)
    if bundle.sha256 != entry.bundle_sha256:
        raise Tampered(
            f"{manifest} is not the one of decision {entry.seq}: expected "
            f"{entry.bundle_sha256[:12]}…, found {bundle.sha256[:12]}…. Restore the "
            "bundle; nothing was removed."
        )
    return bundle.manifest


def _of_day_tables(needs: Needs) -> None:
    here = places()
    for words, out in (("tier", here.tiers), ("warning", here.warnings)):
        for where in (out, out / BACKFILL):
            for file in sorted(where.glob("as_of=*/manifest.json")):
                _of_day_table(needs, f"{words} table {file.parent.name}", file)


def _of_day_table(needs: Needs, who: str, file: Path) -> None:
    manifest = read_described(file, "data")
    needs.add_data(manifest["data"], who, file)
    needs.bundles[str(manifest.get("bundle_id"))].append(who)
