import pyarrow as pa
from sqlglot import exp

from workbench.life_cycle_words import BY_NAME, FACTS, LIFE_CYCLE
from workbench.policy.conditions import Condition, leaves
from workbench.policy.reading import Place


def parsed():
    places = [Place("facts", text, 0, len(text)) for text in FACTS]
    return [Condition.parse(place.text, place) for place in places]


def test_every_column_stands_once_and_says_what_it_means():
    assert len(BY_NAME) == len(LIFE_CYCLE)
    assert all(one.meaning for one in LIFE_CYCLE)


def test_every_fact_speaks_of_columns_that_there_are():
    assert {name for fact in parsed() for name in fact.columns} <= {*BY_NAME}


def test_two_columns_are_only_put_in_order_and_of_one_unit():
    compared = 0
    for leaf in (leaf for fact in parsed() for leaf in leaves(fact.node)):
        assert isinstance(leaf.left, exp.Column)
        for other in leaf.right:
            assert isinstance(other, exp.Column | exp.Literal)
            if isinstance(other, exp.Column):
                compared += 1
                left, right = BY_NAME[leaf.measure], BY_NAME[other.name]
                assert leaf.operator == "<="
                assert left.unit == right.unit
                assert left.type == right.type == pa.int64()
    assert compared > 5
