"""The command ``warn``: who is likely to stay away, from a bundle and a store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from workbench.cli.output import Json, say, say_json, say_table

if TYPE_CHECKING:
    from workbench.delivery import Warned

_ONE_TIME = {"en": ", bought once", "zh": "（仅购买一次）"}
_COUNTS = ("new", "worse", "better", "less_at_stake", "gone")


def add_to(app: typer.Typer) -> None:
    """Hang this room's command into the command line."""
    app.command("warn")(warn)


def warn(
    bundle: Annotated[str, typer.Option(help="champion, or a bundle's folder.")],
    data: Annotated[str, typer.Option(help="Store: a NAME or a folder.")],
    as_of: Annotated[str, typer.Option(help="Day of the warnings, or yesterday.")],
    out: Annotated[
        Path | None, typer.Option(help="Folder of warning tables; the project's own.")
    ] = None,
    csv: Annotated[
        Path | None, typer.Option(help="Also write a list with sentences, a CSV.")
    ] = None,
    lang: Annotated[Literal["en", "zh"], typer.Option(help="en or zh.")] = "en",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Count, and publish nothing.")
    ] = False,
    json: Json = False,
) -> None:
    """Warn of customers who are likely to stay away, with value at risk and reasons."""
    from workbench.delivery import Bundle, write_list
    from workbench.delivery import warn as find
    from workbench.ingest import open_store
    from workbench.settings import places
    from workbench.shop import open_shop
    from workbench.window import resolve_day

    opened, day, store = Bundle.find(bundle), resolve_day(as_of), open_store(data)
    store.require_reaches(day)
    opened.require_store(store.identity)
    shop = open_shop(store, day, opened.scorer.settings.scope)
    where = out or places().warnings
    found = find(
        opened,
        shop.transactions,
        day,
        where,
        data=shop.store.identity,
        beside=shop.beside,
    )
    folder = None if dry_run else found.publish(where).folder
    if csv:
        write_list(csv, found.rows, found.facts["limits"]["usual"], lang)
    if json:
        say_json(found.facts | {"folder": folder and str(folder)})
    else:
        _show(found, shop.store.currency, lang, folder)


def _show(found: Warned, currency: str | None, lang: str, folder: Path | None) -> None:
    """Show level × customers × value at risk × what changed, then who is apart."""
    from workbench.delivery import warning_words as words

    facts, unit = found.facts, f" [{currency}]" if currency else ""
    rows = [
        (
            words(row["level"], lang) + (_ONE_TIME[lang] if row["is_one_time"] else ""),
            row["customers"],
            f"{row['value_at_risk']:,.2f}",
            *(row[name] for name in _COUNTS),
        )
        for row in facts["levels"]
    ]
    titles = [words(name, lang) for name in ("level", "customers", "value_at_risk")]
    titles = [*titles[:2], titles[2] + unit, *(words(name, lang) for name in _COUNTS)]
    scope = "" if facts["scope"] == "all" else f", {facts['scope']}"
    title = "流失预警" if lang == "zh" else "Warnings as of"
    say_table(titles, rows, title=f"{title} {facts['as_of']}{scope}")
    gone = [f"{words(name, lang)} {n:,}" for name, n in facts["gone"].items() if n]
    for line in _apart_zh(facts, gone) if lang == "zh" else _apart(facts, gone):
        say(line)
    say(str(folder) if folder else {"en": "Not published.", "zh": "未发布。"}[lang])


def _apart(facts: dict[str, Any], gone: list[str]) -> list[str]:
    before = facts["previous"]
    since = f"Compared with {before}" if before else "The first: compared with none"
    return [
        f"{facts['eligible']:,} customers can churn; {facts['lapsed']:,} have lapsed "
        "and are not warned of.",
        *_without_reason(facts),
        f"{since}{'; gone: ' if gone else ''}{', '.join(gone)}.",
    ]


def _apart_zh(facts: dict[str, Any], gone: list[str]) -> list[str]:
    before = facts["previous"]
    since = f"与 {before} 相比" if before else "首次预警，没有可比的日期"
    return [
        f"可能流失的顾客 {facts['eligible']:,} 人；另有 {facts['lapsed']:,} 人已流失，"
        "不再预警。",
        *_without_reason(facts, zh=True),
        f"{since}{'；解除：' if gone else ''}{'，'.join(gone)}。",
    ]


def _without_reason(facts: dict[str, Any], zh: bool = False) -> list[str]:
    """Return a line for those of whom only the last purchase is told, if any."""
    n, among = facts["without_reason"], facts["customers"]
    if not n:
        return []
    if zh:
        return [
            f"预警顾客 {among:,} 人中，{n:,} 人没有单独突出的原因，仅说明上次购买。"
        ]
    return [
        f"{n:,} of the {among:,} warned of have no single reason that stands out; of "
        "them only the last purchase is told."
    ]
