import pandas as pd
import pytest

from workbench.plots import activity_grid, class_grids, interest_shares, value_scores


@pytest.fixture
def grid():
    """Return toys with three cells, one of them of nine, and books with one."""
    rows = [
        ("toys", "high", "large", 30, 80.0),
        ("toys", "low", "small", 60, 0.2),
        ("toys", "middle", "small", 9, 4.0),
        ("books", "low", "small", 20, 0.0),
    ]
    names = ["interest_class", "frequency_class", "amount_class"]
    return pd.DataFrame(rows, columns=[*names, "n_customers", "spend"])


@pytest.fixture
def interests():
    rows = [
        ("toys", 100, 0.5, 100.0, 0.5),
        ("unknown", 60, 0.3, 80.0, 0.4),
        ("books", 20, 0.1, 0.0, 0.0),
    ]
    names = ["interest_class", "n_customers", "share_of_customers", "spend"]
    return pd.DataFrame(rows, columns=[*names, "share_of_spend"])


@pytest.fixture
def activity():
    rows = [
        ("active", "high", 40, 0.4, 0.7),
        ("sleeping", "low", 60, 0.6, 0.3),
    ]
    names = ["activity_class", "frequency_class", "n_customers"]
    return pd.DataFrame(rows, columns=[*names, "share_of_customers", "share_of_spend"])


@pytest.fixture
def bands():
    return pd.DataFrame(
        {
            "low": [0, 10, 90],
            "high": [10, 20, 100],
            "n_customers": [40, 20, 30],
            "share_of_customers": [0.4, 0.2, 0.3],
            "amount": [3.0, 9.0, 60.0],
            "brand_share": [1.0, 6.0, 35.0],
        }
    )


def _texts(axes):
    return sorted(text.get_text() for text in axes.texts)


def test_an_interest_has_a_grid_of_its_own_the_largest_first(grid, interests, english):
    toys, unknown, books = class_grids(grid, interests).axes
    assert toys.get_title("left") == "toys (100): 50% of the spend"
    assert unknown.get_title("left") == "unknown (60): 40% of the spend"
    assert not unknown.texts
    assert _texts(books) == ["20\n0% of spend"]


def test_a_cell_says_heads_and_its_share_of_the_interest_s_spend(
    grid, interests, english
):
    toys = class_grids(grid, interests).axes[0]
    assert _texts(toys) == ["30\n80% of spend", "60\n<1% of spend"]
    (best,) = [text for text in toys.texts if text.get_text().startswith("30")]
    column, row = best.get_position()
    assert toys.get_xticklabels()[column].get_text() == "large"
    assert toys.get_yticklabels()[row].get_text() == "high"


def test_a_cell_under_ten_is_left_blank(grid, interests, english):
    shades = class_grids(grid, interests).axes[0].images[0].get_array()
    assert shades.count() == 2
    assert shades.compressed().tolist() == [0.6, 0.3]


def test_twelve_interests_are_drawn_at_most(grid, interests, english):
    many = pd.concat([interests] * 5, ignore_index=True)
    assert len(class_grids(grid, many).axes) == 12


def test_the_interest_with_most_spend_is_said_and_the_nameless_are_not(
    interests, english
):
    axes = interest_shares(interests).axes[0]
    assert axes.get_title("left") == "60% have an interest; most spend: toys, 50% of it"
    ticks = [tick.get_text() for tick in axes.get_yticklabels()]
    assert ticks == ["books", "unknown", "toys"]
    customers, spend = axes.containers
    assert [bar.get_width() for bar in customers] == [10, 30, 50]
    assert [bar.get_width() for bar in spend] == [0, 40, 50]


def test_of_very_many_interests_those_with_most_spend_are_drawn(interests, english):
    many = pd.concat([interests] * 9, ignore_index=True)
    axes = interest_shares(many).axes[0]
    assert len(axes.get_yticklabels()) == 24
    assert axes.get_title("left").startswith("540% have")  # all of them are counted


def test_a_shop_without_categories_is_told_so(interests, english):
    everybody = interests.head(1).assign(interest_class="all customers")
    axes = interest_shares(everybody).axes[0]
    assert axes.get_title("left") == "No line of this shop names a category"
    nameless = interests.iloc[[1]]
    axes = interest_shares(nameless).axes[0]
    assert axes.get_title("left").startswith("No interest has as many customers")


def test_the_active_are_said_by_heads_and_spend(activity, english):
    axes = activity_grid(activity).axes[0]
    assert axes.get_title("left") == "Active: 40% of the customers, 70% of the spend"
    assert _texts(axes) == ["40\n70% of spend", "60\n30% of spend"]


def test_the_score_s_spread_and_its_parts_are_said(bands, english):
    left, right = value_scores(bands).axes
    assert left.get_title("left") == "60% of the customers score under 20"
    assert right.get_title("left") == "From 90 points on, amount adds most: 60"
    assert [bar.get_height() for bar in left.patches] == [40, 20, 30]
    amount, brand = right.containers
    assert [bar.get_height() for bar in brand] == [1, 6, 35]
    assert [bar.get_y() for bar in brand] == [3, 9, 60]
    legend = [text.get_text() for text in right.get_legend().get_texts()]
    assert legend == ["amount", "brand share"]


def test_scores_mostly_in_small_groups_are_told_so(bands, english):
    left = value_scores(bands.assign(share_of_customers=0.1)).axes[0]
    assert left.get_title("left") == "Most scores are in groups too small to draw"


def test_where_no_group_can_be_shown_that_is_said(
    grid, interests, activity, bands, english
):
    figures = (
        class_grids(grid.head(0), interests.head(0)),
        interest_shares(interests.head(0)),
        activity_grid(activity.head(0)),
        value_scores(bands.head(0)),
    )
    for figure in figures:
        assert figure.axes[0].get_title("left") == "No group has 10 customers"


def test_every_picture_speaks_the_languages_there_are_fonts_for(
    grid, interests, activity, bands, speaks
):
    assert speaks(class_grids(grid, interests))
    assert speaks(interest_shares(interests))
    assert speaks(activity_grid(activity))
    assert speaks(value_scores(bands))
