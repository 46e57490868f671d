from __future__ import annotations

import random
from datetime import date

import pytest
from expressing import LIBRARY, answers, resolved, rich, rich_questionnaire
from hypothesis import given
from hypothesis import strategies as st

from questionnaires.answering import (
    AnswerError,
    Doubt,
    Fault,
    Option,
    answer_label,
    clean_text,
    find_doubts,
    form_values,
    options,
    read_page,
    seal,
    skip_page,
)
from questionnaires.answers import Answer, Missing, Value
from questionnaires.questionnaire import Questionnaire
from questionnaires.routing import route
from questionnaires.simulation import simulate_answers

PAGE_OF = {"GES01": "start", "TOE02": "wachten", "PRO01": "hulp", "KWA01": "contact", "VER01": "verhaal"}


def read(questionnaire: Questionnaire, item: str, *values: str) -> Value | Missing | Fault | None:
    """Post values for one item; return its value, its reason or what is wrong."""
    page = questionnaire.page(PAGE_OF[item])
    reading = read_page(questionnaire, page, {item: list(values), "csrf": ["x"], "ander": ["ja"]})
    for error in reading.errors:
        if error.item == item:
            return error.fault
    answer = reading.answers[item]
    assert (answer.item, answer.item_version) == (item, questionnaire.item(item).version)
    return answer.value if answer.missing is None else answer.missing


@pytest.mark.parametrize(
    ("item", "values", "found"),
    [
        ("GES01", ["ja"], "ja"),
        ("GES01", [" ja "], "ja"),
        ("GES01", ["ja", "ja"], "ja"),
        ("GES01", ["", "ja"], "ja"),
        ("GES01", ["weet_niet"], Missing.DONT_KNOW),
        ("GES01", [], Fault.NO_CHOICE),
        ("GES01", [""], Fault.NO_CHOICE),
        ("GES01", ["ja", "nee"], Fault.SEVERAL),
        ("GES01", ["ja", "weet_niet"], Fault.SEVERAL),
        ("GES01", ["JA"], Fault.UNKNOWN_CODE),
        ("GES01", ["ja\x00"], Fault.UNKNOWN_CODE),
        ("GES01", ["ja", "x" * 100_000], Fault.UNKNOWN_CODE),
        ("GES01", ["<script>alert(1)</script>"], Fault.UNKNOWN_CODE),
        ("KWA01", ["nvt"], Missing.NOT_APPLICABLE),
        ("PRO01", ["hulpmiddel", "huishouden"], ("huishouden", "hulpmiddel")),
        ("PRO01", ["huishouden"], ("huishouden",)),
        ("PRO01", ["geen"], ("geen",)),
        ("PRO01", ["weet_niet"], Missing.DONT_KNOW),
        ("PRO01", ["geen", "huishouden"], Fault.EXCLUSIVE),
        ("PRO01", ["weet_niet", "huishouden"], Fault.EXCLUSIVE),
        ("PRO01", ["geen", "weet_niet"], Fault.EXCLUSIVE),
        ("PRO01", [], Fault.NO_CHOICE),
        ("PRO01", ["huishouden", "tuin"], Fault.UNKNOWN_CODE),
        ("TOE02", ["9"], 9),
        ("TOE02", [" 1 0\u00a0"], 10),
        ("TOE02", ["007"], 7),
        ("TOE02", ["٣"], 3),
        ("TOE02", ["0"], 0),
        ("TOE02", ["104"], 104),
        ("TOE02", ["105"], Fault.OUT_OF_RANGE),
        ("TOE02", ["-1"], Fault.OUT_OF_RANGE),
        ("TOE02", ["9" * 100_000], Fault.OUT_OF_RANGE),
        ("TOE02", ["3,5"], Fault.NO_NUMBER),
        ("TOE02", ["3.5"], Fault.NO_NUMBER),
        ("TOE02", ["drie"], Fault.NO_NUMBER),
        ("TOE02", ["--3"], Fault.NO_NUMBER),
        ("TOE02", ["²"], Fault.NO_NUMBER),
        ("TOE02", ["-"], Fault.NO_NUMBER),
        ("TOE02", [""], Fault.NO_NUMBER_GIVEN),
        ("TOE02", [], Fault.NO_NUMBER_GIVEN),
        ("VER01", ["Goede hulp."], "Goede hulp."),
        ("VER01", ["x" * 30], "x" * 30),
        ("VER01", ["x" * 31], Fault.TOO_LONG),
        ("VER01", ["  \r\n "], Missing.SKIPPED),
        ("VER01", [], Missing.SKIPPED),
        ("VER01", ["\x00\x1b"], Missing.SKIPPED),
    ],
)
def test_a_posted_value_becomes_an_answer_or_a_fault(
    worked: Questionnaire, item: str, values: list[str], found: Value | Missing | Fault
) -> None:
    assert read(worked, item, *values) == found


def test_all_errors_of_a_page_come_at_once_and_right_answers_stay(worked: Questionnaire) -> None:
    reading = read_page(worked, worked.page("wachten"), {"TOE02": ["veel"]})
    assert [(error.item, error.fault) for error in reading.errors] == [
        ("TOE01", Fault.NO_CHOICE),
        ("TOE02", Fault.NO_NUMBER),
    ]
    reading = read_page(worked, worked.page("wachten"), {"TOE01": ["eens"], "TOE02": ["veel"]})
    assert reading.answers == {"TOE01": Answer("TOE01", 1, value="eens")}


@pytest.mark.parametrize(
    ("item", "values", "known"),
    [
        ("GES01", [], {}),
        ("TOE02", [""], {"min": 0, "max": 104}),
        ("TOE02", ["3,5"], {"min": 0, "max": 104}),
        ("TOE02", ["105"], {"min": 0, "max": 104}),
        ("PRO01", ["geen", "huishouden"], {"code": "geen"}),
        ("VER01", ["x" * 35], {"length": 35, "max": 30}),
    ],
)
def test_an_error_has_what_a_sentence_about_it_needs(
    worked: Questionnaire, item: str, values: list[str], known: dict[str, object]
) -> None:
    errors = read_page(worked, worked.page(PAGE_OF[item]), {item: values}).errors
    assert next(error.values for error in errors if error.item == item) == known


def test_an_error_never_repeats_what_was_posted(worked: Questionnaire) -> None:
    hostile = "<b>&\x00"
    for item, page in PAGE_OF.items():
        for error in read_page(worked, worked.page(page), {item: [hostile * 20]}).errors:
            assert "<b>" not in str(error)


DATES = {"earliest": date(2026, 1, 1), "latest": date(2027, 12, 31)}


@pytest.mark.parametrize(
    ("day", "month", "year", "found"),
    [
        ("1", "2", "2027", date(2027, 2, 1)),
        (" 01", "02 ", "2027", date(2027, 2, 1)),
        ("29", "2", "2027", Fault.NO_DATE),
        ("1", "13", "2027", Fault.NO_DATE),
        ("1", "2", "0", Fault.NO_DATE),
        ("1", "", "2027", Fault.NO_DATE),
        ("een", "2", "2027", Fault.NO_DATE),
        ("-1", "2", "2027", Fault.NO_DATE),
        ("1", "2", "9" * 100_000, Fault.NO_DATE),
        ("31", "12", "2025", Fault.TOO_EARLY),
        ("1", "1", "2026", date(2026, 1, 1)),
        ("31", "12", "2027", date(2027, 12, 31)),
        ("1", "1", "2028", Fault.TOO_LATE),
        ("", " ", "", Fault.NO_DATE_GIVEN),
    ],
)
def test_a_day_is_read_from_three_fields(day: str, month: str, year: str, found: date | Fault) -> None:
    dated = {
        **rich(),
        "alles.yaml": LIBRARY.replace("{date: {}}", '{date: {earliest: "2026-01-01", latest: "2027-12-31"}}'),
    }
    questionnaire = resolved(dated)
    form = {"DAG01-dag": [day], "DAG01-maand": [month], "DAG01-jaar": [year]}
    reading = read_page(questionnaire, questionnaire.page("overig"), form)
    faults = {error.item: error for error in reading.errors}
    if isinstance(found, date):
        assert reading.answers["DAG01"] == Answer("DAG01", 1, value=found)
    else:
        known = {Fault.TOO_EARLY: {"day": DATES["earliest"]}, Fault.TOO_LATE: {"day": DATES["latest"]}}
        assert faults["DAG01"] == AnswerError("DAG01", found, known.get(found, {}))


def test_a_day_without_limits_may_be_any_day() -> None:
    questionnaire = rich_questionnaire()
    form = {"DAG01-dag": ["1"], "DAG01-maand": ["1"], "DAG01-jaar": ["1"]}
    assert read_page(questionnaire, questionnaire.page("overig"), form).answers["DAG01"].value == date(1, 1, 1)


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("  twee   woorden\nhier ", "twee woorden hier"),
        ("x" * 20, "x" * 20),
        ("x" * 21, Fault.TOO_LONG),
        (" \n", Missing.SKIPPED),
    ],
)
def test_a_few_words_stand_on_one_line(written: str, found: str | Missing | Fault) -> None:
    questionnaire = rich_questionnaire()
    reading = read_page(questionnaire, questionnaire.page("overig"), {"TXT01": [written]})
    answer = reading.answers.get("TXT01")
    assert found in {error.fault for error in reading.errors} | ({answer.value, answer.missing} if answer else set())


def doubting(*conditions: str) -> Questionnaire:
    """The rich module with soft checks at the number of weeks."""
    checks = ", ".join(f'{{id: c{number}, when: {one}, ask: "Klopt dat?"}}' for number, one in enumerate(conditions))
    return resolved(
        {**rich(), "alles.yaml": LIBRARY.replace('title: "Weken"', f'soft_checks: [{checks}], title: "Weken"')}
    )


@pytest.mark.parametrize(
    ("condition", "weeks", "doubted"),
    [
        ("{gt: [{answer: WEK01}, 5]}", 6, True),
        ("{gt: [{answer: WEK01}, 5]}", 5, False),
        ("{gt: [{answer: WEK01}, 5]}", None, False),
        ("{gt: [{answer: WEK01}, {answer: WEK02}]}", 3, True),
        ("{eq: [{answer: GES01}, {code: ja}]}", 0, True),
        ("{calc: lang}", 9, True),
        ("{eq: [{response: mode}, {code: web}]}", 0, True),
    ],
)
def test_a_soft_check_asks_when_its_condition_is_true(condition: str, weeks: int | None, doubted: bool) -> None:  # noqa: FBT001  # a table of truth
    questionnaire = doubting(condition)
    path = route(questionnaire, answers(GES01="ja"))
    doubts = find_doubts(questionnaire, path, answers(WEK01=weeks, WEK02=2))
    assert doubts == ((Doubt("WEK01", "c0"),) if doubted else ())


def test_every_soft_check_of_a_page_asks_at_once() -> None:
    questionnaire = doubting("{gt: [{answer: WEK01}, 5]}", "{gt: [{answer: WEK01}, 100]}", "{gt: [{answer: WEK01}, 7]}")
    doubts = find_doubts(questionnaire, route(questionnaire, {}), answers(WEK01=9))
    assert [doubt.check for doubt in doubts] == ["c0", "c2"]


def test_a_new_answer_goes_before_the_one_on_the_path() -> None:
    questionnaire = doubting("{gt: [{answer: WEK01}, 5]}")
    path = route(questionnaire, answers(WEK01=9))
    assert find_doubts(questionnaire, path, answers(WEK01=3)) == ()


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("een\r\ntwee\rdrie\nvier", "een\ntwee\ndrie\nvier"),
        ("Cafe\u0301", "Café"),
        ("a\x00b\x1bc\x7f", "abc"),
        ("a\tb", "a b"),
        ("links\u202erechts\u2066", "linksrechts"),
        ("half\ud800", "half"),
        ("👩‍🦽 goed", "👩‍🦽 goed"),
        ("a\u2028b", "a\nb"),
        ("  a  ", "a"),
    ],
)
def test_a_story_is_cleaned_of_what_nobody_can_see(written: str, kept: str) -> None:
    assert clean_text(written) == kept


@given(st.text(max_size=50))
def test_cleaning_twice_changes_nothing_more(written: str) -> None:
    assert clean_text(clean_text(written)) == clean_text(written)


@given(
    form=st.dictionaries(
        st.sampled_from(["GES01", "TOE01", "TOE02", "PRO01", "VER01", "x"]),
        st.lists(st.one_of(st.text(), st.sampled_from(["ja", "eens", "geen", "weet_niet", "3"])), max_size=4),
    )
)
def test_any_form_is_read_item_by_item(worked: Questionnaire, form: dict[str, list[str]]) -> None:
    for page in worked.pages:
        reading = read_page(worked, page, form)
        failed = {error.item for error in reading.errors}
        assert set(reading.answers) | failed == set(page.items)
        assert not set(reading.answers) & failed


def test_skipping_a_page_skips_each_of_its_items(worked: Questionnaire) -> None:
    assert skip_page(worked, worked.page("wachten")) == {
        "TOE01": Answer("TOE01", 1, missing=Missing.SKIPPED),
        "TOE02": Answer("TOE02", 1, missing=Missing.SKIPPED),
    }


def test_options_are_drawn_in_order_with_reasons_last(worked: Questionnaire) -> None:
    scale = worked.scale_of(worked.item("PRO01"))
    assert scale is not None
    assert options(scale, worked.wording())[2:] == (
        Option("hulpmiddel", "Hulpmiddel", missing=False),
        Option("geen", "Geen hulp", missing=False),
        Option("weet_niet", "Weet ik niet", missing=True),
    )


@given(seed=st.integers(0, 10**6))
def test_a_shown_answer_posts_back_as_itself(worked: Questionnaire, wmo: Questionnaire, seed: int) -> None:
    for questionnaire in (worked, wmo):
        answers = simulate_answers(questionnaire, random.Random(seed))
        for page in questionnaire.pages:
            given_answers = {item: answers[item] for item in page.items if item in answers}
            form = {
                item: form_values(found, questionnaire.scale_of(questionnaire.item(item)))
                for item, found in given_answers.items()
            }
            posted = read_page(questionnaire, page, form).answers
            for item, found in given_answers.items():
                if found.missing is not Missing.SKIPPED:
                    assert len(str(found.value)) > 30 or posted[item] == found


def test_nothing_is_shown_for_an_answer_that_is_not_there(worked: Questionnaire) -> None:
    scale = worked.scale_of(worked.item("GES01"))
    assert form_values(None, scale) == ()
    assert form_values(Answer("GES01", 1, missing=Missing.SKIPPED), scale) == ()
    assert form_values(Answer("TOE02", 1, missing=Missing.SKIPPED), None) == ()


@pytest.mark.parametrize(
    ("answer", "label"),
    [
        (Answer("GES01", 1, value="ja"), "Ja"),
        (Answer("GES01", 1, missing=Missing.DONT_KNOW), "Weet ik niet"),
        (Answer("GES01", 1, missing=Missing.SKIPPED), ""),
        (Answer("GES01", 1, missing=Missing.NOT_ASKED), ""),
        (Answer("PRO01", 1, value=("huishouden", "hulpmiddel")), "Huishouden, Hulpmiddel"),
        (Answer("TOE02", 1, value=9), "9"),
        (Answer("VER01", 1, value="Goed."), "Goed."),
        (Answer("VER01", 1, missing=Missing.SKIPPED), ""),
    ],
)
def test_an_answer_is_shown_in_words(worked: Questionnaire, answer: Answer, label: str) -> None:
    assert answer_label(worked, answer, worked.wording()) == label


def test_sealing_keeps_the_path_and_gives_every_other_item_a_reason(worked: Questionnaire) -> None:
    answers = {
        "GES01": Answer("GES01", 1, value="nee"),
        "TOE01": Answer("TOE01", 1, missing=Missing.SKIPPED),
        "TOE02": Answer("TOE02", 1, value=9),
        "PRO01": Answer("PRO01", 1, value=("huishouden",)),
    }
    sealed = seal(worked, answers)
    assert {item: answer.value or answer.missing for item, answer in sealed.answers.items()} == {
        "GES01": "nee",
        "TOE01": Missing.NOT_ASKED,
        "TOE02": Missing.NOT_ASKED,
        "PRO01": ("huishouden",),
        "KWA01": Missing.NOT_ASKED,
        "EFF01": Missing.SKIPPED,
        "VER01": Missing.SKIPPED,
    }
    assert sealed.dropped == 1


def test_what_is_open_at_handing_in_is_skipped_and_the_path_is_that_of_someone_who_skipped_it() -> None:
    files = rich({"reason_is": [{"answer": "GES01"}, "skipped"]})
    questionnaire = resolved(files)
    assert not route(questionnaire, {}).shows("laatste")
    sealed = seal(questionnaire, {})
    assert {answer.missing for answer in sealed.answers.values()} == {Missing.SKIPPED}
    gone = resolved(rich({"not": {"reason_is": [{"answer": "GES01"}, "skipped"]}}))
    assert route(gone, answers(LAA01=3)).shows("laatste")
    sealed = seal(gone, answers(LAA01=3))
    assert (sealed.answers["LAA01"].missing, sealed.dropped) == (Missing.NOT_ASKED, 1)


@given(seed=st.integers(0, 10**6))
def test_sealing_sealed_answers_changes_nothing(worked: Questionnaire, wmo: Questionnaire, seed: int) -> None:
    for questionnaire in (worked, wmo):
        sealed = seal(questionnaire, simulate_answers(questionnaire, random.Random(seed)))
        assert seal(questionnaire, sealed.answers) == sealed
        assert set(sealed.answers) == {item.id for item in questionnaire.items}
        assert route(questionnaire, sealed.answers).complete
