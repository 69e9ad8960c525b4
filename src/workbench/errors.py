"""Every error of the workbench, one tree, for whoever has to act on it.

The class tells the exit code of the command, the message tells what was expected,
what was found (names, counts, an example) and what to do::

    WorkbenchError                 1  something failed
    ├── DataError (ValueError)     1  what came in cannot be used
    │   ├── RejectedFile           1  a whole file is refused, nothing was written
    │   ├── QueryFailed            1  a database refused the login or the query
    │   ├── BadColumns             1  columns are missing or of the wrong type
    │   ├── BadValues              1  values a model or feature cannot take
    │   ├── NotEnoughData          1  too few customers or too little history
    │   └── StoreError             1  a store or one of its versions cannot be read
    ├── ModelError                 1
    │   ├── NotFitted              1  asked to predict before fit
    │   ├── NotConverged           1  the likelihood found no maximum
    │   └── UnitMismatch           1  time units were mixed
    ├── RunError                   1
    │   ├── CellFailed             1  a cell failed; names notebook, cell and cause
    │   ├── MissingInputs          1  an upstream result is not there; names its command
    │   ├── TrackingFailed         1  the run is whole but MLflow did not take it
    │   └── Cancelled              1  stopped by Ctrl-C or SIGTERM; can be resumed
    ├── Tampered                   1  a file is not the one its manifest describes
    ├── DownloadFailed             1  what an address gave is not what was asked for
    ├── UsageError                 2  the caller asked for what does not exist
    │   ├── UnknownStore           2  no store, or no version, of that name
    │   ├── UnknownName (KeyError) 2  … and the nearest name is …
    │   │   └── UnknownCustomer    2  nobody of this id bought; names no other customer
    │   ├── BadParameter           2  a parameter of the wrong type or out of range
    │   ├── BadSpec                2  an experiment, mapping or policy that is not valid
    │   └── BadPolicy              2  a policy's condition, with its place
    ├── Refused                    3  a gate said no, with its numbers
    │   ├── RunRefused             3  a notebook of a run refused to go on
    │   ├── GateRefused            3  a model did not earn its place
    │   ├── NoChampion             3  nothing has been approved
    │   ├── Expired                3  the approval has run out
    │   ├── OtherStore             3  models of one shop were asked to judge another's
    │   ├── MissingFeatures        3  the models read what these tables do not tell
    │   ├── NotLearned             3  a bundle lacks a number learned at the approval
    │   ├── OlderThanPublished     3  a later day is published already
    │   ├── TooManyQuarantined     3  too much of a load cannot be read
    │   ├── EmptierThanUsual       3  the new days of a load have too few lines
    │   ├── UnfitData              3  the data cannot bear what was asked of it
    │   └── LeakFound              3  a feature sees the days that it should foretell
    └── TryLater                  75  somebody else is at work
        ├── Locked                75  names the holder's process
        ├── Unreachable           75  a server did not answer, or not to the end
        └── LateData              75  the receipts of that day are not there yet

Warnings do not stop the work and have no exit code; their tree stands in
``workbench.cautions``, and each of them is importable from here too.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from workbench.cautions import (  # noqa: F401 - for whoever imports them from here
    AssumptionWarning,
    BeyondHistory,
    ChurnWarning,
    DataWarning,
    FewRepeaters,
    FitWarning,
    FreeSpend,
    HeavyTail,
    HighAUC,
    NoDropOut,
    NoGain,
    NotCalibrated,
    NotIdentified,
    NotIndependent,
    OneCohort,
    OpenSecret,
    Seasonal,
    ShortHistory,
    StrongCause,
    Unchecked,
    WorkbenchWarning,
)


class WorkbenchError(Exception):
    """Something failed; the root of the tree."""

    exit_code = 1

    def __str__(self) -> str:
        """Return the message itself, also for the leaves that inherit KeyError."""
        return " ".join(str(part) for part in self.args)


class DataError(WorkbenchError, ValueError):
    """What came in cannot be used."""


class RejectedFile(DataError):
    """A whole file is refused and nothing was written."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


class QueryFailed(DataError):
    """A database refused the login or the query; the message has its words."""


class BadColumns(DataError):
    """Columns are missing, doubled or of the wrong type."""


class BadValues(DataError):
    """Values that a model or a feature cannot take."""


class NotEnoughData(DataError):
    """Too few customers, or too little history, for an honest answer."""


class StoreError(DataError):
    """A store, or one of its versions, is missing or damaged."""


class ModelError(WorkbenchError):
    """A model cannot do what was asked."""


class NotFitted(ModelError, AttributeError):
    """A prediction was asked of a model that has not been fitted."""


class NotConverged(ModelError):
    """The likelihood found no maximum."""


class UnitMismatch(ModelError, ValueError):
    """Days and weeks were mixed."""


class RunError(WorkbenchError):
    """A notebook run did not come to its end."""


class CellFailed(RunError):
    """A cell failed; the message names notebook, cell and cause."""


class MissingInputs(RunError):
    """A result of an earlier stage is not there; the message names its command."""


class TrackingFailed(RunError):
    """The run is whole on disk, but MLflow did not take it."""


class Cancelled(RunError):
    """Somebody stopped the run; the same command goes on from there."""


class Tampered(WorkbenchError):
    """A file is not the one that its manifest describes."""


class DownloadFailed(WorkbenchError):
    """An address gave something else than the file; the message has the way by hand."""


class UsageError(WorkbenchError):
    """The caller asked for something that does not exist."""

    exit_code = 2


class UnknownStore(UsageError):
    """No store, or no version of it, has this name; the message has the command."""


class UnknownName(UsageError, KeyError):
    """A name that is not known; the message gives the nearest one."""

    def __init__(self, kind: str, name: str, choices: Iterable[str]) -> None:
        self.kind, self.name, self.choices = kind, name, sorted(choices)
        super().__init__(f"no {kind} '{name}'. {did_you_mean(name, self.choices)}")


class UnknownCustomer(UnknownName):
    """Nobody of this id is known on the day; no other customer's id is shown."""

    def __init__(self, customer_id: str, day: object) -> None:
        super().__init__("customer", customer_id, ())
        self.args = (
            f"no customer '{customer_id}' known on {day}. Ids are "
            "compared as texts, zeros in front included.",
        )


class BadParameter(UsageError, ValueError):
    """A parameter of the wrong type, or out of its range."""


class BadSpec(UsageError, ValueError):
    """An experiment, a mapping or a settings file that is not valid."""


class BadPolicy(UsageError, ValueError):
    """A tier policy that cannot be evaluated."""


class Refused(WorkbenchError):
    """A gate said no; the message has the numbers."""

    exit_code = 3


class RunRefused(Refused):
    """A notebook of a run refused to go on; the message names it and says why."""


class GateRefused(Refused):
    """A model did not earn its place."""


class NoChampion(Refused):
    """Nothing has been approved yet."""


class Expired(Refused):
    """The approval does not reach to the day that was asked for."""


class OtherStore(Refused):
    """A bundle learned from one store was asked to score another."""


class MissingFeatures(Refused):
    """A churn model reads what the tables at hand do not tell; with the cure."""


class NotLearned(Refused):
    """A bundle lacks a number that an approval learns; approve its run again."""


class OlderThanPublished(Refused):
    """A later day is published, which was compared with what lay before it."""


class TooManyQuarantined(Refused):
    """So much of a load cannot be read that nothing was published."""


class EmptierThanUsual(Refused):
    """The new days of a load have so few lines that somebody must look first."""


class UnfitData(Refused):
    """The data cannot bear what was asked of it; the message has every reason."""


class LeakFound(Refused):
    """A churn feature sees the days that it should foretell; names it."""


class TryLater(WorkbenchError):
    """Somebody else is at work; the same command may succeed later."""

    exit_code = 75


class Locked(TryLater):
    """A lock is held; the message names the holder."""


class Unreachable(TryLater):
    """A server did not answer, or not to the end; what has come is kept."""


class LateData(TryLater):
    """The receipts of the day that was asked for have not arrived."""


def did_you_mean(name: str, choices: Iterable[str]) -> str:
    """Return the cure for a wrong name.

    Examples
    --------
    >>> did_you_mean("penaliser", ["penalizer", "seed"])
    "Did you mean 'penalizer'?"
    >>> did_you_mean("xyz", ["penalizer", "seed"])
    'Known: penalizer, seed.'
    """
    known = sorted(choices)
    if near := difflib.get_close_matches(name, known, n=1):
        return f"Did you mean '{near[0]}'?"
    return f"Known: {', '.join(known)}." if known else "None is known here."
