"""A home in; how workbench alone grows with the customers, and a bootstrap, out."""

from __future__ import annotations

from clv_run import STEPS, ingested, told_by

SIZES = (10_000, 100_000, 1_000_000, 3_000_000)
FROM_SIZE, MOST_GROWTH = 100_000, 1.25
BOOTSTRAP_SIZE, MOST_SECONDS = 100_000, 60.0


def scale(home: str) -> int:
    """Print each step at each size; 1 if a customer costs more the more there are."""
    cost: dict[tuple[str, int], float] = {}
    memory: dict[tuple[str, int], float] = {}
    print("| step | customers | CPU [s] | wall [s] | peak [MB] ", end="")
    print(
        "| CPU per customer [µs] | to the size before |\n|---|---|---|---|---|---|---|"
    )
    stores = {size: ingested(home, size) for size in SIZES}
    for step in STEPS:
        before = 0.0
        for size in SIZES:
            told = told_by("clv_ours", home, step, stores[size])
            cost[step, size] = now = told["cpu"] / size * 1e6
            memory[step, size] = told["peak_mb"] / size
            growth = f"{now / before:.2f}" if before else "–"
            print(
                f"| {step} | {size:,} | {told['cpu']:.3f} | {told['wall']:.3f} ", end=""
            )
            print(f"| {told['peak_mb']:,.0f} | {now:.3f} | {growth} |", flush=True)
            before = now
    print(f"\nrule: a customer of {SIZES[-1]:,} costs at most {MOST_GROWTH} ", end="")
    print(f"times one of {FROM_SIZE:,}; below, what is done once weighs too much\n")
    linear = [no_worse_than_linear("CPU", cost), no_worse_than_linear("memory", memory)]
    return 0 if all(linear) else 1


def no_worse_than_linear(what: str, cost: dict[tuple[str, int], float]) -> bool:
    """Hold the cost of a customer at the largest size against that at 100k."""
    growths = {step: cost[step, SIZES[-1]] / cost[step, FROM_SIZE] for step in STEPS}
    for step, growth in growths.items():
        met = "met" if growth <= MOST_GROWTH else "NOT met"
        print(f"- {step}, {what}: {growth:.2f} x, {met}")
    return max(growths.values()) <= MOST_GROWTH


def bootstrap(home: str) -> int:
    """Print the seconds of 200 replicates of both models; 1 if they are too many."""
    store = ingested(home, BOOTSTRAP_SIZE)
    for step in ("summary", "fit"):
        told_by("clv_ours", home, step, store)
    told = told_by("clv_ours", home, "bootstrap", store)
    met = told["wall"] <= MOST_SECONDS
    print(f"200 replicates of BG/NBD and Gamma-Gamma, {BOOTSTRAP_SIZE:,} customers:")
    print(f"{told['wall']:.1f} s, {told['cpu']:.1f} CPU s; target ", end="")
    print(f"{MOST_SECONDS:g} s: {'met' if met else 'NOT met'}")
    return 0 if met else 1
