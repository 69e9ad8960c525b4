import pytest

from workbench.features import with_goods


@pytest.fixture
def lines(rich_table):
    bought = [("P1", "toys"), ("P1", None), ("P9", None), (None, None)]
    return rich_table(
        [
            {
                "customer_id": "ann",
                "ordered_at": f"2026-01-0{day}",
                "amount": 1,
                "product_id": product,
                "category": category,
            }
            for day, (product, category) in enumerate(bought, start=1)
        ]
    )


@pytest.fixture
def products(table_of):
    return table_of(
        "products",
        [
            {"product_id": "P1", "category": "games", "brand": "Elm"},
            {"product_id": "P2", "category": "books", "brand": "Ash"},
        ],
    )


def test_what_a_line_says_stands_and_the_rest_is_looked_up(lines, products):
    found = with_goods(lines, products).order_by("ordered_on").to_pandas()
    assert found["category"].iloc[:2].to_list() == ["toys", "games"]
    assert found["brand"].iloc[:2].to_list() == ["Elm", "Elm"]
    assert found[["category", "brand"]].iloc[2:].isna().all(axis=None)


def test_a_product_that_is_there_twice_makes_no_line_twice(lines, table_of):
    twice = [{"product_id": "P1", "category": kind} for kind in ("games", "books")]
    found = with_goods(lines, table_of("products", twice))
    assert found.count().execute() == 4


def test_a_department_comes_from_the_product_only(lines, table_of):
    products = table_of("products", [{"product_id": "P1", "department": "play"}])
    found = with_goods(lines, products).order_by("ordered_on").to_pandas()
    assert found["department"].iloc[:2].to_list() == ["play", "play"]
    assert "department" not in lines.columns


def test_without_products_or_ids_nothing_is_looked_up(lines, products, clean_table):
    assert with_goods(lines, None) is lines
    bare = clean_table([("ann", "2026-01-01", 1)])
    assert with_goods(bare, products) is bare
    assert with_goods(lines, products.select("product_id")) is lines
