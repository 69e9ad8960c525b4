import pytest

from workbench.datasets.retailer import (
    BASE,
    NAME,
    TIME_ZONE,
    Plan,
    days_file,
    write_retailer,
)
from workbench.errors import BadColumns
from workbench.features import interest_table
from workbench.ingest import Mapping, Origin, publish
from workbench.window import Window

WINDOW = Window("2026-06-30")
BOUGHT = {  # who bought what, line by line
    "ann": "toys toys books food home",
    "bob": "toys books food home",
    "cat": "toys toys",
    "dan": "toys toys toys books books",
}


@pytest.fixture(scope="module")
def lines(rich_table):
    rows = [
        {"customer_id": who, "category": kind, "ordered_at": "2026-01-01", "amount": 2}
        for who, kinds in BOUGHT.items()
        for kind in kinds.split()
    ]
    rows += [
        {"customer_id": "dan", "category": kind, "ordered_at": day, "amount": amount}
        for kind, day, amount in (
            ("books", "2026-02-01", -2),
            ("books", "2026-02-01", -2),
            ("books", "2026-07-01", 2),
            ("books", "2026-07-01", 2),
        )
    ]
    rows += [
        {"customer_id": "eve", "category": None, "ordered_at": "2026-01-01"}
        | {"amount": 9, "flags": flags}
        for flags in (None, None, "brushing")
    ]
    return rich_table(rows)


@pytest.fixture(scope="module")
def found(lines):
    return interest_table(lines, WINDOW).execute().set_index("customer_id")


def test_two_lines_in_five_make_an_interest(found):
    assert found.loc["ann", ["interest", "interest_share"]].to_list() == ["toys", 0.4]
    assert found.loc["ann", "interest_status"] == "leading"


def test_where_nothing_leads_there_is_no_interest(found):
    assert found["interest"].isna()["bob"]
    assert found.loc["bob", "interest_status"] == "mixed"
    assert found.loc["bob", "interest_share"] == 0.25


def test_two_lines_say_too_little(found):
    assert found["interest"].isna()["cat"]
    assert found.loc["cat", "leading_category"] == "toys"
    assert found.loc["cat", "interest_status"] == "unknown"


def test_neither_what_came_back_nor_what_came_later_is_counted(found):
    assert found.loc["dan", ["interest", "category_lines"]].to_list() == ["toys", 5]
    assert found.loc["dan", "interest_share"] == 0.6


def test_the_three_largest_stand_side_by_side(found):
    shares = ["interest_share", "second_share", "third_share"]
    assert found.loc["dan", shares].to_list() == [0.6, 0.4, 0.0]
    names = ["leading_category", "second_category", "third_category"]
    assert found.loc["ann", names].to_list() == ["toys", "books", "food"]
    assert found["n_categories"].to_dict() == {
        "ann": 4,
        "bob": 4,
        "cat": 1,
        "dan": 2,
        "eve": 0,
    }


def test_who_bought_only_unnamed_goods_is_there_and_unknown(found):
    assert found.loc["eve", "interest_status"] == "unknown"
    assert found["interest_share"].isna()["eve"]


def test_of_two_with_as_many_lines_more_spend_leads_then_the_alphabet(rich_table):
    rows = [
        {"customer_id": who, "category": kind, "ordered_at": "2026-01-01"}
        | {"amount": amount}
        for who, kind, amount in (
            ("ann", "books", 2),
            ("ann", "toys", 3),
            ("bob", "toys", 2),
            ("bob", "books", 2),
        )
    ]
    found = interest_table(rich_table(rows), WINDOW).execute()
    leading = found.set_index("customer_id")["leading_category"]
    assert leading.to_dict() == {"ann": "toys", "bob": "books"}


def test_the_smallest_share_can_be_given(lines):
    found = interest_table(lines, WINDOW, least_share=0.25).execute()
    assert found.set_index("customer_id")["interest"]["bob"] == "books"


def test_a_department_is_looked_at_in_the_same_way(lines):
    named = lines.mutate(department=lines.category.cases(("food", "fresh"), else_="x"))
    found = interest_table(named, WINDOW, level="department").execute()
    assert found.set_index("customer_id")["interest"]["ann"] == "x"


def test_without_categories_it_says_what_to_do(clean_table):
    with pytest.raises(BadColumns, match="need the column category .*with_goods"):
        interest_table(clean_table([("ann", "2026-01-01", 1)]), WINDOW)


@pytest.mark.parametrize("seed", [7, 8])
def test_the_retailer_s_true_interests_are_found(tmp_path, seed):
    """Who likes nothing most counts as found only where none is said."""
    plan = Plan(20_000, seed)
    mapping = Mapping(time_zone=TIME_ZONE, currency=BASE, ends_on=plan.ends_on)
    origin = Origin(NAME, plan.parameters, mapping, days_file(plan))
    made = publish(lambda draft: write_retailer(plan, draft), tmp_path / "shop", origin)
    store, window = made.snapshot, Window(plan.ends_on)
    lines = store.read().filter(lambda t: t.kind == "purchase")
    often = lines.group_by("customer_id").agg(days=lines.ordered_on.nunique())
    found = interest_table(store.read(), window).inner_join(often, "customer_id")
    truth = store.read("truth").select("customer_id", "dominant_interest")
    both = found.filter(found.days >= 5).inner_join(truth, "customer_id").execute()
    told, true = both["interest"].fillna("none"), both["dominant_interest"]
    right, likes = told == true.fillna("none"), true.notna()
    print(f"\nseed {seed}, {len(both):,} customers: {right.mean():.1%} found; ", end="")
    print(f"{right[likes].mean():.1%} of those who like one category most, ", end="")
    print(f"{right[~likes].mean():.1%} of those who do not")
    assert len(both) > 4_000
    assert right.mean() >= 0.8
    assert right[likes].mean() >= 0.8
    assert right[~likes].mean() >= 0.8
