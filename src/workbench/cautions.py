"""Every warning of the workbench, one tree, for whoever reads a result with doubts.

A warning does not stop the work::

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
    ├── ChurnWarning                  a churn model that somebody should look at
    │   ├── HighAUC                   it ranks almost without fault
    │   ├── StrongCause               one family of features says almost all
    │   └── NotCalibrated             no season a year before to calibrate on
    └── FitWarning                    an estimate that should not be leaned on
        ├── NotIdentified             the data does not tell a parameter
        ├── NoDropOut                 almost nobody is seen to leave
        ├── HeavyTail                 the mean value leans on a few large orders
        └── NoGain                    no better than *same count again*

Each has a ``code``, which is its name in the record of a run and in MLflow's tags, and
a ``cure``, which ends its words.
"""

from __future__ import annotations


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


class ChurnWarning(WorkbenchWarning):
    """A churn model that somebody should look at before it is leaned on."""

    code = "churn"
    cure = "Look at the features that say most."


class HighAUC(ChurnWarning):
    """A churn model ranks almost without fault."""

    code = "high_auc"
    cure = (
        "Frequent buyers are honestly easy to tell: look whether recency alone does as "
        "well, and what the strongest features are."
    )


class StrongCause(ChurnWarning):
    """One family of features says almost all that recency does not say."""

    code = "strong_cause"
    cure = (
        "Ask whether the shop knows it on the day itself, or writes it down when a "
        "customer has already gone."
    )


class NotCalibrated(ChurnWarning):
    """The season of the year before was not there to calibrate probabilities on."""

    code = "not_calibrated"
    cure = (
        "Lean on the order of the customers more than on the level, or bring two years "
        "of history."
    )


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
