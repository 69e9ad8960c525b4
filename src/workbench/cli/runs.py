"""Commands around runs: ``run``, ``status``, ``params``, ``new``, ``lab``, ``ui``."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from workbench.cli.output import Json, say, say_json, say_table

new_app = typer.Typer(help="Make a notebook or an experiment from a template.")


def add_to(app: typer.Typer) -> None:
    """Hang this room's commands into the command line."""
    for name, command in (
        ("run", run),
        ("status", status),
        ("params", params),
        ("lab", lab),
        ("ui", ui),
    ):
        app.command(name)(command)
    app.add_typer(new_app, name="new")


def run(
    spec: Annotated[str, typer.Argument(help="Experiment file, or its bare name.")],
    as_of: Annotated[
        str | None, typer.Option(help="Last day the models may see, or yesterday.")
    ] = None,
    data: Annotated[str | None, typer.Option(help="Store: a NAME or a folder.")] = None,
    parameter: Annotated[
        list[str] | None,
        typer.Option("-p", help="[stage.]name=value; may be given several times."),
    ] = None,
    stage: Annotated[
        list[str] | None,
        typer.Option(help="Run only this stage and what it needs; several times."),
    ] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Notebooks at work at once.")] = 2,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be run.")
    ] = False,
    json: Json = False,
) -> None:
    """Run an experiment's notebooks; what is complete already is not run again."""
    from workbench.runner import run_experiment

    outcome = run_experiment(
        spec,
        as_of=as_of,
        data=data,
        overrides=parameter or [],
        jobs=jobs,
        only_stages=stage or [],
        dry_run=dry_run,
    )
    if json:
        say_json(outcome.as_dict())
        return
    rows = [(s.name, s.state, f"{s.seconds:.1f}", s.message) for s in outcome.stages]
    say_table(("stage", "state", "seconds", "message"), rows, title=outcome.name)
    say(f"{outcome.state} in {outcome.seconds:.1f} s: {outcome.folder}")


def status(
    run: Annotated[str | None, typer.Argument(help="A run; all without it.")] = None,
    json: Json = False,
) -> None:
    """Say how runs stand: running, done, failed, crashed or cancelled."""
    from workbench.runner import list_runs, run_status

    found = [run_status(run)] if run else list_runs()
    if json:
        say_json([one.as_dict() for one in found])
        return
    rows = [(s.name, s.state, s.as_of, s.data, s.started_at, s.n_doubts) for s in found]
    say_table(("run", "state", "as of", "data", "started", "doubts"), rows)
    for one in found if run else []:
        stages = [(n, is_, one.messages.get(n, "")) for n, is_ in one.stages.items()]
        say_table(("stage", "state", "message"), stages)
        doubts = [(n, d["code"], d["words"]) for n in one.doubts for d in one.doubts[n]]
        if doubts:
            say_table(("stage", "doubt", "words"), doubts)


def params(
    notebook: Annotated[str, typer.Argument(help="A notebook's file or bare name.")],
    json: Json = False,
) -> None:
    """Show the parameters of a notebook: type, default, meaning."""
    from workbench.runner import read_notebook

    found = read_notebook(notebook)
    rows = [(p.name, p.type, repr(p.default), p.help) for p in found.parameters]
    columns = ("parameter", "type", "default", "meaning [unit]")
    if json:
        say_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        say_table(columns, rows, title=found.path.stem)


@new_app.command("notebook")
def new_notebook(name: Annotated[str, typer.Argument(help="60_margins, say.")]) -> None:
    """Make a notebook that runs as it is."""
    from workbench.runner import new_notebook as make

    say(f"made {make(name)}. Open it: workbench lab")


@new_app.command("experiment")
def new_experiment(name: Annotated[str, typer.Argument(help="myshop, say.")]) -> None:
    """Make an experiment file with every stage and the commonest knobs."""
    from workbench.runner import new_experiment as make

    say(f"made {make(name)}. Run it: workbench run {name} --data STORE --as-of DATE")


@new_app.command("policy")
def new_policy(name: Annotated[str, typer.Argument(help="myshop, say.")]) -> None:
    """Make a policy of two tiers with every key told."""
    from workbench.runner import new_policy as make

    path = make(name)
    say(f"made {path}. Check it: workbench policy check {path}")


def lab() -> None:
    """Open JupyterLab on the notebooks, with this project's places."""
    from workbench.settings import places

    here = places()
    _become("jupyter-lab", [f"--notebook-dir={here.notebooks}"], here.as_environment())


def ui(port: Annotated[int, typer.Option(help="Port on 127.0.0.1.")] = 5000) -> None:
    """Open MLflow's page of the runs on this machine only."""
    from workbench.tracking import ui as serve

    serve(port=port)


def _become(command: str, words: list[str], environment: dict[str, str]) -> None:
    """Put another program in place of this process."""
    program = Path(sys.executable).parent / command
    os.execvpe(str(program), [command, *words], {**os.environ, **environment})
