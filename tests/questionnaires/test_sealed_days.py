from datetime import date

import pytest
from editing import edited
from expressing import LIBRARY, resolved, rich

from questionnaires.answering import seal
from questionnaires.answers import Answer, Missing, Value
from questionnaires.questionnaire import Questionnaire

DAY = date(2026, 5, 17)


def sealed_days(questionnaire: Questionnaire, first: Value | None = DAY, second: Value = DAY) -> list[Value | None]:
    """Seal answers with a day for each of the two items that ask for one; return what is kept of them."""
    begun = Answer("DAG01", 1, value=first) if first is not None else Answer("DAG01", 1, missing=Missing.SKIPPED)
    sealed = seal(questionnaire, {"DAG01": begun, "DAG02": Answer("DAG02", 1, value=second)})
    assert seal(questionnaire, sealed.answers) == sealed
    return [sealed.answers[item].value for item in ("DAG01", "DAG02")]


@pytest.fixture
def plain() -> Questionnaire:
    """Two items that ask for a day, at which nothing looks."""
    return edited(resolved(rich()), calculations=())


def test_a_day_is_kept_as_the_first_of_its_month(plain: Questionnaire) -> None:
    assert sealed_days(plain) == [date(2026, 5, 1), date(2026, 5, 1)]


def test_a_day_that_was_not_given_stays_away(plain: Questionnaire) -> None:
    assert sealed_days(plain, first=None) == [None, date(2026, 5, 1)]


def test_a_day_stays_within_what_its_item_allows() -> None:
    library = LIBRARY.replace("{date: {}}", '{date: {earliest: "2026-05-10"}}')
    allowed = edited(resolved({**rich(), "alles.yaml": library}), calculations=())
    assert sealed_days(allowed, second=date(2026, 6, 30)) == [date(2026, 5, 10), date(2026, 6, 1)]


def test_a_day_at_which_a_condition_looks_is_kept() -> None:
    asked = edited(resolved(rich({"ge": [{"answer": "DAG01"}, {"date": "2026-05-10"}]})), calculations=())
    assert sealed_days(asked) == [DAY, date(2026, 5, 1)]


def test_a_day_at_which_a_calculation_looks_is_kept() -> None:
    assert sealed_days(resolved(rich())) == [DAY, DAY]
