"""The tier benchmark's policy as SQL that was written by hand for DuckDB."""

from __future__ import annotations

_ENTERED = """
CASE
  WHEN net_spend_365d >= 2500 THEN 0
  WHEN quarters_bought_of_last_3 >= 3 AND net_spend_365d >= 50 AND purchase_days >= 4
    THEN 1
  WHEN net_spend_365d >= 270 AND purchase_days >= 3 AND p_churn_90d < 0.9
    OR clv_365d >= 600 THEN 2
  WHEN status = 'eligible' AND purchase_days >= 2 THEN 3
  ELSE 4
END
"""
BARE_CASE = """
SELECT customer_id, CASE
    WHEN net_spend_365d >= 2500 THEN 'key'
    WHEN quarters_bought_of_last_3 >= 3 AND net_spend_365d >= 50 AND purchase_days >= 4
      THEN 'loyal'
    WHEN net_spend_365d >= 270 AND purchase_days >= 3 AND p_churn_90d < 0.9
      OR clv_365d >= 600 THEN 'quality'
    WHEN status = 'eligible' AND purchase_days >= 2 THEN 'ordinary'
    ELSE 'basic'
  END AS tier
FROM '{home}/scores.parquet'
"""


def _entry(column: str, threshold: float) -> str:
    """Return a struct of a comparison; braces are doubled for ``format``."""
    return (
        f"{{{{'column': '{column}', 'value': {column}::DOUBLE, "
        f"'threshold': {threshold}::DOUBLE, 'gap': {threshold} - {column}::DOUBLE}}}}"
    )


def _cost(column: str, threshold: float, operator: str) -> str:
    """Return how far a comparison is from holding, of the larger of both numbers."""
    gap = f"abs({threshold} - {column})"
    size = f"greatest({threshold}, abs({column}), 1.0)"
    return (
        f"CASE WHEN {column} {operator} {threshold} THEN 0 "
        f"ELSE coalesce({gap} / {size}, 1000) END"
    )


_WORD = (
    "{{'column': 'status', 'value': NULL::DOUBLE, 'threshold': NULL::DOUBLE, "
    "'gap': NULL::DOUBLE}}"
)
_SPEND, _DAYS = "net_spend_365d", "purchase_days"
_QUARTERS, _CHURN, _VALUE = "quarters_bought_of_last_3", "p_churn_90d", "clv_365d"


def _fails(column: str, threshold: float, operator: str, and_: str = "") -> str:
    holds = f"coalesce({column} {operator} {threshold}, false)"
    return f"CASE WHEN {and_} NOT {holds} THEN {_entry(column, threshold)} END"


def _holds(column: str, threshold: float, operator: str, and_: str = "") -> str:
    holds = f"{column} {operator} {threshold}"
    return f"CASE WHEN {and_} {holds} THEN {_entry(column, threshold)} END"


def _listed(*entries: str) -> str:
    return f"list_filter([{', '.join(entries)}], x -> x IS NOT NULL)"


_UP = f"""
CASE held
  WHEN 1 THEN {_listed(_fails(_SPEND, 2500, ">="))}
  WHEN 2 THEN {
    _listed(
        _fails(_QUARTERS, 3, ">="), _fails(_SPEND, 50, ">="), _fails(_DAYS, 4, ">=")
    )
}
  WHEN 3 THEN {
    _listed(
        _fails(_SPEND, 270, ">=", "way = 0 AND"),
        _fails(_DAYS, 3, ">=", "way = 0 AND"),
        _fails(_CHURN, 0.9, "<", "way = 0 AND"),
        _fails(_VALUE, 600, ">=", "way = 1 AND"),
    )
}
  WHEN 4 THEN {
    _listed(
        f"CASE WHEN NOT coalesce(status = 'eligible', false) THEN {_WORD} END",
        _fails(_DAYS, 2, ">="),
    )
}
  ELSE []
END
"""
_BRANCH = "net_spend_365d >= 270 AND purchase_days >= 3 AND p_churn_90d < 0.9 AND"
_DOWN = f"""
CASE held
  WHEN 0 THEN {_listed(_holds(_SPEND, 2000, ">="))}
  WHEN 1 THEN {_listed(_holds(_QUARTERS, 2, ">="), _holds(_SPEND, 40, ">="))}
  WHEN 2 THEN {
    _listed(
        _holds(_SPEND, 270, ">=", _BRANCH),
        _holds(_DAYS, 3, ">=", _BRANCH),
        _holds(_CHURN, 0.9, "<", _BRANCH),
        _holds(_VALUE, 600, ">="),
    )
}
  WHEN 3 THEN {
    _listed(f"CASE WHEN status = 'eligible' THEN {_WORD} END", _holds(_DAYS, 2, ">="))
}
  ELSE []
END
"""
_TIER = (
    "CASE {} WHEN 0 THEN 'key' WHEN 1 THEN 'loyal' WHEN 2 THEN 'quality' "
    "WHEN 3 THEN 'ordinary' ELSE 'basic' END"
)
_LOYAL = (
    "quarters_bought_of_last_3 >= 3 AND net_spend_365d >= 50 AND purchase_days >= 4"
)
_QUALITY = (
    "net_spend_365d >= 270 AND purchase_days >= 3 AND p_churn_90d < 0.9 "
    "OR clv_365d >= 600"
)

BY_HAND = f"""
WITH entered AS (
  SELECT customer_id, net_spend_365d, quarters_bought_of_last_3, purchase_days,
    p_churn_90d, clv_365d, status, ({_ENTERED})::TINYINT AS entered
  FROM '{{home}}/scores.parquet'
), joined AS (
  SELECT s.*, p.tier AS previous_tier, p.since AS was_since, p.grace_until AS was_until,
    (CASE p.tier WHEN 'key' THEN 0 WHEN 'loyal' THEN 1 WHEN 'quality' THEN 2
      WHEN 'ordinary' THEN 3 WHEN 'basic' THEN 4 END)::TINYINT AS previous
  FROM entered s LEFT JOIN '{{home}}/earlier.parquet' p USING (customer_id)
  ORDER BY customer_id
), moved AS (
  SELECT *, coalesce(was_until, DATE '{{day}}' + 90) AS until, CASE
      WHEN previous IS NULL THEN 'new'
      WHEN entered < previous THEN 'promoted'
      WHEN entered = previous THEN 'stayed'
      WHEN previous = 0 AND net_spend_365d >= 2000 THEN 'kept'
      WHEN previous = 1 AND quarters_bought_of_last_3 >= 2 AND net_spend_365d >= 40
        THEN 'kept'
      WHEN p_churn_90d < 0.1 THEN 'protected'
      WHEN was_since > DATE '{{day}}' - 30 THEN 'held'
      WHEN DATE '{{day}}' < coalesce(was_until, DATE '{{day}}' + 90) THEN 'in_grace'
      ELSE 'downgraded' END AS movement
  FROM joined
), decided AS (
  SELECT *, (CASE WHEN movement IN ('new', 'promoted') THEN entered
      WHEN movement = 'downgraded' THEN previous + 1 ELSE previous END)::TINYINT AS held
  FROM moved
), costs AS (
  SELECT *, {_TIER.format("held")} AS tier,
    CASE WHEN held = 3 AND NOT coalesce({_QUALITY}, false)
      THEN {_cost(_SPEND, 270, ">=")} + {_cost(_DAYS, 3, ">=")}
        + {_cost(_CHURN, 0.9, "<")} END AS cost_0,
    CASE WHEN held = 3 AND NOT coalesce({_QUALITY}, false)
      THEN {_cost(_VALUE, 600, ">=")} END AS cost_1
  FROM decided
), ways AS (
  SELECT *, CASE WHEN cost_0 <= cost_1 THEN 0 WHEN cost_0 > cost_1 THEN 1 END AS way
  FROM costs
)
SELECT customer_id, DATE '{{day}}' AS as_of, tier, previous_tier, movement,
  CASE WHEN movement IN ('new', 'promoted', 'downgraded') THEN DATE '{{day}}'
    ELSE was_since END AS since,
  CASE WHEN movement IN ('protected', 'held', 'in_grace') THEN until END AS grace_until,
  {_TIER.format("entered")} AS entered_tier,
  CASE WHEN held = 0 AND movement IN ('kept', 'protected', 'held', 'in_grace')
      THEN 'net_spend_365d >= 2000'
    WHEN held = 1 AND movement IN ('kept', 'protected', 'held', 'in_grace')
      THEN 'quarters_bought_of_last_3 >= 2 and net_spend_365d >= 40'
    WHEN held = 0 THEN 'net_spend_365d >= 2500'
    WHEN held = 1 THEN lower('{_LOYAL}')
    WHEN held = 2 THEN lower('{_QUALITY}')
    WHEN held = 3 THEN 'status = ''eligible'' and purchase_days >= 2'
    ELSE 'true' END AS rule,
  net_spend_365d, quarters_bought_of_last_3, purchase_days, p_churn_90d, clv_365d,
  status,
  {_UP} AS distance_up,
  {_DOWN} AS distance_down,
  list_filter([CASE WHEN tier = 'loyal' AND net_spend_365d >= 2000 THEN 'near_key' END,
    CASE WHEN tier = 'quality' AND p_churn_90d >= 0.7 THEN 'to_save' END],
    x -> x IS NOT NULL) AS lists,
  '{{policy}}' AS policy_id, '{{bundle}}' AS bundle_id
FROM ways
"""
