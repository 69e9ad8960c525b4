"""Name a stage by its content: the same key means the same result.

Spec, day, data, notebook, our source, the policy, the limits, the stages' rules, the
installed set and the upstream keys go in; a SHA-256 comes out.
"""

from __future__ import annotations

import functools
import importlib.metadata
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import workbench
from workbench.errors import UnknownName
from workbench.parameters import SAME
from workbench.runner.check import RESERVED
from workbench.runner.notebook import Notebook
from workbench.settings import places
from workbench.storage import sha256_of, sha256_of_parts

POLICIES = ("policy", "policy_a", "policy_b")
_SOURCE_ENDINGS = {".py", ".yaml", ".j2", ".md", ".json"}


def stage_key(
    *,
    stage: str,
    notebook: Notebook,
    parameters: Mapping[str, Any],
    as_of: str,
    data_sha256: str,
    upstream: Mapping[str, str],
) -> str:
    """Return the key of a stage, 64 hexadecimal digits.

    Parameters
    ----------
    stage
        Its name.
    notebook
        Its notebook.
    parameters
        All of its parameters, the defaults too; those of the runner are left out.
    as_of
        The last day it may see [ISO date].
    data_sha256
        The full-content hash of the store's version.
    upstream
        The keys of the stages it needs, by name.
    """
    spec = {
        "stage": stage,
        "notebook": notebook.name,
        "parameters": {k: v for k, v in parameters.items() if k not in RESERVED},
        "needs": dict(upstream),
    }
    return sha256_of_parts(
        [
            json.dumps(spec, sort_keys=True, ensure_ascii=False),
            as_of,
            data_sha256,
            notebook.sha256,
            source_sha256(),
            policy_sha256(parameters),
            acceptance_sha256(),
            stages_sha256(),
            installed_sha256(places().root),
        ]
    )


def run_key(stage_keys: Iterable[str]) -> str:
    """Return the key of a whole run: that of its stages together."""
    return sha256_of_parts(sorted(stage_keys))


@functools.cache
def source_sha256() -> str:
    """Return the hash of the package's own source."""
    folder = Path(workbench.__file__).parent
    files = sorted(
        path
        for path in folder.rglob("*")
        if path.suffix in _SOURCE_ENDINGS
        and "_project" not in path.relative_to(folder).parts
    )
    return sha256_of_parts(
        part for f in files for part in (f.relative_to(folder).as_posix(), sha256_of(f))
    )


def policy_sha256(parameters: Mapping[str, Any]) -> str:
    """Return the hash of the policies that parameters name, empty where none does.

    The policy of another stage, ``same``, is in that stage's key.

    Raises
    ------
    UnknownName
        If there is no such policy.
    """
    names = [str(parameters[one]) for one in POLICIES if one in parameters]
    known = {path.stem: path for path in places().policies.glob("*.yaml")}
    hashes = []
    for name in names:
        if name == SAME:
            continue
        if name not in known:
            raise UnknownName("policy", name, known)
        hashes.append(sha256_of(known[name]))
    return "".join(hashes)


def acceptance_sha256() -> str:
    """Return the hash of the limits that the notebooks state, empty without any."""
    limits = places().acceptance
    return sha256_of(limits) if limits.is_file() else ""


def stages_sha256() -> str:
    """Return the hash of the rules of the life-cycle stages, empty without any."""
    rules = places().stages
    return sha256_of(rules) if rules.is_file() else ""


@functools.cache
def installed_sha256(root: Path) -> str:
    """Return the hash of the lock, or of what is installed where there is no lock."""
    lock = root / "requirements.lock"
    if lock.is_file():
        return sha256_of(lock)
    installed = {f"{d.name}=={d.version}" for d in importlib.metadata.distributions()}
    return sha256_of_parts(sorted(installed))
