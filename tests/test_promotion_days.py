from datetime import date
from pathlib import Path

import pytest

from workbench.errors import BadSpec
from workbench.promotion_days import (
    Calendar,
    calendar_file,
    load_promotion_days,
    promotion_days,
)

ROOT = Path(__file__).parents[1]
ONE = "days:\n  - {name: Sale, from: 2025-11-01, to: 2025-11-03}\n"


@pytest.fixture
def written(tmp_path):
    def write(text, name="promotion_days.yaml"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_a_span_has_its_first_and_its_last_day(written):
    (span,) = load_promotion_days(written(ONE)).days
    assert (span.name, span.market) == ("Sale", None)
    assert span.every_day == [date(2025, 11, 1), date(2025, 11, 2), date(2025, 11, 3)]


def test_every_value_is_read_as_it_is_written(written):
    text = "days:\n  - {name: 618, from: 2025-06-18, to: 2025-06-18, market: NO}\n"
    (span,) = load_promotion_days(written(text)).days
    assert (span.name, span.market) == ("618", "NO")
    assert span.every_day == [date(2025, 6, 18)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("days:\n - {name: a, from: 2025-11-01, too: 2025-11-02}", "Did you mean 'to'"),
        ("day: []", "no key 'day'. Did you mean 'days'?"),
        (ONE.replace("11-03", "10-31"), "from must not be after to"),
        (ONE.replace("2025-11-03", "03.11.2025"), "written YYYY-MM-DD"),
        (ONE.replace("2025-11-03", "2025-W45-1"), "written YYYY-MM-DD"),
        (ONE.replace("11-03", "11-31"), "written YYYY-MM-DD"),
        (ONE.replace("Sale", '""'), "name: "),
        (ONE.replace("to:", "name: b, to:"), "'name' is given twice"),
        ("[Sale]", "expected 'days:'"),
        ("", "expected 'days:'"),
        ("days: {", "line 1, column"),
    ],
)
def test_what_is_not_understood_is_refused_in_words(written, text, said):
    with pytest.raises(BadSpec) as caught:
        load_promotion_days(written(text))
    assert said in str(caught.value)
    assert "promotion_days.yaml" in str(caught.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(BadSpec, match="nowhere.yaml cannot be read"):
        load_promotion_days(tmp_path / "nowhere.yaml")


def test_the_file_of_the_store_counts_instead_of_the_shipped_one(
    written, tmp_path, monkeypatch
):
    monkeypatch.setenv("WORKBENCH_EXPERIMENTS", str(tmp_path / "experiments"))
    store = tmp_path / "store"
    for folder in ("experiments", "store"):
        (tmp_path / folder).mkdir()
    assert calendar_file(store) is None
    assert promotion_days(store) == Calendar()
    written(ONE, "experiments/promotion_days.yaml")
    assert [span.name for span in promotion_days(store).days] == ["Sale"]
    written(ONE.replace("Sale", "Ours"), "store/promotion_days.yaml")
    assert [span.name for span in promotion_days(store).days] == ["Ours"]


def test_the_shipped_calendar_says_only_what_was():
    spans = load_promotion_days(ROOT / "experiments" / "promotion_days.yaml").days
    by_name = {}
    for span in spans:
        by_name.setdefault(span.name, []).append(span)
    assert set(by_name) == {
        "618",
        "Double 11",
        "Double 12",
        "Black Friday",
        "Christmas",
    }
    first_years = {name: found[0].first_on.year for name, found in by_name.items()}
    assert first_years["Double 11"] == 2009
    assert first_years["618"] == 2010
    assert first_years["Black Friday"] == first_years["Christmas"] == 1997
    assert max(span.last_on.year for span in spans) == 2026


def test_black_friday_is_the_day_after_the_fourth_thursday_of_november():
    spans = load_promotion_days(ROOT / "experiments" / "promotion_days.yaml").days
    fridays = [span.first_on for span in spans if span.name == "Black Friday"]
    assert len(fridays) == 30
    assert {day.isoweekday() for day in fridays} == {5}
    assert {23 <= day.day <= 29 for day in fridays} == {True}
    assert date(1997, 11, 28) in fridays and date(2025, 11, 28) in fridays
