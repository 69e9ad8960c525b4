"""Commands about policies: ``policy show``, ``check``, ``columns`` and ``schema``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from workbench.cli.named import named_rules
from workbench.cli.output import Json, say, say_aside, say_json, say_table

if TYPE_CHECKING:
    from workbench.policy import Policy, Stages

policy_app = typer.Typer(help="Read and check tier policies and life-cycle stages.")


def add_to(app: typer.Typer) -> None:
    """Hang this room's commands into the command line."""
    app.add_typer(policy_app, name="policy")


@policy_app.command("show")
def show_policy(
    policy: Annotated[
        str, typer.Argument(help="A policy's or stages' YAML file, or a policy's name.")
    ],
    lang: Annotated[Literal["en", "zh"], typer.Option(help="en or zh.")] = "en",
    html: Annotated[
        Path | None, typer.Option(help="Write one page of HTML here instead.")
    ] = None,
    pages: Annotated[
        Path | None,
        typer.Option(help="Write an index and a page for each tier into this folder."),
    ] = None,
) -> None:
    """Print rules for people: a policy with its plans, or the stages and what to do."""
    read = named_rules(policy)
    if html is None and pages is None:
        say(read.show(lang))
        return
    for file, text in _pages(read, lang, html, pages).items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        say(str(file))


def _pages(
    read: Policy | Stages, lang: str, html: Path | None, pages: Path | None
) -> dict[Path, str]:
    """Return the pages that were asked for, by their files."""
    from workbench.errors import UsageError
    from workbench.policy import Stages, policy_page, policy_pages

    if isinstance(read, Stages):
        raise UsageError(
            f"--html and --pages are for policies; {read.id} is a file of stages. "
            "Show it without them."
        )
    found = {html: policy_page(read, lang)} if html else {}
    if pages:
        found |= {pages / name: text for name, text in policy_pages(read).items()}
    return found


@policy_app.command("check")
def check_policy(
    policies: Annotated[
        list[str],
        typer.Argument(help="YAML files of policies or stages, or policies' names."),
    ],
    lang: Annotated[Literal["en", "zh"], typer.Option(help="en or zh.")] = "en",
    json: Json = False,
) -> None:
    """Check rules and say what is proved of them; exit 2 with what is wrong.

    Of a policy: known columns, a tier for everybody, every tier within reach, and what
    the policy says of itself (exclusive, monotone, keep, lists). Of life-cycle stages
    that anybody has exactly one.
    """
    from workbench.errors import BadPolicy

    found: list[dict[str, Any]] = []
    wrong: list[str] = []
    for named in policies:
        try:
            found.append(_checked(named, lang))
        except BadPolicy as error:
            wrong.append(str(error))
            found.append({"file": named, "findings": [str(error)]})
    if json:
        say_json(found)
    else:
        for one in found:
            for line in one.get("lines", ()):
                say(line)
    if wrong:
        for line in wrong[:-1]:
            say_aside(line)
        raise BadPolicy(wrong[-1])


def _checked(named: str, lang: str) -> dict[str, Any]:
    """Return what is proved of one file."""
    from workbench.delivery import ScoringSettings
    from workbench.delivery.run_models import stages_of_project
    from workbench.policy import Stages

    read = named_rules(named)
    if isinstance(read, Stages):
        head = (
            f"{read.id}: {len(read.names)} stages, exactly one for anybody, reads "
            f"{', '.join(read.columns)}"
        )
        return {"file": named, "policy": read.id, "lines": [head]}
    rules = stages_of_project()
    settings = ScoringSettings(stages_sha256=rules.sha256 if rules else "")
    read.check_columns(settings.schema().names)
    check = read.check()
    head = f"{read.id}: {len(read.spec.tiers)} tiers, reads {', '.join(read.columns)}"
    lines = [head, *(f"  {line}" for line in check.lines(lang))]
    return {"file": named, **check.as_dict(), "lines": lines}


@policy_app.command("columns")
def list_columns(
    lang: Annotated[Literal["en", "zh"], typer.Option(help="en or zh.")] = "en",
    json: Json = False,
) -> None:
    """List what a policy may name: score columns, and what its measures measure."""
    from workbench.delivery.policy_columns import policy_columns, windows_words

    found = policy_columns(lang)
    if json:
        say_json([vars(one) for one in found])
        return
    for kind, title in _KINDS.items():
        rows = [
            (one.name, one.meaning, one.unit, one.needs or "–")
            for one in found
            if one.kind == kind
        ]
        say_table([head[lang] for head in _HEADS], rows, title=title[lang])
    say(windows_words(lang))


_KINDS = {
    "score": {"en": "columns of the score table", "zh": "评分表的字段"},
    "measure": {
        "en": "what measures may measure (measures: NAME: {of: ..., window: ...})",
        "zh": "指标可统计的内容（measures: 名称: {of: ..., window: ...}）",
    },
}
_HEADS = (
    {"en": "name", "zh": "名称"},
    {"en": "meaning", "zh": "含义"},
    {"en": "unit", "zh": "单位"},
    {"en": "needs beside purchases", "zh": "除购买外所需"},
)


@policy_app.command("schema")
def print_schema() -> None:
    """Print the JSON Schema of a policy, by which editors complete and check one."""
    from workbench.policy import schema_text

    say(schema_text().rstrip())
