from workbench.switches import SWITCHES, purpose, switched_off
from workbench.tables import TABLES
from workbench.truth_tables import TRUTH_TABLES

TRUTHS = {words.name for words in TRUTH_TABLES}
COLUMNS = {name: words.names for name, words in TABLES.items() if name not in TRUTHS}


def test_every_table_that_may_stand_beside_the_transactions_is_for_something():
    assert all(purpose(name) for name in COLUMNS if name != "transactions")
    assert purpose("transactions") == ""


def test_every_name_is_a_table_or_a_column():
    for switch in SWITCHES:
        for name in switch.any_of:
            table, _, column = name.partition(".")
            assert table in COLUMNS
            assert not column or column in COLUMNS[table]


def test_no_thing_stands_twice():
    assert len({switch.what for switch in SWITCHES}) == len(SWITCHES)
    assert len({switch.any_of for switch in SWITCHES}) == len(SWITCHES)


def test_a_shop_with_everything_has_nothing_switched_off():
    assert switched_off(COLUMNS, COLUMNS) == []


def test_a_missing_table_says_all_of_its_columns_too():
    there = {name: columns for name, columns in COLUMNS.items() if name != "customers"}
    assert switched_off(there, there) == [
        "no customers: customers who never bought, and profiles are switched off"
    ]


def test_a_missing_column_is_named_where_its_table_is_there():
    few = COLUMNS | {"feedback": ("customer_id", "satisfaction", "topic")}
    assert switched_off(COLUMNS, few) == [
        "no feedback.nps: scores of recommendation (NPS) are not known (nothing here "
        "reads them yet)"
    ]


def test_one_of_two_columns_is_enough():
    few = COLUMNS | {"transactions": ("order_id", "product_id", "channel")}
    lines = switched_off(COLUMNS, few)
    assert not [line for line in lines if "interest" in line]
    bare = few | {"products": ("product_id",)}
    assert (
        "no transactions.category or products.category: classes by interest are "
        "switched off"
    ) in switched_off(COLUMNS, bare)


def test_transactions_alone_have_one_line_for_each_table_and_each_column_of_theirs():
    lines = switched_off(["transactions"], {"transactions": ["customer_id"]})
    tables = [line for line in lines if "." not in line.partition(":")[0]]
    assert len(tables) == len(COLUMNS) - 1
    assert len(lines) == len({*lines}) == len(tables) + 8
    assert all(line.startswith("no ") for line in lines)


def test_a_table_that_is_not_usable_is_not_to_be_relied_on():
    assert switched_off(COLUMNS, COLUMNS, ["events", "transactions"]) == [
        "events not usable: do not rely on browsing and carts without purchase"
    ]
