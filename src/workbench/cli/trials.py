"""The command ``policy try``: the tiers that policies would give, not approved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from workbench.cli.named import named_policy
from workbench.cli.output import Json, say, say_json, say_table
from workbench.cli.policies import policy_app

if TYPE_CHECKING:
    from workbench.delivery import Trial, Trials
    from workbench.shop import Shop


@policy_app.command("try")
def try_policies(
    policies: Annotated[
        list[str], typer.Argument(help="Policies: YAML files, or names in the project.")
    ],
    data: Annotated[str, typer.Option(help="Store: a NAME or a folder.")],
    as_of: Annotated[str, typer.Option(help="Day to stand on, or yesterday.")],
    scope: Annotated[str, typer.Option(help="Lines read: all, channel=… …")] = "all",
    lang: Annotated[Literal["en", "zh"], typer.Option(help="en or zh.")] = "en",
    json: Json = False,
) -> None:
    """Say which tiers policies would give on a day; nothing is approved or published.

    Only the models that the policies ask for are fitted, on nothing later than the day.
    """
    from workbench.delivery import try_policies as give
    from workbench.ingest import open_store
    from workbench.shop import open_shop
    from workbench.window import resolve_day

    read = [named_policy(one) for one in policies]
    day, store = resolve_day(as_of), open_store(data)
    store.require_reaches(day)
    shop = open_shop(store, day, scope)
    found = give(read, shop.transactions, day, beside=shop.beside, lang=lang)
    if json:
        say_json(_plain(found) | {"data": store.identity, "scope": scope})
    else:
        _show(found, shop, lang)


def _plain(found: Trials) -> dict[str, object]:
    return {
        "as_of": str(found.as_of),
        "switched_off": list(found.switched_off),
        "doubts": [one.as_dict() for one in found.doubts],
        "policies": [one.as_dict() for one in found.trials],
    }


def _show(found: Trials, shop: Shop, lang: str) -> None:
    """Show each policy's tiers, lists and numbers, and once what the shop lacks."""
    currency = shop.store.base_currency or shop.store.currency
    for one in found.trials:
        _show_tiers(one, f"{one.policy.id} · {shop.store.name} · {found.as_of}", lang)
        if one.lists:
            _show_lists(one, lang)
        _show_numbers(one, lang, currency)
        for finding in one.check.findings:
            say(f"{_WORDS['wrong'][lang]}: {finding}")
        say()
    for line in found.switched_off:
        say(f"{_WORDS['lacks'][lang]}: {line}")
    lacking: dict[str, list[str]] = {}
    for one in found.trials:
        for line in one.lacks:
            lacking.setdefault(line, []).append(one.policy.id)
    for line, policies in lacking.items():
        say(f"{_WORDS['lacks'][lang]}: {line} [{', '.join(policies)}]")
    for doubt in found.doubts:
        say(f"{_WORDS['doubt'][lang]} ({doubt.code}): {doubt.words}")
    say(_WORDS["tried"][lang])


def _show_tiers(trial: Trial, title: str, lang: str) -> None:
    rows = [
        (
            one.tier,
            trial.policy.tier(one.tier).title[lang],
            one.customers,
            _share(one.share_of_customers),
            _share(one.share_of_revenue_365d),
            _share(one.share_of_revenue),
        )
        for one in trial.summary
    ]
    heads = ("tier", "title", "customers", "of_customers", "revenue_365d", "revenue")
    say_table([_WORDS[head][lang] for head in heads], rows, title=title)


def _show_lists(trial: Trial, lang: str) -> None:
    rows = [
        (
            one.name,
            one.title[lang],
            None if one.name in trial.unknown_lists else trial.lists[one.name],
            one.department[lang],
        )
        for one in trial.policy.spec.lists
    ]
    heads = ("list", "title", "customers", "department")
    say_table([_WORDS[head][lang] for head in heads], rows)


def _show_numbers(trial: Trial, lang: str, currency: str | None) -> None:
    """Show what was learned or given, in the shop's currency."""
    from workbench.policy.sections import numbers

    found = numbers(trial.policy, lang, trial.cuts, currency)
    if found.rows:
        say_table(found.head, found.rows, title=found.title)


def _share(share: float | None) -> str | None:
    return None if share is None else f"{share:.1%}"


_WORDS = {
    "tier": {"en": "tier", "zh": "等级"},
    "list": {"en": "list", "zh": "名单"},
    "title": {"en": "title", "zh": "名称"},
    "customers": {"en": "customers", "zh": "人数"},
    "department": {"en": "who acts", "zh": "责任部门"},
    "of_customers": {"en": "of customers", "zh": "人数占比"},
    "revenue_365d": {
        "en": "of net spend, 365 days",
        "zh": "近 365 天净消费占比",
    },
    "revenue": {"en": "of net spend, all time", "zh": "累计净消费占比"},
    "lacks": {"en": "this shop lacks", "zh": "本店所缺"},
    "wrong": {"en": "wrong with these numbers", "zh": "按所学数值有误"},
    "doubt": {"en": "doubt", "zh": "存疑"},
    "tried": {
        "en": "tried, not approved: everybody counts as new, nothing was published",
        "zh": "仅为试算，未经批准：所有客户按新客户计，结果未发布",
    },
}


def add_to(app: typer.Typer) -> None:
    """Hang this room's command into the command line: it stands under ``policy``."""
