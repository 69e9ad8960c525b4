import pytest

from workbench.errors import BadColumns
from workbench.features import brand_table
from workbench.window import Window

WINDOW = Window("2026-06-30")
# line by line, each on the day after: category and brand
BOUGHT = {
    "ann": "toys:Elm toys:Elm toys:Ash toys:Elm books:Oak",
    "bob": "toys:Elm books:Ash toys:Elm books:Oak",
    "cat": "toys:Elm books:Ash",
}


@pytest.fixture(scope="module")
def lines(rich_table):
    rows = []
    for who, bought in BOUGHT.items():
        for day, goods in enumerate(bought.split(), start=1):
            category, brand = goods.split(":")
            rows.append(
                {"customer_id": who, "ordered_at": f"2026-01-0{day}", "amount": 5}
                | {"category": category, "brand": brand}
            )
    rows += [
        {"customer_id": "ann", "ordered_at": day, "amount": amount}
        | {"category": "toys", "brand": brand}
        for day, amount, brand in (
            ("2026-02-01", -5, "Ash"),
            ("2026-02-02", 5, None),
            ("2026-07-01", 5, "Ash"),
        )
    ]
    return rich_table(rows)


@pytest.fixture(scope="module")
def found(lines):
    return brand_table(lines, WINDOW).execute().set_index("customer_id")


def test_the_leading_brand_s_share_is_within_its_category(found):
    assert found.loc["ann", "brand_share"] == 0.75


def test_categories_are_weighted_by_their_lines(found):
    assert found.loc["bob", "brand_share"] == (2 + 1) / 4


def test_a_repeat_is_held_against_the_line_before_of_its_category(found):
    assert found.loc["ann", "brand_repeat"] == pytest.approx(1 / 3)
    assert found.loc["bob", "brand_repeat"] == 0.5


def test_who_bought_nothing_twice_has_shown_no_loyalty_and_no_lack_of_it(found):
    assert found.loc["cat"].isna().all()


def test_lines_of_one_moment_stand_in_the_order_of_their_receipt(rich_table):
    rows = [
        {"customer_id": "ann", "ordered_at": "2026-01-01", "amount": 1, "line_no": n}
        | {"category": "toys", "brand": brand}
        for n, brand in ((3, "Elm"), (1, "Elm"), (2, "Ash"), (4, "Elm"))
    ]
    table = brand_table(rich_table(rows), WINDOW).execute()
    assert table["brand_repeat"].to_list() == [pytest.approx(1 / 3)]


def test_without_brands_it_says_what_to_do(lines):
    with pytest.raises(BadColumns, match="missing brand. Join them from products"):
        brand_table(lines.drop("brand"), WINDOW)
