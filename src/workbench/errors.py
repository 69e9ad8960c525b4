"""Every error and warning of the workbench, one tree, for whoever has to act on it.

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
    │   ├── TooManyQuarantined     3  too much of a load cannot be read
    │   ├── EmptierThanUsual       3  the new days of a load have too few lines
    │   └── UnfitData              3  the data cannot bear what was asked of it
    └── TryLater                  75  somebody else is at work
        ├── Locked                75  names the holder's process
        ├── Unreachable           75  a server did not answer, or not to the end
        └── LateData              75  the receipts of that day are not there yet

    WorkbenchWarning (UserWarning)    a doubt that does not stop the work
    ├── OpenSecret                    others than its owner may read a secret's file
    ├── DataWarning                   about rows that were accepted
    │   ├── OneCohort                 all first bought within a short time
    │   ├── ShortHistory              too few days to show a habit
    │   ├── FewRepeaters              too few came back to learn from
    │   └── FreeSpend                 some came back and paid nothing
    ├── AssumptionWarning             a model's assumption does not hold well
    │   ├── NotIndependent            value goes with frequency
    │   ├── Unchecked                 an assumption that this data cannot test
    │   ├── Seasonal                  the shop has a season, the model has none
    │   └── BeyondHistory             the sum leans on times nobody was watched for
    └── FitWarning                    an estimate that should not be leaned on
        ├── NotIdentified             the data does not tell a parameter
        ├── NoDropOut                 almost nobody is seen to leave
        ├── HeavyTail                 the mean value leans on a few large orders
        └── NoGain                    no better than *same count again*

Each warning has a ``code``, which is its name in the record of a run and in MLflow's
tags, and a ``cure``, which ends its words.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


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


class TooManyQuarantined(Refused):
    """So much of a load cannot be read that nothing was published."""


class EmptierThanUsual(Refused):
    """The new days of a load have so few lines that somebody must look first."""


class UnfitData(Refused):
    """The data cannot bear what was asked of it; the message has every reason."""


class TryLater(WorkbenchError):
    """Somebody else is at work; the same command may succeed later."""

    exit_code = 75


class Locked(TryLater):
    """A lock is held; the message names the holder."""


class Unreachable(TryLater):
    """A server did not answer, or not to the end; what has come is kept."""


class LateData(TryLater):
    """The receipts of the day that was asked for have not arrived."""


class WorkbenchWarning(UserWarning):
    """A doubt that does not stop the work."""

    code = "doubt"
    cure = "Read the message: it says what was found."


class OpenSecret(WorkbenchWarning):
    """A secret lies in a file that others than its owner may read."""

    code = "open_secret"
    cure = "Make the file its owner's alone: chmod 600 FILE."


class DataWarning(WorkbenchWarning):
    """A doubt about rows that were accepted."""

    code = "data"
    cure = "Look at the rows that are named."


class OneCohort(DataWarning):
    """All or nearly all customers first bought within a quarter."""

    code = "one_cohort"
    cure = (
        "Customers of one quarter say little about those who join in another: take a "
        "longer history, or speak of these customers only."
    )


class ShortHistory(DataWarning):
    """The history is too short to show a habit."""

    code = "short_history"
    cure = "Take a longer history."


class FewRepeaters(DataWarning):
    """Too few customers came back to teach a model."""

    code = "few_repeaters"
    cure = "Take a longer history or more customers."


class FreeSpend(DataWarning):
    """Some customers came back and paid nothing; the value model leaves them out."""

    code = "free_spend"
    cure = (
        "They are given the mean value of the others: look whether these are gifts, "
        "samples or prices that were lost, and leave them out if so."
    )


class AssumptionWarning(WorkbenchWarning):
    """An assumption of a model does not hold well on this data."""

    code = "assumption"
    cure = "Compare with a model that does not need it."


class NotIndependent(AssumptionWarning):
    """How often customers buy and what they spend go together."""

    code = "not_independent"
    cure = "Split the customers, wholesale from the others say."


class Unchecked(AssumptionWarning):
    """An assumption cannot be tested on this data."""

    code = "unchecked"
    cure = "Use customers who differ in it."


class Seasonal(AssumptionWarning):
    """A season is left in what the model does not explain."""

    code = "seasonal"
    cure = (
        "Ask for a horizon of whole years, or judge on the same months a year before."
    )


class BeyondHistory(AssumptionWarning):
    """Much of a sum lies beyond three times the longest history."""

    code = "beyond_history"
    cure = "Ask for a horizon in days, or a higher discount rate."


class FitWarning(WorkbenchWarning):
    """An estimate that should not be leaned on."""

    code = "fit"
    cure = (
        "Use more customers. A penalizer above 0 draws the parameters to the middle: "
        "judge its orders before you lean on them."
    )


class NotIdentified(FitWarning):
    """A parameter that the data does not tell: it has no standard error."""

    code = "not_identified"
    cure = FitWarning.cure


class NoDropOut(FitWarning):
    """No drop-out is seen, so that P(alive) says little."""

    code = "no_drop_out"
    cure = "Lean on expected orders, not on P(alive), or take a longer history."


class HeavyTail(FitWarning):
    """The mean value of an order is hardly finite: a few large orders carry it."""

    code = "heavy_tail"
    cure = "Look for a few huge orders, or use more customers."


class NoGain(FitWarning):
    """The model is not shown better than counting the same orders again."""

    code = "no_gain"
    cure = "Use the same count again, or bring a longer history."


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
