"""The command ``explain``: why a customer has a tier, for staff or as a letter."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from workbench.cli.output import Json, say, say_aside, say_json, say_table

if TYPE_CHECKING:
    from workbench.delivery import Asked, Explanation
    from workbench.delivery.judged import Found


def add_to(app: typer.Typer) -> None:
    """Hang this room's command into the command line."""
    app.command("explain")(explain)


def explain(
    customer: Annotated[str, typer.Argument(help="The customer's id.")],
    as_of: Annotated[str | None, typer.Option(help="Day; the last assigned.")] = None,
    bundle: Annotated[str | None, typer.Option(help="The one last used.")] = None,
    data: Annotated[str | None, typer.Option(help="The store last used.")] = None,
    lang: Annotated[Literal["en", "zh"], typer.Option(help="en or zh.")] = "en",
    letter: Annotated[
        bool, typer.Option("--letter", help="The letter to the customer.")
    ] = False,
    html: Annotated[
        Path | None, typer.Option(help="Also write a page with pictures, an HTML.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write the letter to a file, not to the screen.")
    ] = None,
    json: Json = False,
) -> None:
    """Recompute one customer's scores, rule and tier from the receipts, and say why."""
    from workbench.delivery import last_asked

    asked = last_asked(as_of=as_of, bundle=bundle, data=data)
    found = asked.explain(customer)
    if html:
        _write_page(asked, found, html, lang)
    if out:
        _write(out, found.letter(lang))
    elif letter and not json:
        say(found.letter(lang).rstrip())
    elif json:
        say_json(found.as_dict())
    elif not html:
        _show_explanation(found, lang)


def _write_page(asked: Asked, found: Explanation, file: Path, lang: str) -> None:
    """Draw the customer's history and write the page, for its owner only."""
    from workbench.delivery import page_of_customer, tier_history_of
    from workbench.plots import tier_history

    known = tier_history_of(asked, found)
    name, money = known.measure_name, found.currency or "currency"
    figure = tier_history(
        known.purchases,
        known.measured,
        known.limits,
        known.published,
        as_of=found.as_of,
        titles={t.name: (t.title.en, t.title.zh) for t in found.policy.spec.tiers},
        measure=(found.title_of(name, "en"), found.title_of(name, "zh")),
        units=(money, money if known.unit == "currency" else known.unit),
    )
    picture = BytesIO()
    figure.savefig(picture, format="png", dpi=150)
    _write(file, page_of_customer(found, picture.getvalue(), lang))


def _write(file: Path, text: str) -> None:
    """Write what names a customer so that its owner alone can read it."""
    from workbench.storage import write_atomically

    write_atomically(file, text, mode=0o600)
    say_aside(f"written: {file}")


def _show_explanation(found: Explanation, lang: str) -> None:
    for sentence in found.sentences(lang):
        say(sentence)
    say()
    rows = [
        (
            found.title(c.tier, lang == "zh"),
            c.text,
            _value(c),
            _number(c.threshold),
            _number(c.gap),
            "✓" if c.holds else "✗",
        )
        for c in found.comparisons
    ]
    zh = lang == "zh"
    say_table(_COMPARED[zh], rows)
    whole = found.scores | found.derived
    scores = [
        (name, found.title_of(name, lang), _number(value))
        for name, value in whole.items()
    ]
    say_table(_SCORES[zh], scores)


_COMPARED = (
    ("tier", "comparison", "value", "threshold", "gap", "holds"),
    ("等级", "条件", "数值", "门槛", "差距", "是否满足"),
)
_SCORES = (("score", "meaning", "value"), ("字段", "含义", "数值"))


def _value(comparison: Found) -> str | None:
    """Return the customer's number, or the text that stands in its column."""
    if comparison.value is None:
        return _number(comparison.content)
    return _number(comparison.value)


def _number(value: object) -> str | None:
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.2f}"
    return None if value is None else str(value)
