"""Commands from a run to a tier: ``approve``, ``assign``, ``explain``, ``verify``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from workbench.cli.output import Json, say, say_aside, say_json, say_table

if TYPE_CHECKING:
    from workbench.delivery import Assignment, Explanation
    from workbench.delivery.judged import Found

policy_app = typer.Typer(help="Read and check tier policies and life-cycle stages.")


def add_to(app: typer.Typer) -> None:
    """Hang this room's commands into the command line."""
    for command in (approve, assign, explain, verify):
        app.command(command.__name__)(command)
    app.add_typer(policy_app, name="policy")


def approve(
    run: Annotated[str, typer.Argument(help="A complete run: its name or folder.")],
    by: Annotated[str, typer.Option(help="Who approves.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    json: Json = False,
) -> None:
    """Hold a run against the limits, record the decision, export its bundle."""
    from workbench.review import approve as decide
    from workbench.review import older_than_champion, open_candidate
    from workbench.tracking import register_champion

    candidate = open_candidate(run)
    say_aside(candidate.words)
    if older := older_than_champion(candidate.as_of):
        say_aside(f"note: {older}")
    run = str(candidate.run.folder)
    approval = decide(run, by=by, reason=reason)
    version = register_champion(approval.bundle)
    found = approval.as_dict() | {"registered": f"tiering@champion, version {version}"}
    if json:
        say_json(found)
        return
    for name, verdict in approval.verdicts.items():
        for check in verdict.checks:
            say(f"{name}: {check.words}")
    say(f"approved by {by}: bundle {approval.bundle}")
    say(f"registered in MLflow as {found['registered']}")


def assign(
    bundle: Annotated[str, typer.Option(help="champion, or a bundle's folder.")],
    data: Annotated[str, typer.Option(help="Store: a NAME or a folder.")],
    as_of: Annotated[str, typer.Option(help="Day of the tiers, or yesterday.")],
    out: Annotated[
        Path | None, typer.Option(help="Folder of tier tables; the project's own.")
    ] = None,
    json: Json = False,
) -> None:
    """Give every customer a tier with a reason, and publish the table."""
    from workbench.delivery import Bundle
    from workbench.delivery import assign as give
    from workbench.ingest import open_store
    from workbench.settings import places
    from workbench.shop import open_shop
    from workbench.window import resolve_day

    opened, day, store = Bundle.find(bundle), resolve_day(as_of), open_store(data)
    store.require_reaches(day)
    opened.require_store(store.identity)
    shop = open_shop(store, day, opened.scorer.settings.scope)
    found = give(
        opened,
        shop.transactions,
        day,
        out or places().tiers,
        data=shop.store.identity,
        beside=shop.beside,
    )
    if json:
        say_json(found.manifest | {"folder": str(found.folder)})
    else:
        _show_tiers(found, shop.store.currency)


def explain(
    customer: Annotated[str, typer.Argument(help="The customer's id.")],
    as_of: Annotated[str | None, typer.Option(help="Day; the last assigned.")] = None,
    bundle: Annotated[str | None, typer.Option(help="The one last used.")] = None,
    data: Annotated[str | None, typer.Option(help="The store last used.")] = None,
    lang: Annotated[Literal["en", "zh"], typer.Option(help="en or zh.")] = "en",
    json: Json = False,
) -> None:
    """Recompute one customer's scores, rule and tier from the receipts, and say why."""
    from workbench.delivery import explain_last

    found = explain_last(customer, as_of=as_of, bundle=bundle, data=data)
    if json:
        say_json(found.as_dict())
    else:
        _show_explanation(found, lang)


def verify(
    folder: Annotated[Path, typer.Argument(help="A bundle's folder.")],
    json: Json = False,
) -> None:
    """Check that every file of a bundle is the one that its manifest describes."""
    from workbench.delivery import Bundle

    opened = Bundle.open(folder)
    if json:
        say_json({"bundle_id": opened.id, "files": opened.manifest["files"]})
    else:
        say(f"{opened.id}: {len(opened.manifest['files'])} files as described")


@policy_app.command("show")
def show_policy(
    policy: Annotated[Path, typer.Argument(help="A policy's or stages' YAML file.")],
    lang: Annotated[Literal["en", "zh"], typer.Option(help="en or zh.")] = "en",
) -> None:
    """Print rules for people: a policy with its plans, or the stages and what to do."""
    from workbench.policy import load_rules

    say(load_rules(policy).show(lang))


@policy_app.command("check")
def check_policy(
    policy: Annotated[Path, typer.Argument(help="A policy's or stages' YAML file.")],
) -> None:
    """Check rules: known columns, allowed conditions, nobody left without a tier.

    Of life-cycle stages it is proved that anybody has exactly one.
    """
    from workbench.delivery import ScoringSettings
    from workbench.delivery.run_models import stages_of_project
    from workbench.policy import Stages, load_rules

    read = load_rules(policy)
    if isinstance(read, Stages):
        say(
            f"{read.id}: {len(read.names)} stages, exactly one for anybody, reads "
            f"{', '.join(read.columns)}"
        )
        return
    rules = stages_of_project()
    settings = ScoringSettings(stages_sha256=rules.sha256 if rules else "")
    read.check_columns(settings.schema().names)
    say(f"{read.id}: {len(read.spec.tiers)} tiers, reads {', '.join(read.columns)}")


def _show_tiers(found: Assignment, currency: str | None) -> None:
    """Show tier × customers × share of spend × expected value."""
    unit = f" [{currency}]" if currency else ""
    rows = [
        (
            row["tier"],
            row["customers"],
            f"{row['share_of_customers']:.1%}",
            f"{row['share_of_spend']:.1%}",
            f"{row['expected_value']:,.0f}",
            f"{row['expected_value_per_customer']:,.2f}",
        )
        for row in found.manifest["tiers"]
    ]
    columns = (
        "tier",
        "customers",
        "of customers",
        "of spend",
        f"expected value{unit}",
        "per customer",
    )
    say_table(
        columns,
        rows,
        title=f"Tiers as of {found.manifest['as_of']}{_lines_of(found.scope)}",
    )
    say(f"{found.manifest['customers']:,} customers: {found.file}")


def _lines_of(scope: str) -> str:
    """Say which lines were read, where they are not all."""
    return "" if scope == "all" else f", of {scope}"


def _show_explanation(found: Explanation, lang: str) -> None:
    for sentence in found.sentences(lang):
        say(sentence)
    say()
    rows = [
        (
            c.tier,
            c.text,
            _value(c),
            _number(c.threshold),
            _number(c.gap),
            "✓" if c.holds else "✗",
        )
        for c in found.comparisons
    ]
    say_table(("tier", "comparison", "value", "threshold", "gap", "holds"), rows)
    scores = [(name, _number(value)) for name, value in found.scores.items()]
    say_table(("score", "value"), scores)


def _value(comparison: Found) -> str | None:
    """Return the customer's number, or the text that stands in its column."""
    if comparison.value is None:
        return _number(comparison.content)
    return _number(comparison.value)


def _number(value: object) -> str | None:
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.2f}"
    return None if value is None else str(value)
