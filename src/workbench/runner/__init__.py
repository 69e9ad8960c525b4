"""Run experiments: notebooks checked, executed in order of need, recorded, resumed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.doors import lazily

if TYPE_CHECKING:
    from workbench.runner.init import init_project
    from workbench.runner.new import new_experiment, new_notebook, new_policy
    from workbench.runner.notebook import Notebook, Parameter, read_notebook
    from workbench.runner.run import RunOutcome, StageOutcome, run_experiment
    from workbench.runner.spec import Spec, StageSpec, load_spec
    from workbench.runner.status import RunStatus, list_runs, run_status


__all__ = [
    "Notebook",
    "Parameter",
    "RunOutcome",
    "RunStatus",
    "Spec",
    "StageOutcome",
    "StageSpec",
    "init_project",
    "list_runs",
    "load_spec",
    "new_experiment",
    "new_notebook",
    "new_policy",
    "read_notebook",
    "run_experiment",
    "run_status",
]

__getattr__ = lazily(
    __name__,
    {
        "Notebook": "notebook",
        "Parameter": "notebook",
        "RunOutcome": "run",
        "RunStatus": "status",
        "Spec": "spec",
        "StageOutcome": "run",
        "StageSpec": "spec",
        "init_project": "init",
        "list_runs": "status",
        "load_spec": "spec",
        "new_experiment": "new",
        "new_notebook": "new",
        "new_policy": "new",
        "read_notebook": "notebook",
        "run_experiment": "run",
        "run_status": "status",
    },
)
