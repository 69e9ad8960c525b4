import ibis
import pyarrow as pa
import pytest

PLAN = (
    "{benefits: [{en: b, zh: b}], service: {en: s, zh: s}, marketing: "
    "{channel: {en: c, zh: c}, offer: {en: o, zh: o}, rhythm: {en: r, zh: r}}, "
    "department: {en: d, zh: d}}"
)


@pytest.fixture
def policy_text():
    """Return a function from conditions, best first, to a policy's text.

    ``more`` stands before the tiers: other keys of the policy, as they are written.
    """

    def write(*conditions, cuts="", more=""):
        lines = ["name: small", "version: 1", "title: {en: Small, zh: 小}"]
        lines += [
            "about: {en: For tests, zh: 测试}",
            *([f"cuts: {cuts}"] if cuts else []),
            *([more.strip("\n")] if more else []),
        ]
        lines += ["tiers:"]
        for number, condition in enumerate(conditions, 1):
            lines += [
                f"  - name: tier_{number}",
                f"    title: {{en: T{number}, zh: 级{number}}}",
            ]
            lines += ["    about: {en: a, zh: a}", f"    enter: {condition}"]
            lines += [f"    plan: {PLAN}"]
        return "\n".join(lines) + "\n"

    return write


@pytest.fixture
def scores():
    """Return a function from columns to a score table."""

    def table(**columns):
        n = len(next(iter(columns.values())))
        arrays = {
            name: pa.array(values, pa.float64())
            if all(v is None or isinstance(v, float) for v in values)
            else pa.array(values)
            for name, values in columns.items()
        }
        ids = [f"c{i:02d}" for i in range(n)]
        known = {"customer_id": ids, "as_of": ["2026-06-30"] * n, **arrays}
        return ibis.memtable(pa.table(known))

    return table
