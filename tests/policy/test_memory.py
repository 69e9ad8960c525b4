from datetime import date, timedelta

import ibis
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.policy import Cuts, Policy
from workbench.policy.memory import BY_KEEP, MOVEMENTS

START = date(2026, 1, 1)
TIERS = ("tier_1", "tier_2", "tier_3", "tier_4")


@pytest.fixture
def remembering(policy_text):
    """Return a function from memory keys to a policy of four tiers of ``a``.

    They are entered from 30, 20 and 10 on; ``keeps`` says by tier from where on each is
    kept, ``own`` what else a tier says.
    """

    def make(memory="", keeps=(), own=(), version=1):
        text = policy_text("a >= 30", "a >= 20", "a >= 10", '"true"')
        for number, keep in dict(keeps).items():
            text = _with(text, number, f"keep: a >= {keep}")
        for number, line in dict(own).items():
            text = _with(text, number, line)
        text = text.replace("version: 1", f"version: {version}")
        return Policy.parse(text + (f"memory: {memory}\n" if memory else ""))

    return make


def _with(text, number, line):
    """Add a line to the n-th tier."""
    name = f"  - name: tier_{number}\n"
    return text.replace(name, f"{name}    {line}\n")


def at(days):
    return START + timedelta(days)


def scored(values, protected=None):
    """Return a score table of customers c0, c1 … of these values."""
    n = len(values)
    return ibis.memtable(
        pa.table(
            {
                "customer_id": [f"c{i}" for i in range(n)],
                "a": pa.array(values, pa.float64()),
                "b": pa.array(protected or [False] * n, pa.bool_()),
            }
        )
    )


def run(policy, day, values, previous=None, protected=None):
    found = policy.assign(
        scored(values, protected),
        Cuts(),
        as_of=day,
        bundle_id="b-1",
        previous=previous,
    )
    return found.order_by("customer_id").to_pyarrow()


def history(policy, values, days=None, protected=None):
    """Return one customer's row of each run; ``values`` by run, ``days`` from START."""
    days, rows, before = days or range(len(values)), [], None
    protected = protected or [False] * len(values)
    for day, value, one in zip(days, values, protected, strict=True):
        table = run(policy, at(day), [value], before, [one])
        rows.append(table.to_pylist()[0])
        before = ibis.memtable(table)
    return rows


def told(rows, *names):
    return [tuple(row[name] for name in names) for row in rows]


def test_the_first_table_knows_only_new_customers(remembering):
    (row,) = history(remembering(), [25.0])
    assert (row["tier"], row["movement"], row["previous_tier"]) == (
        "tier_2",
        "new",
        None,
    )
    assert (row["since"], row["grace_until"], row["entered_tier"]) == (
        START,
        None,
        "tier_2",
    )


def test_up_and_down_are_told_with_their_day(remembering):
    rows = history(remembering(), [15.0, 25.0, 25.0, 5.0])
    assert told(rows, "tier", "movement", "since") == [
        ("tier_3", "new", at(0)),
        ("tier_2", "promoted", at(1)),
        ("tier_2", "stayed", at(1)),
        ("tier_4", "downgraded", at(3)),
    ]
    assert [row["previous_tier"] for row in rows[1:]] == ["tier_3", "tier_2", "tier_2"]


def test_a_tier_is_kept_by_its_own_weaker_condition(remembering):
    rows = history(remembering(keeps={2: 15}), [22.0, 16.0, 14.0])
    assert told(rows, "tier", "movement", "entered_tier", "rule") == [
        ("tier_2", "new", "tier_2", "a >= 20"),
        ("tier_2", "kept", "tier_3", "a >= 15"),
        ("tier_3", "downgraded", "tier_3", "a >= 10"),
    ]


def test_the_distances_are_those_of_the_tier_that_is_held(remembering):
    rows = history(remembering(keeps={2: 15}), [22.0, 16.0])
    up, down = rows[1]["distance_up"], rows[1]["distance_down"]
    assert up == [{"column": "a", "value": 16.0, "threshold": 30.0, "gap": 14.0}]
    assert down == [{"column": "a", "value": 16.0, "threshold": 15.0, "gap": -1.0}]


def test_grace_ends_on_its_day_and_a_return_stops_the_clock(remembering):
    policy = remembering("{grace_days: 3}")
    rows = history(policy, [25.0, 5.0, 5.0, 25.0, 5.0, 5.0, 5.0, 5.0])
    assert told(rows, "tier", "movement", "grace_until") == [
        ("tier_2", "new", None),
        ("tier_2", "in_grace", at(4)),
        ("tier_2", "in_grace", at(4)),
        ("tier_2", "stayed", None),
        ("tier_2", "in_grace", at(7)),
        ("tier_2", "in_grace", at(7)),
        ("tier_2", "in_grace", at(7)),
        ("tier_4", "downgraded", None),
    ]
    assert {row["since"] for row in rows[:-1]} == {START}


@pytest.mark.parametrize(
    "days",
    [[0, 1, *range(20, 40)], [0, 1, *range(7, 71, 7)], [0, 1, 2, 30, 31, 33, 50]],
    ids=["daily", "weekly", "irregular"],
)
def test_a_tier_is_lost_on_the_first_run_from_the_same_day_on(remembering, days):
    """The last good day is 0, the first weak one 1: grace of 30 days ends on day 31."""
    days = list(days)
    values = [25.0] + [5.0] * (len(days) - 1)
    rows = history(remembering("{grace_days: 30}"), values, days)
    lost = [day for day, row in zip(days, rows, strict=True) if row["tier"] != "tier_2"]
    assert lost == [day for day in days if day >= 31]


def test_one_step_goes_down_by_one_tier_a_time_of_grace(remembering):
    policy = remembering("{grace_days: 2, downgrade: one_step}")
    rows = history(policy, [35.0] + [5.0] * 9)
    assert told(rows[1:], "tier", "movement") == [
        ("tier_1", "in_grace"),
        ("tier_1", "in_grace"),
        ("tier_2", "downgraded"),
        ("tier_2", "in_grace"),
        ("tier_2", "in_grace"),
        ("tier_3", "downgraded"),
        ("tier_3", "in_grace"),
        ("tier_3", "in_grace"),
        ("tier_4", "downgraded"),
    ]


@pytest.mark.parametrize(
    ("downgrade", "tier", "movement"),
    [
        ("direct", "tier_3", "downgraded"),
        ("one_step", "tier_2", "downgraded"),
        ("base", "tier_4", "downgraded"),
        ("never", "tier_1", "never"),
    ],
)
def test_a_lost_tier_leads_where_the_policy_says(
    remembering, downgrade, tier, movement
):
    rows = history(remembering(f"{{downgrade: {downgrade}}}"), [35.0, 15.0])
    assert told(rows[1:], "tier", "movement") == [(tier, movement)]


def test_one_step_never_goes_below_what_is_entered(remembering):
    rows = history(remembering("{downgrade: one_step}"), [35.0, 25.0, 25.0])
    assert told(rows, "tier", "movement") == [
        ("tier_1", "new"),
        ("tier_2", "downgraded"),
        ("tier_2", "stayed"),
    ]


def test_protection_holds_while_the_clock_runs_on(remembering):
    policy = remembering("{grace_days: 2, protect_while: b}")
    protected = [False, True, True, True, False]
    rows = history(policy, [25.0] + [5.0] * 4, protected=protected)
    assert told(rows, "tier", "movement", "grace_until") == [
        ("tier_2", "new", None),
        ("tier_2", "protected", at(3)),
        ("tier_2", "protected", at(3)),
        ("tier_2", "protected", at(3)),
        ("tier_4", "downgraded", None),
    ]


def test_protection_that_ends_early_leaves_the_rest_of_the_grace(remembering):
    policy = remembering("{grace_days: 3, protect_while: b}")
    rows = history(
        policy, [25.0] + [5.0] * 4, protected=[False, True, False, False, False]
    )
    assert [row["movement"] for row in rows] == [
        "new",
        "protected",
        "in_grace",
        "in_grace",
        "downgraded",
    ]


def test_a_hold_comes_before_what_is_left_of_the_grace(remembering):
    policy = remembering("{grace_days: 4, minimum_hold_days: 3}")
    rows = history(policy, [25.0] + [5.0] * 5)
    assert told(rows, "movement", "grace_until") == [
        ("new", None),
        ("held", at(5)),
        ("held", at(5)),
        ("in_grace", at(5)),
        ("in_grace", at(5)),
        ("downgraded", None),
    ]


def test_a_hold_counts_from_the_day_of_the_promotion(remembering):
    rows = history(
        remembering("{minimum_hold_days: 10}"), [15.0, 25.0, 5.0, 5.0], [0, 8, 17, 18]
    )
    assert [row["movement"] for row in rows] == [
        "new",
        "promoted",
        "held",
        "downgraded",
    ]


def test_a_tier_has_days_of_its_own(remembering):
    policy = remembering(
        "{grace_days: 1, minimum_hold_days: 5}",
        own={1: "grace_days: 9", 2: "minimum_hold_days: 0"},
    )
    best = history(policy, [35.0, 5.0, 5.0], [0, 5, 14])
    second = history(policy, [25.0, 5.0, 5.0], [0, 1, 2])
    third = history(policy, [15.0, 5.0, 5.0], [0, 4, 5])
    assert [row["movement"] for row in best] == ["new", "in_grace", "downgraded"]
    assert [row["movement"] for row in second] == ["new", "in_grace", "downgraded"]
    assert [row["movement"] for row in third] == ["new", "held", "downgraded"]


def test_a_promotion_out_of_grace_forgets_the_clock(remembering):
    rows = history(remembering("{grace_days: 9}"), [25.0, 5.0, 35.0, 5.0])
    assert told(rows, "tier", "movement", "grace_until") == [
        ("tier_2", "new", None),
        ("tier_2", "in_grace", at(10)),
        ("tier_1", "promoted", None),
        ("tier_1", "in_grace", at(12)),
    ]


def test_a_tier_that_the_policy_no_longer_has_begins_anew(remembering):
    before = ibis.memtable(
        pa.table(
            {"customer_id": ["c0"], "tier": ["gold"], "since": [date(2020, 1, 1)]},
        )
    )
    row = run(remembering("{downgrade: never}"), START, [5.0], before).to_pylist()[0]
    assert (row["tier"], row["movement"]) == ("tier_4", "new")
    assert (row["previous_tier"], row["since"]) == ("gold", START)


def test_another_version_of_the_policy_goes_on_with_its_tiers(remembering):
    first = run(remembering("{grace_days: 5}"), START, [25.0])
    second = run(
        remembering("{grace_days: 5}", version=2), at(1), [5.0], ibis.memtable(first)
    )
    row = second.to_pylist()[0]
    assert (row["tier"], row["movement"]) == ("tier_2", "in_grace")
    assert (row["since"], row["policy_id"]) == (START, "small@2")


def test_a_table_that_knows_no_days_gives_none(remembering):
    """Tables of before had no ``since``: what is not known is not held against."""
    before = ibis.memtable(pa.table({"customer_id": ["c0"], "tier": ["tier_2"]}))
    policy = remembering("{minimum_hold_days: 9, grace_days: 2}")
    stays = run(policy, START, [25.0], before).to_pylist()[0]
    weak = run(policy, START, [5.0], before).to_pylist()[0]
    assert (stays["movement"], stays["since"]) == ("stayed", None)
    assert (weak["movement"], weak["grace_until"]) == ("in_grace", at(2))


def test_a_null_keeps_nothing_and_protects_nobody(remembering):
    policy = remembering("{protect_while: b}", keeps={1: 5})
    before = ibis.memtable(run(policy, START, [35.0]))
    found = run(policy, at(1), [None], before, [None]).to_pylist()[0]
    assert (found["tier"], found["movement"]) == ("tier_4", "downgraded")


def test_lists_name_whom_they_are_for(policy_text):
    one = "title: {en: x, zh: x}, about: {en: x, zh: x}, department: {en: x, zh: x}"
    policy = Policy.parse(
        policy_text("a >= 10", '"true"') + "lists:\n"
        f"  - {{name: thanks, when: tier = 'tier_1' and b, {one}}}\n"
        f"  - {{name: nearly, when: a >= 8 and tier <> 'tier_1', {one}}}\n"
        f"  - {{name: any, when: b, {one}}}\n"
    )
    found = run(policy, START, [12.0, 9.0, 1.0], protected=[True, True, None])
    assert found["lists"].to_pylist() == [["thanks", "any"], ["nearly", "any"], []]


def by_hand(policy, state, value, protected, day):
    """Return a customer's next state by the contract, in plain Python."""
    spec, names = policy.spec, policy.tiers
    limits = (30, 20, 10, -np.inf)
    entered = next(i for i, limit in enumerate(limits) if value >= limit)
    if state is None:
        return entered, "new", day, None
    held, _, since, clock = state
    if entered < held:
        return entered, "promoted", day, None
    if entered == held:
        return held, "stayed", since, None
    tier = spec.tiers[held]
    if tier.keep and value >= float(tier.keep.split()[-1]):
        return held, "kept", since, None
    memory = spec.memory
    grace = memory.grace_days if tier.grace_days is None else tier.grace_days
    hold = tier.minimum_hold_days
    hold = memory.minimum_hold_days if hold is None else hold
    clock = clock or day + timedelta(grace)
    if protected and memory.protect_while:
        return held, "protected", since, clock
    if day < since + timedelta(hold):
        return held, "held", since, clock
    if memory.downgrade == "never":
        return held, "never", since, clock
    if day < clock:
        return held, "in_grace", since, clock
    base = len(names) - 1
    to = {"one_step": min(held + 1, entered), "direct": entered, "base": base}
    return to[memory.downgrade], "downgraded", day, None


@st.composite
def memories(draw):
    downgrade = draw(st.sampled_from(["one_step", "direct", "base", "never"]))
    return {
        "memory": f"{{grace_days: {draw(st.integers(0, 9))}, "
        f"minimum_hold_days: {draw(st.integers(0, 9))}, downgrade: {downgrade}"
        f"{draw(st.sampled_from(['', ', protect_while: b']))}}}",
        "keeps": draw(st.sampled_from([{}, {1: 22}, {1: 25, 2: 12, 3: 4}])),
        "own": draw(
            st.sampled_from([{}, {2: "grace_days: 3"}, {1: "minimum_hold_days: 4"}])
        ),
    }


N_CUSTOMERS, N_DAYS = 20, 30


@settings(
    max_examples=5,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(keys=memories(), seed=st.integers(0, 999))
def test_the_expression_is_the_machine_in_plain_python(remembering, keys, seed):
    policy, rng = remembering(**keys), np.random.default_rng(seed)
    day, before, states = 0, None, [None] * N_CUSTOMERS
    values = rng.uniform(0, 40, N_CUSTOMERS)
    while day < N_DAYS:
        values = np.clip(values + rng.normal(0, 8, N_CUSTOMERS), 0, 40)
        guarded = (rng.random(N_CUSTOMERS) < 0.2).tolist()
        table = run(policy, at(day), values.tolist(), before, guarded)
        rows = {row["customer_id"]: row for row in table.to_pylist()}
        for i in range(N_CUSTOMERS):
            states[i] = by_hand(policy, states[i], values[i], guarded[i], at(day))
            row, (held, *rest) = rows[f"c{i}"], states[i]
            found = (row["movement"], row["since"], row["grace_until"])
            assert (row["tier"], *found) == (TIERS[held], *rest)
        _check(policy, table)
        before = ibis.memtable(table)
        day += int(rng.integers(1, 4))


def _check(policy, table):
    """Nobody is without a tier, nor better off than entered without a word why."""
    assert table.num_rows == N_CUSTOMERS == len(set(table["customer_id"].to_pylist()))
    for row in table.to_pylist():
        assert row["movement"] in MOVEMENTS
        better = TIERS.index(row["tier"]) < TIERS.index(row["entered_tier"])
        down_by_one = policy.spec.memory.downgrade == "one_step"
        allowed = (*BY_KEEP, "downgraded") if down_by_one else BY_KEEP
        assert not better or row["movement"] in allowed
        assert (row["grace_until"] is None) == (
            row["movement"] not in ("protected", "held", "never", "in_grace")
        )


def test_without_memory_the_tiers_are_those_of_the_day(remembering):
    policy, rng = remembering(), np.random.default_rng(4)
    before = None
    for day in range(6):
        values = rng.uniform(0, 40, 30).tolist()
        found = run(policy, at(day), values, before)
        alone = run(policy, at(day), values)
        assert found["tier"].to_pylist() == alone["tier"].to_pylist()
        assert found["tier"].to_pylist() == found["entered_tier"].to_pylist()
        before = ibis.memtable(found)


@pytest.mark.parametrize("dialect", ["duckdb", "postgres", "databricks", "snowflake"])
def test_the_states_are_sql_of_other_engines(remembering, dialect):
    policy = remembering("{grace_days: 2, protect_while: b}", keeps={1: 25})
    names = {"customer_id": "string", "a": "float64", "b": "boolean"}
    scores = ibis.table(names, name="scores")
    days = {"customer_id": "string", "tier": "string", "since": "date"}
    earlier = ibis.table(days | {"grace_until": "date"}, name="earlier")
    found = policy.assign(
        scores, Cuts(), as_of=START, bundle_id="b", previous=earlier
    ).drop("distance_up", "distance_down", "lists")
    assert "in_grace" in ibis.to_sql(found, dialect=dialect)
