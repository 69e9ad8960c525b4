"""The policy of the tier benchmark: five tiers that remember, with two lists."""

from __future__ import annotations

from workbench.policy import Cuts, Policy

AS_OF, BUNDLE = "2026-06-30", "benchmark"
CUTS = Cuts({"spend_key": 2500.0, "value_high": 600.0})
_PLAN = (
    "{benefits: [{en: b, zh: b}], service: {en: s, zh: s}, marketing: "
    "{channel: {en: c, zh: c}, offer: {en: o, zh: o}, rhythm: {en: r, zh: r}}, "
    "department: {en: d, zh: d}}"
)
_TIERS = {
    "key": {
        "enter": "net_spend_365d >= spend_key",
        "keep": "net_spend_365d >= 2000",
    },
    "loyal": {
        "enter": "quarters_bought_of_last_3 >= 3 and net_spend_365d >= 50 "
        "and purchase_days >= 4",
        "keep": "quarters_bought_of_last_3 >= 2 and net_spend_365d >= 40",
    },
    "quality": {
        "enter": "net_spend_365d >= 270 and purchase_days >= 3 and p_churn_90d < 0.9 "
        "or clv_365d >= value_high"
    },
    "ordinary": {"enter": "status = 'eligible' and purchase_days >= 2"},
    "basic": {"enter": '"true"'},
}
_LISTS = {
    "near_key": "tier = 'loyal' and net_spend_365d >= 2000",
    "to_save": "tier = 'quality' and p_churn_90d >= 0.7",
}


def _text() -> str:
    lines = ["name: benchmark", "version: 1", "title: {en: B, zh: B}"]
    lines += ["about: {en: B, zh: B}", "cuts:"]
    lines += ["  spend_key: {column: net_spend_365d, quantile: 0.99}"]
    lines += ["  value_high: {column: clv_365d, quantile: 0.8}"]
    lines += ["memory: {grace_days: 90, minimum_hold_days: 30, downgrade: one_step,"]
    lines += ["  protect_while: p_churn_90d < 0.1}", "tiers:"]
    for name, conditions in _TIERS.items():
        lines += [f"  - name: {name}", f"    title: {{en: {name}, zh: {name}}}"]
        lines += ["    about: {en: a, zh: a}", f"    plan: {_PLAN}"]
        lines += [f"    {key}: {text}" for key, text in conditions.items()]
    lines += ["lists:"]
    for name, when in _LISTS.items():
        lines += [f"  - name: {name}", f"    title: {{en: {name}, zh: {name}}}"]
        lines += ["    about: {en: a, zh: a}", f"    when: {when}"]
        lines += ["    department: {en: d, zh: d}"]
    return "\n".join(lines) + "\n"


POLICY = Policy.parse(_text())
