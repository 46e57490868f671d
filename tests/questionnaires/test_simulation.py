from __future__ import annotations

import random
import re
from collections.abc import Sequence
from datetime import date
from statistics import correlation, fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaires.answers import Answer, Missing
from questionnaires.codebook import build_codebook
from questionnaires.definition import DateAnswer, IntegerAnswer, TextAnswer
from questionnaires.loading import load_questionnaire, load_shipped
from questionnaires.publishing import publish
from questionnaires.questionnaire import Questionnaire
from questionnaires.routing import route
from questionnaires.scales import AnswerScale, Polarity
from questionnaires.simulation import simulate_answers, simulate_circumstances


def clients(questionnaire: Questionnaire, count: int, *, tendency: float = 0.0) -> list[dict[str, Answer]]:
    rng = random.Random(20261121)
    return [simulate_answers(questionnaire, rng, tendency=tendency) for _ in range(count)]


def scores(questionnaire: Questionnaire, answers: Sequence[dict[str, Answer]], *items: str) -> list[tuple[float, ...]]:
    """Return the scores of the clients who gave each of these items a score."""
    book = build_codebook(publish(questionnaire))
    of_code = {item: {code.code: code.score for code in book.variable(item).codes} for item in items}
    rows = [tuple(of_code[item].get(str(a[item].value)) if item in a else None for item in items) for a in answers]
    return [tuple(score for score in row if score is not None) for row in rows if None not in row]


@given(seed=st.integers(0, 10**9), tendency=st.floats(-2, 2))
def test_a_simulated_client_completes_the_real_route_with_possible_answers(
    worked: Questionnaire, wmo: Questionnaire, seed: int, tendency: float
) -> None:
    for questionnaire in (worked, wmo):
        answers = simulate_answers(questionnaire, random.Random(seed), tendency=tendency)
        path = route(questionnaire, answers)
        assert (path.complete, path.off_path, path.environment) == (True, (), answers)
        for item, answer in answers.items():
            assert_possible(questionnaire, item, answer)


def assert_possible(questionnaire: Questionnaire, item_id: str, answer: Answer) -> None:
    item = questionnaire.item(item_id)
    scale: AnswerScale | None = questionnaire.scale_of(item)
    if answer.missing is not None:
        assert answer.missing in {Missing.SKIPPED, *(one.reason for one in (scale.missing if scale else ()))}
    elif scale is not None:
        chosen = answer.value if isinstance(answer.value, tuple) else (answer.value,)
        assert set(chosen) <= {code.code for code in (*scale.codes, *scale.exclusive)}
    elif isinstance(item.type, IntegerAnswer):
        assert isinstance(answer.value, int)
        assert item.type.integer.min <= answer.value <= item.type.integer.max
    elif isinstance(item.type, DateAnswer):
        assert isinstance(answer.value, date)
    else:
        assert str(answer.value).startswith("Verzonnen")


def test_the_same_seed_gives_the_same_client(wmo: Questionnaire) -> None:
    assert simulate_answers(wmo, random.Random(7)) == simulate_answers(wmo, random.Random(7))
    assert simulate_answers(wmo, random.Random(7)) != simulate_answers(wmo, random.Random(8))


def test_answers_of_one_client_go_together(wmo: Questionnaire) -> None:
    pairs = scores(wmo, clients(wmo, 1000), "KWA02", "EFF01")
    assert 0.2 < correlation([x for x, _ in pairs], [y for _, y in pairs]) < 0.7


def test_a_tendency_makes_clients_more_content(wmo: Questionnaire) -> None:
    low, middle, high = (
        fmean(x for (x,) in scores(wmo, clients(wmo, 1000, tendency=tendency), "KWA02")) for tendency in (-0.5, 0, 0.5)
    )
    assert low + 5 < middle < high - 5


def test_most_clients_are_content_and_give_a_decent_grade(wmo: Questionnaire) -> None:
    answers = clients(wmo, 1000)
    grades = [a["LEV01"].value for a in answers if isinstance(a["LEV01"].value, int)]
    assert 60 < fmean(x for (x,) in scores(wmo, answers, "KWA02")) < 80
    assert 6.5 < fmean(grades) < 7.8


def test_every_reason_and_some_stories_occur(wmo: Questionnaire) -> None:
    answers = clients(wmo, 500)
    reasons = {answer.missing for client in answers for answer in client.values()} - {None}
    assert reasons == {Missing.SKIPPED, Missing.DONT_KNOW, Missing.NOT_APPLICABLE, Missing.REFUSED}
    told = sum(client["VER01"].value is not None for client in answers) / len(answers)
    assert 0.2 < told < 0.4


# The scale runs from "helemaal eens" to "helemaal oneens": by turning values or stances either end can be the good one.
VALUES_TURNED = {"value: 5,": "value: 1,", "value: 4,": "value: 2,", "value: 2,": "value: 4,", "value: 1,": "value: 5,"}
STANCES_TURNED = {"stance: positive": "stance: negative", "stance: negative": "stance: positive"}
NEGATIVE = {"    score:": "    polarity: negative\n    score:"}


@pytest.mark.parametrize(
    "turned", [{}, VALUES_TURNED | STANCES_TURNED, VALUES_TURNED | NEGATIVE, STANCES_TURNED | NEGATIVE]
)
def test_content_clients_choose_the_positive_end_wherever_it_is(files: dict[str, str], turned: dict[str, str]) -> None:
    library = re.sub("|".join(turned) or "$^", lambda found: turned[found.group()], files["bibliotheek.yaml"])
    questionnaire = load_questionnaire({**files, "bibliotheek.yaml": library})
    assert isinstance(questionnaire, Questionnaire), questionnaire
    assert fmean(x for (x,) in scores(questionnaire, clients(questionnaire, 300, tendency=1.0), "EFF01")) > 70


def test_a_multiple_choice_without_exclusive_code_always_has_an_answer(files: dict[str, str]) -> None:
    library = files["bibliotheek.yaml"].replace('    exclusive: [{code: geen, text: "Geen hulp"}]\n', "")
    module = files["kern.yaml"].replace("{code: geen}", "{code: hulpmiddel}")
    # Without an exclusive code everyone who answers has chosen something.
    module = module.replace(
        "show_if: {ge: [{count_selected: {answer: PRO01}}, 1]}", "show_if: {ge: [{count_selected: {answer: PRO01}}, 2]}"
    )
    questionnaire = load_questionnaire({"b.yaml": library, "k.yaml": module})
    assert isinstance(questionnaire, Questionnaire), questionnaire
    chosen = [client["PRO01"].value for client in clients(questionnaire, 200)]
    assert all(value is None or (isinstance(value, tuple) and len(value) > 0) for value in chosen)


def test_answers_about_one_subject_go_together_more_than_answers_about_two(wmo: Questionnaire) -> None:
    answers = clients(wmo, 3000)

    def together(first: str, second: str) -> float:
        pairs = scores(wmo, answers, first, second)
        return correlation([x for x, _ in pairs], [y for _, y in pairs])

    assert together("KWA02", "KWA04") > together("KWA02", "EFF01") + 0.05


def test_a_negative_statement_is_answered_the_other_way_by_content_clients() -> None:
    wachten = load_shipped("wachten@1")
    [item] = [item for item in wachten.items if item.polarity is Polarity.NEGATIVE]
    content = scores(wachten, clients(wachten, 600, tendency=1.0), item.id)
    assert fmean(x for (x,) in content) > 70


def test_clients_read_in_every_language_and_register_that_is_offered(wmo: Questionnaire) -> None:
    rng = random.Random(3)
    found = [simulate_circumstances(wmo, rng) for _ in range(400)]
    assert {one.language for one in found} == set(wmo.languages)
    assert {one.register for one in found} == {"standard", "easy"}
    assert sum(one.language == "nl" for one in found) > 300


@pytest.mark.parametrize(
    ("limits", "first", "last"),
    [
        ('earliest: "2024-01-01", latest: "2024-01-31"', date(2024, 1, 1), date(2024, 1, 31)),
        ('earliest: "2024-01-01"', date(2024, 1, 1), date(2025, 12, 31)),
        ('latest: "2024-01-31"', date(2022, 1, 31), date(2024, 1, 31)),
        ("", date(2025, 1, 1), date(2027, 1, 1)),
    ],
)
def test_days_lie_within_their_limits(files: dict[str, str], limits: str, first: date, last: date) -> None:
    library = re.sub(r",\s+consent: {[^}]*}", "", files["bibliotheek.yaml"])
    library = library.replace("{narrative: {max_chars: 30}}", f"{{date: {{{limits}}}}}")
    questionnaire = load_questionnaire({**files, "bibliotheek.yaml": library})
    assert isinstance(questionnaire, Questionnaire), questionnaire
    days = [client["VER01"].value for client in clients(questionnaire, 100)]
    assert all(day is None or (isinstance(day, date) and first <= day <= last) for day in days)


def test_what_the_sample_says_is_a_possible_value(files: dict[str, str]) -> None:
    sample = (
        'sample:\n  soort: {type: {scale: "ja_nee@1"}}\n  maanden: {type: {integer: {min: 1, max: 3, unit: "maand"}}}\n'
    )
    questionnaire = load_questionnaire({**files, "kern.yaml": files["kern.yaml"] + sample})
    assert isinstance(questionnaire, Questionnaire), questionnaire
    found = [simulate_circumstances(questionnaire, random.Random(n)).sample for n in range(60)]
    assert {one["soort"] for one in found} == {"ja", "nee"}
    assert {one["maanden"] for one in found} == {1, 2, 3}


def test_a_story_gets_a_title_of_its_own() -> None:
    verhaal = load_shipped("verhaal@1")
    [title] = [item.id for item in verhaal.items if isinstance(item.type, TextAnswer)]
    titles = [client[title].value for client in clients(verhaal, 100) if title in client]
    assert any(str(value).startswith("Verzonnen") for value in titles)
    assert None in titles
