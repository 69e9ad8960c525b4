"""A bundle: the approved numbers as one folder that proves itself when it is opened.

``manifest.json · models/*.json · cuts.json · policy.yaml · card.md · evidence.json``,
and ``stages.yaml`` where the project has rules for a life cycle: numbers and texts,
never code, and nothing about a single customer. The manifest has the SHA-256 of every
file; its own content is hashed into the bundle's id.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis
import pandas as pd

from workbench.delivery.decisions import (
    champion_decision,
    decisions_file,
    read_decisions,
)
from workbench.delivery.scoring import MODELS, Scorer
from workbench.delivery.scoring_settings import ScoringSettings
from workbench.errors import (
    BadSpec,
    Expired,
    NoChampion,
    OtherStore,
    Tampered,
    UnknownName,
)
from workbench.policy import Cuts, Policy, Stages
from workbench.settings import places
from workbench.storage import sha256_of, sha256_of_parts, sync_folder, write_atomically
from workbench.window import parse_day

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.features import Beside

MANIFEST, STAGES = "manifest.json", "stages.yaml"
_SHA256 = re.compile(r"^[0-9a-f]{64}$")


@dataclass(frozen=True)
class Bundle:
    """An opened bundle: every hash was checked. Make one with ``Bundle.open``."""

    folder: Path
    manifest: dict[str, Any]

    @classmethod
    def open(cls, folder: str | Path) -> Bundle:
        """Return the bundle in a folder, verified.

        Raises
        ------
        UnknownName
            If there is no bundle.
        Tampered
            Naming the file that is missing, is not in the manifest, or was changed.
        """
        path = Path(folder)
        if not (path / MANIFEST).is_file():
            known = [
                file.parent.name for file in places().bundles.glob("*/" + MANIFEST)
            ]
            here = path.parent == places().bundles
            raise UnknownName("bundle", path.name if here else str(folder), known)
        manifest = _read_manifest(path / MANIFEST)
        _check_files(path, manifest["files"])
        return cls(path, manifest)

    @classmethod
    def champion(cls) -> Bundle:
        """Return the bundle of the newest approval.

        Raises
        ------
        NoChampion
            If nothing has been approved yet.
        Tampered
            If the bundle is not the one that was approved.
        """
        decision = champion_decision()
        bundle = cls.open(places().bundles / decision.bundle_id)
        if bundle.sha256 != decision.bundle_sha256:
            raise Tampered(
                f"{bundle.folder / MANIFEST} is not the one that was approved: "
                f"expected {decision.bundle_sha256[:12]}…, found {bundle.sha256[:12]}…"
            )
        return bundle

    @classmethod
    def find(cls, name: str | Path) -> Bundle:
        """Return an approved bundle: ``champion``, its id or its folder.

        Raises
        ------
        NoChampion
            If nobody has approved a bundle of this content.
        Tampered
            If a file is not the one that the manifest describes.
        """
        if str(name) == "champion":
            return cls.champion()
        path = Path(name)
        bundle = cls.open(places().bundles / path if len(path.parts) == 1 else path)
        approved = {entry.bundle_sha256 for entry in read_decisions()}
        if bundle.sha256 not in approved:
            raise NoChampion(
                f"bundle {bundle.id} is in no entry of {decisions_file()}: nothing "
                "reaches customers without a recorded approval. Approve its run: "
                "workbench approve RUN --by NAME --reason TEXT"
            )
        return bundle

    @property
    def id(self) -> str:
        """The bundle's id: its day and the start of its content's hash."""
        return str(self.manifest["id"])

    @property
    def sha256(self) -> str:
        """SHA-256 of the bundle's content."""
        return str(self.manifest["sha256"])

    @property
    def as_of(self) -> date:
        """Day the models were fitted on."""
        return parse_day(self.manifest["as_of"])

    @property
    def valid_until(self) -> date:
        """Last day that the approval reaches to."""
        return parse_day(self.manifest["valid_until"])

    @cached_property
    def policy(self) -> Policy:
        """The tier policy."""
        return Policy.parse(self.text("policy.yaml"), "policy.yaml")

    @cached_property
    def stages(self) -> Stages | None:
        """The rules of the life-cycle stages, None in a bundle without them."""
        if STAGES not in self.manifest["files"]:
            return None
        return Stages.parse(self.text(STAGES), STAGES)

    @cached_property
    def cuts(self) -> Cuts:
        """The policy's stored cut points."""
        return Cuts.from_json(self.text("cuts.json"))

    @cached_property
    def scorer(self) -> Scorer:
        """The models and the settings of the scores."""
        texts = {name: self.text(f"models/{name}.json") for name in MODELS}
        settings = ScoringSettings.from_json(self.text("models/settings.json"))
        scorer = Scorer.from_texts(texts, settings, self.stages)
        return scorer.with_measures(self.policy.measures)

    @cached_property
    def evidence(self) -> dict[str, Any]:
        """What was measured before the approval."""
        return dict(json.loads(self.text("evidence.json")))

    def text(self, name: str) -> str:
        """Return the text of one of the bundle's files."""
        return (self.folder / name).read_text(encoding="utf-8")

    def require_valid(self, as_of: date | str) -> None:
        """Refuse a day that the approval does not reach to.

        Raises
        ------
        Expired
            With both days.
        """
        if parse_day(as_of) > self.valid_until:
            raise Expired(
                f"bundle {self.id} is approved up to {self.valid_until}, asked for "
                f"{as_of}. Run the experiment on newer data and approve it: "
                "workbench run SPEC.yaml --as-of DAY, then workbench approve RUN"
            )

    def require_store(self, data: Mapping[str, Any]) -> None:
        """Refuse transactions of another shop than the one the models learned from.

        Parameters
        ----------
        data
            ``name`` and, where it is declared, ``currency`` of the store.

        Raises
        ------
        OtherStore
            With what differs.
        """
        own = self.manifest.get("data") or {}
        for what in ("name", "currency"):
            learned, given = own.get(what), data.get(what)
            if learned and given and Path(learned).name != Path(given).name:
                raise OtherStore(
                    f"bundle {self.id} learned from {what} {learned}, asked to score "
                    f"{what} {given}. Approve a run on {data.get('name')}, or give "
                    f"--data {own.get('name')}."
                )

    def scores(
        self,
        transactions: ir.Table,
        as_of: date | str,
        beside: Beside | None = None,
    ) -> pd.DataFrame:
        """Return the score table as of a day; see ``Scorer.scores``."""
        return self.scorer.scores(transactions, as_of, beside)

    def tier_table(
        self,
        transactions: ir.Table,
        as_of: date | str,
        previous: ir.Table | None = None,
        beside: Beside | None = None,
    ) -> ir.Table:
        """Return the tier of every customer known on a day, by customer_id.

        Parameters
        ----------
        transactions
            A clean table of transactions.
        as_of
            Day to stand on.
        previous
            An earlier tier table: ``customer_id, tier``.
        beside
            What the shop knows beside them: ``shop.beside``.
        """
        scores = self.scores(transactions, as_of, beside)
        return self.tiers_of(scores, as_of, previous)

    def tiers_of(
        self, scores: pd.DataFrame, as_of: date | str, previous: ir.Table | None = None
    ) -> ir.Table:
        """Return the tier table of scores that this bundle made."""
        table = ibis.memtable(self.scorer.as_arrow(scores))
        return self.policy.assign(
            table, self.cuts, as_of=as_of, bundle_id=self.id, previous=previous
        ).order_by("customer_id")


def write_bundle(
    files: Mapping[str, str], facts: Mapping[str, Any], into: Path | None = None
) -> Bundle:
    """Write a bundle in one step and return it opened.

    Parameters
    ----------
    files
        Text by relative path: the models, cuts, policy, card and evidence.
    facts
        What the manifest says beside the hashes: ``as_of``, ``valid_until``, run,
        commit, data, policy.
    into
        Folder of bundles; by default that of the project.
    """
    folder = into or places().bundles
    folder.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=".bundle-", dir=folder))
    try:
        for name, text in sorted(files.items()):
            write_atomically(beside / name, text)
        hashes = {name: sha256_of(beside / name) for name in sorted(files)}
        manifest = _sealed({**facts, "files": hashes})
        write_atomically(beside / MANIFEST, _dump(manifest))
        beside.chmod(0o755)
        target = folder / manifest["id"]
        if not target.exists():
            os.replace(beside, target)
            sync_folder(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return Bundle.open(target)


def _sealed(manifest: dict[str, Any]) -> dict[str, Any]:
    """Return the manifest with its id and the hash of its content."""
    sha256 = _content_hash(manifest)
    return {"id": f"{manifest['as_of']}-{sha256[:12]}", **manifest, "sha256": sha256}


def _content_hash(manifest: Mapping[str, Any]) -> str:
    content = {k: v for k, v in manifest.items() if k not in ("id", "sha256")}
    return sha256_of_parts([json.dumps(content, sort_keys=True, ensure_ascii=False)])


def _read_manifest(path: Path) -> dict[str, Any]:
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        expected = _content_hash(manifest)
        whole = manifest["sha256"] == expected and manifest["id"].endswith(
            expected[:12]
        )
        files = manifest["files"]
        known = all(_SHA256.match(sha256) for sha256 in files.values())
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Tampered(f"{path} is no bundle's manifest ({error}).") from error
    if not whole or not known:
        raise Tampered(
            f"{path} was changed after it was written. Restore the bundle, or approve "
            "the run again."
        )
    return dict(manifest)


def _check_files(folder: Path, expected: Mapping[str, str]) -> None:
    found = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() or path.is_symlink()
    } - {MANIFEST}
    for name in sorted(set(expected) - found):
        raise Tampered(f"{folder / name} is missing; the manifest names it.")
    for name in sorted(found - set(expected)):
        raise Tampered(f"{folder / name} is not in the bundle's manifest: remove it.")
    for name, sha256 in expected.items():
        found_sha256 = sha256_of(folder / name)
        if found_sha256 != sha256:
            raise Tampered(
                f"{folder / name} was changed: its manifest expects SHA-256 "
                f"{sha256[:12]}…, found {found_sha256[:12]}…. Restore the file, or "
                "approve the run again."
            )


def require_files(files: Mapping[str, str]) -> None:
    """Refuse to write a bundle that lacks a part.

    Raises
    ------
    BadSpec
        Naming what is missing.
    """
    needed = {f"models/{name}.json" for name in (*MODELS, "settings")}
    needed |= {"cuts.json", "policy.yaml", "card.md", "evidence.json"}
    missing = sorted(needed - set(files))
    if missing:
        raise BadSpec(f"a bundle needs {', '.join(sorted(needed))}; missing: {missing}")


def _dump(value: Mapping[str, Any]) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
