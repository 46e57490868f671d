from __future__ import annotations

import pytest
from expressing import resolved

from questionnaires.answers import Missing
from questionnaires.codebook import Codebook, MissingCode, VariableKind, build_codebook
from questionnaires.publishing import publish
from questionnaires.questionnaire import Questionnaire


def codebook_of(files: dict[str, str], **changes: str) -> Codebook:
    """Build the codebook of the worked example after replacing texts in both files."""
    texts = dict(files)
    for old, new in changes.items():
        texts = {name: text.replace(old, new) for name, text in texts.items()}
    return build_codebook(publish(resolved(texts)))


@pytest.fixture(scope="module")
def codebook(worked: Questionnaire) -> Codebook:
    return build_codebook(publish(worked))


def test_variables_stand_in_the_order_of_the_questions(codebook: Codebook, worked: Questionnaire) -> None:
    assert [variable.item for variable in codebook.variables] == [
        "GES01", "TOE01", "TOE02", "PRO01", "KWA01", "EFF01", "VER01",
    ]  # fmt: skip  # one line reads as the questionnaire
    assert (codebook.questionnaire, codebook.version) == ("nl.proef.kern", 3)
    assert codebook.content_hash == publish(worked).content_hash


def test_an_ordinal_scale_scores_from_0_to_100(codebook: Codebook) -> None:
    variable = codebook.variable("KWA01")
    assert [(code.number, code.code, code.score, code.positive) for code in variable.codes] == [
        (1, "helemaal_eens", 100.0, True),
        (2, "eens", 75.0, True),
        (3, "tussenin", 50.0, False),
        (4, "oneens", 25.0, False),
        (5, "helemaal_oneens", 0.0, False),
    ]
    assert variable.missing == (
        MissingCode("weet_niet", "Weet ik niet", Missing.DONT_KNOW),
        MissingCode("nvt", "Niet van toepassing", Missing.NOT_APPLICABLE),
    )
    assert (variable.version, variable.kind, variable.domain) == (2, VariableKind.ORDINAL, "kwaliteit")
    assert (variable.title, variable.label) == ("Serieus", "De medewerker nam mij serieus.")


def test_with_negative_polarity_a_high_value_scores_low(files: dict[str, str]) -> None:
    turned = {
        "value: 5, stance: positive": "value: 5, stance: negative",
        "value: 4, stance: positive": "value: 4, stance: negative",
    }
    turned |= {
        "value: 2, stance: negative": "value: 2, stance: positive",
        "value: 1, stance: negative": "value: 1, stance: positive",
    }
    turned |= {"    score: {map: linear_0_100}": "    polarity: negative\n    score: {map: linear_0_100}"}
    codes = codebook_of(files, **turned).variable("KWA01").codes
    assert [(code.score, code.positive) for code in codes] == [
        (0.0, False), (25.0, False), (50.0, False), (75.0, True), (100.0, True),
    ]  # fmt: skip  # one line reads as the scale


def test_values_that_are_not_evenly_spread_score_by_their_value(files: dict[str, str]) -> None:
    codes = codebook_of(files, **{"value: 5, ": "value: 11, "}).variable("KWA01").codes
    assert [code.score for code in codes] == [100.0, 30.0, 20.0, 10.0, 0.0]


def test_codes_without_score_have_none_and_are_never_positive(codebook: Codebook) -> None:
    assert {(code.score, code.positive) for code in codebook.variable("GES01").codes} == {(None, False)}
    assert codebook.variable("GES01").breakdown
    assert not codebook.variable("KWA01").breakdown


def test_exclusive_codes_follow_the_others(codebook: Codebook) -> None:
    variable = codebook.variable("PRO01")
    assert variable.kind is VariableKind.MULTI
    assert [(code.number, code.code) for code in variable.codes][-1] == (4, "geen")


def test_a_number_has_limits_and_no_codes(codebook: Codebook) -> None:
    variable = codebook.variable("TOE02")
    assert (variable.kind, variable.minimum, variable.maximum, variable.codes) == (VariableKind.INTEGER, 0, 104, ())


def test_a_grade_scores_from_0_to_100_and_counts_as_positive_from_a_limit(wmo: Questionnaire) -> None:
    codes = build_codebook(publish(wmo)).variable("LEV01").codes
    assert [(code.code, code.number, code.positive) for code in codes if code.number in {1, 6, 7, 10}] == [
        ("1", 1, False), ("6", 6, False), ("7", 7, True), ("10", 10, True),
    ]  # fmt: skip  # one line reads as the scale
    assert [round(code.score or 0.0, 1) for code in codes] == [
        0.0,
        11.1,
        22.2,
        33.3,
        44.4,
        55.6,
        66.7,
        77.8,
        88.9,
        100.0,
    ]


def test_a_story_has_neither_codes_nor_limits(codebook: Codebook) -> None:
    variable = codebook.variable("VER01")
    assert (variable.kind, variable.codes, variable.minimum, variable.missing) == (VariableKind.NARRATIVE, (), None, ())


def test_theme_scores_name_their_items(codebook: Codebook) -> None:
    (composite,) = codebook.composites
    assert (composite.composite, composite.theme, composite.minimum_valid) == ("ervaring", "quality", 2)
    assert composite.items == ("TOE01", "KWA01", "EFF01")


def test_the_polarity_of_an_item_turns_that_of_its_scale(files: dict[str, str]) -> None:
    codes = codebook_of(files, **{'title: "Serieus",': 'title: "Serieus", polarity: negative,'}).variable("KWA01").codes
    assert [(code.score, code.positive) for code in codes] == [
        (0.0, False), (25.0, False), (50.0, False), (75.0, True), (100.0, True),
    ]  # fmt: skip  # one line reads as the scale


def test_of_a_negative_grade_the_low_ones_are_positive(files: dict[str, str]) -> None:
    grade = {
        'min: 0, max: 104, unit: "week"': 'min: 1, max: 3, unit: "week", score: {map: linear_0_100, positive_from: 3}',
        'title: "Weken",': 'title: "Weken", polarity: negative,',
    }
    codes = codebook_of(files, **grade).variable("TOE02").codes
    assert [(code.code, code.score, code.positive) for code in codes] == [
        ("1", 100.0, True), ("2", 50.0, True), ("3", 0.0, False),
    ]  # fmt: skip  # one line reads as the scale


@pytest.mark.parametrize(
    ("answer", "kind"), [("{date: {}}", VariableKind.DATE), ("{text: {max_chars: 9}}", VariableKind.TEXT)]
)
def test_a_day_and_a_few_words_have_neither_codes_nor_limits(
    files: dict[str, str], answer: str, kind: VariableKind
) -> None:
    variable = codebook_of(files, **{"{narrative: {max_chars: 30}}": answer}).variable("VER01")
    assert (variable.kind, variable.codes, variable.minimum) == (kind, (), None)


def test_a_score_of_which_high_is_worse_says_so(files: dict[str, str]) -> None:
    worse = codebook_of(files, **{"direction: higher_is_better": "direction: higher_is_worse", "theme: quality, ": ""})
    assert [(one.higher_is_better, one.theme) for one in worse.composites] == [(False, "")]


UNKNOWN = " Ook wie een vraag uit deze voorwaarde niet beantwoordde."


@pytest.mark.parametrize(
    ("item", "universe"),
    [
        ("GES01", "Iedereen."),
        ("TOE02", "Alleen als: ‘Gesprek’ is ‘Ja’."),
        ("KWA01", f"Alleen als: (‘Gesprek’ is ‘Ja’ en niet (bij ‘Hulp’ is ‘Geen hulp’ gekozen)).{UNKNOWN}"),
        ("EFF01", f"Alleen als: het aantal keuzes bij ‘Hulp’ is ten minste 1.{UNKNOWN}"),
    ],
)
def test_who_was_asked_is_said_in_words(codebook: Codebook, item: str, universe: str) -> None:
    assert codebook.variable(item).universe == universe
