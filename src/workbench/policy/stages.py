"""Life-cycle stages: text in, proved rules out, and with them a stage for everybody.

Every stage's condition stands alone: none is "the rest", and the order of the file
decides nothing. That exactly one holds for any customer is proved before a file is
used, and looked at again for every table.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import ibis
import ibis.expr.types as ir

from workbench.errors import BadColumns, BadPolicy, UnknownName, did_you_mean
from workbench.life_cycle_words import BY_NAME
from workbench.policy import reading
from workbench.policy.conditions import Condition
from workbench.policy.expressions import holds
from workbench.policy.partition import Undecided, undecided, undecided_cell
from workbench.policy.shape import check_shape
from workbench.policy.stage_spec import STAGES, StageSpec, StagesSpec

STAGE = "stage"
_HEADINGS = {
    "en": ("Stage", "Meaning", "When", "What to do"),
    "zh": ("阶段", "含义", "条件", "下一步"),
}


@dataclass(frozen=True)
class Stages:
    """The rules of a life cycle. Make one with ``Stages.load`` or ``Stages.parse``."""

    spec: StagesSpec
    text: str
    source: str
    conditions: Mapping[str, Condition]

    @classmethod
    def load(cls, path: str | Path) -> Stages:
        """Return the stages of a file, proved.

        Raises
        ------
        BadPolicy
            If the file is missing or not valid, with line and column; or if a customer
            could be in no stage, or in two, with that customer's numbers.
        """
        file = Path(path)
        if not file.is_file():
            near = [other.name for other in file.parent.glob("*.yaml")]
            raise BadPolicy(f"no stages {file}. {did_you_mean(file.name, near)}")
        stages = cls.parse(reading.text_of(file), file.name)
        stages.check()
        return stages

    @classmethod
    def parse(cls, text: str, source: str = "stages") -> Stages:
        """Return the stages of a text, their shape and columns checked, not yet proved.

        Raises
        ------
        BadPolicy
            With line and column of what is not valid.
        """
        values, places = reading.read(text, source)
        spec = check_shape(values, places, source, STAGES)
        conditions: dict[str, Condition] = {}
        for index, stage in enumerate(spec.stages):
            if stage.name in conditions:
                place = places["stages", index, "name"].here
                raise BadPolicy(f"{place}: stage '{stage.name}' stands here again.")
            when = places["stages", index, "when"]
            conditions[stage.name] = Condition.parse(stage.when, when)
        stages = cls(spec, text, source, conditions)
        stages._check_names()
        return stages

    @property
    def id(self) -> str:
        """Name and version, ``life_cycle@1`` say."""
        return f"{self.spec.name}@{self.spec.version}"

    @property
    def sha256(self) -> str:
        """SHA-256 of the text."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the stages, in the order of the file."""
        return tuple(self.conditions)

    @property
    def titles(self) -> dict[str, tuple[str, str]]:
        """What each stage is called in English and in Chinese."""
        return {one.name: (one.title.en, one.title.zh) for one in self.spec.stages}

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns that the conditions use, in order of first use."""
        named = (name for one in self.conditions.values() for name in one.columns)
        return tuple(dict.fromkeys(named))

    def stage(self, name: str) -> StageSpec:
        """Return one stage with its titles and what to do next.

        Raises
        ------
        UnknownName
            If there is no such stage.
        """
        for stage in self.spec.stages:
            if stage.name == name:
                return stage
        raise UnknownName(STAGE, name, self.names)

    def check(self) -> None:
        """Prove that exactly one condition holds for any customer that could be.

        Raises
        ------
        BadPolicy
            With the numbers of a customer for whom none holds, or more than one.
        """
        found = undecided_cell(self.conditions)
        if found:
            raise BadPolicy(
                f"{self.source}: expected exactly one stage for any customer, {found}. "
                f"{_cure(found)}"
            )

    def assign(self, table: ir.Table) -> ir.Table:
        """Return the stage of each customer.

        Parameters
        ----------
        table
            One row per customer, from ``life_cycle_table``.

        Returns
        -------
        ir.Table
            ``customer_id, stage``.

        Raises
        ------
        BadColumns
            If a column is not there that the conditions use.
        BadPolicy
            If a customer has no stage, or more than one, with their numbers.
        """
        missing = [name for name in self.columns if name not in table.columns]
        if missing:
            raise BadColumns(
                f"the stages {self.id} read {', '.join(self.columns)}; missing: "
                f"{', '.join(missing)}. Use the table of life_cycle_table."
            )
        found = undecided(self.conditions, table.select(*self.columns))
        if found:
            raise BadPolicy(
                f"{self.source}: expected exactly one stage for every customer, "
                f"{found}. {_cure(found)}"
            )
        return table.select("customer_id", **{STAGE: self.stage_of(table)})

    def stage_of(self, table: ir.Table) -> ir.StringValue:
        """Return the stage of each row, null unless it has exactly one.

        Nothing is asked yet: who takes this instead of ``assign`` has to refuse nulls.
        """
        answers = {
            name: holds(one, table).fill_null(False)
            for name, one in self.conditions.items()
        }
        n_stages = sum(answer.cast("int64") for answer in answers.values())
        wins = [(answer & (n_stages == 1), name) for name, answer in answers.items()]
        return ibis.cases(*wins)

    def show(self, lang: str = "en") -> str:
        """Return the stages as a table of Markdown in ``en`` or ``zh``."""
        head = _HEADINGS["zh" if lang == "zh" else "en"]
        rows = [
            (
                f"{one.title[lang]} (`{one.name}`)",
                one.meaning[lang],
                f"`{self.conditions[one.name].rule}`",
                one.next[lang],
            )
            for one in self.spec.stages
        ]
        return "\n".join(_row(cells) for cells in (head, ("---",) * 4, *rows)) + "\n"

    def _check_names(self) -> None:
        """Refuse a column that the life-cycle table does not have."""
        unknown = [
            f"{place}: no column '{name}'. {did_you_mean(name, BY_NAME)}"
            for condition in self.conditions.values()
            for name, place in condition.columns.items()
            if name not in BY_NAME
        ]
        if unknown:
            raise BadPolicy("; ".join(unknown))


def _cure(found: Undecided) -> str:
    if found.holding:
        return "Narrow one of these conditions."
    return "Widen a condition, or add a stage; a null holds no comparison."


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
