"""An experiment file: which notebooks, with what differs from their defaults, and why.

YAML comes in; a closed, checked `Spec` with its stages in order of need goes out.
"""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from workbench.errors import BadParameter, BadSpec, UnknownName, did_you_mean
from workbench.settings import Places, places
from workbench.yaml_text import read_yaml

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class StageSpec(_Closed):
    """One notebook of an experiment.

    Parameters
    ----------
    notebook
        Its name in the notebooks folder; the stage's own name by default.
    parameters
        What differs from the notebook's defaults.
    needs
        Stages whose results it reads.
    why
        Why it is here, or why it differs.
    """

    notebook: Name = ""
    parameters: dict[str, Any] = {}
    needs: list[Name] = []
    why: str = ""


class Spec(_Closed):
    """One experiment.

    Parameters
    ----------
    name, why
        What it is called, and what it is to find out.
    data
        Store it reads when the command names none.
    as_of
        Day it stands on when the command names none [ISO date].
    cell_seconds, stage_seconds
        Longest time for one cell, and for one notebook [seconds].
    stages
        Its notebooks by stage name.
    """

    name: Name
    why: str = ""
    data: str
    as_of: str | None = None
    cell_seconds: Annotated[int, Field(ge=1)] = 900
    stage_seconds: Annotated[int, Field(ge=1)] = 3600
    stages: dict[Name, StageSpec]

    def notebook_of(self, stage: str) -> str:
        """Return the notebook's name of a stage."""
        return self.stages[stage].notebook or stage

    def upstream(self, stage: str) -> set[str]:
        """Return all stages that a stage stands on, near and far."""
        near = self.stages[stage].needs
        return set(near).union(*(self.upstream(need) for need in near))

    def in_order(self) -> tuple[str, ...]:
        """Return the stages, each after what it needs, else as written."""
        order = TopologicalSorter({n: s.needs for n, s in self.stages.items()})
        order.prepare()
        written = list(self.stages)
        found: list[str] = []
        while order.is_active():
            ready = sorted(order.get_ready(), key=written.index)
            found += ready
            order.done(*ready)
        return tuple(found)


def load_spec(name: str | Path) -> Spec:
    """Read an experiment file.

    Parameters
    ----------
    name
        A path, or the bare name of a file in the experiments folder (``clv/models``).

    Raises
    ------
    UnknownName
        If there is no such file.
    BadSpec
        If it is not valid: unknown keys, unknown or circular needs.
    """
    path = find_spec(name)
    return parse_spec(path.read_text(encoding="utf-8"), str(name))


def find_spec(name: str | Path) -> Path:
    """Return the path of an experiment given by name or by path."""
    given, where = Path(name), places()
    bare = where.experiments / given.with_suffix(".yaml")
    for path in (given, where.root / given, bare):
        if path.is_file():
            return path
    if not where.experiments.is_dir():
        raise BadParameter(
            f"expected a project with a folder experiments, found none in {where.root}."
            " Change into the project's folder, or make one: workbench init DIR"
        )
    raise UnknownName("experiment", str(name), _names(where))


def _names(where: Places) -> list[str]:
    """Return the names of the experiments, ``clv/models`` for one in a folder."""
    no_experiments = {where.acceptance, where.promotion_days, where.stages}
    found = set(where.experiments.glob("*.yaml")) - no_experiments
    for folder in where.experiments.iterdir():
        if folder.is_dir() and folder not in (where.policies, where.runs):
            found |= set(folder.glob("*.yaml"))
    names = (path.relative_to(where.experiments).with_suffix("") for path in found)
    return sorted(name.as_posix() for name in names)


def parse_spec(text: str, where: str) -> Spec:
    """Check the text of an experiment file; ``where`` names it in messages."""
    content = read_yaml(text, where)
    if not isinstance(content, dict):
        raise BadSpec(f"{where}: expected name, data and stages, found {content!r}")
    stages = content.get("stages")
    if isinstance(stages, dict):
        content["stages"] = {n: {} if s is None else s for n, s in stages.items()}
    try:
        spec = Spec(**content)
    except (ValidationError, TypeError) as error:
        raise BadSpec(f"{where}: {_in_words(error)}") from error
    _check_needs(spec, where)
    return spec


def _check_needs(spec: Spec, where: str) -> None:
    if not spec.stages:
        raise BadSpec(f"{where}: expected at least one stage, found none")
    for name, stage in spec.stages.items():
        for need in stage.needs:
            if need not in spec.stages:
                raise BadSpec(
                    f"{where}: stage {name} needs '{need}', which is no stage. "
                    f"{did_you_mean(need, spec.stages)}"
                )
    try:
        spec.in_order()
    except CycleError as error:
        circle = " → ".join(reversed(error.args[1]))
        raise BadSpec(
            f"{where}: stages need each other in a circle: {circle}"
        ) from error


def _in_words(error: ValidationError | TypeError) -> str:
    if isinstance(error, TypeError):
        return str(error)
    lines = []
    for item in error.errors():
        place = [str(part) for part in item["loc"] if part != "[key]"]
        if item["type"] == "extra_forbidden":
            fields = StageSpec.model_fields if len(place) > 1 else Spec.model_fields
            where = ".".join(place[:-1])
            unknown = UnknownName("key", place[-1], fields)
            lines.append(f"{where}: {unknown}" if where else str(unknown))
        else:
            lines.append(f"{'.'.join(place)}: {item['msg']}, found {item['input']!r}")
    return "; ".join(lines)
