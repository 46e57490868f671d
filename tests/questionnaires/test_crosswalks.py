from __future__ import annotations

import pytest

from questionnaires.comparability.crosswalk_checks import check_crosswalks
from questionnaires.comparability.crosswalks import MappingFit, different_people, fit_mapping
from questionnaires.problems import Problem
from questionnaires.sources import read_sources, shipped_sources

LIBRARY = """\
format: "ceo-def/1"
kind: library
id: "nl.proef.omgezet"
source_language: "nl"
concepts:
  "proef.soort": {domain: profiel, definition: "Soort hulp"}
  "proef.weken": {domain: toegang, definition: "Wachten"}
scales:
  soorten@1:
    type: multi
    codes: [{code: thuis, text: "Thuis"}, {code: buiten, text: "Buiten"}]
    exclusive: [{code: geen, text: "Geen"}]
    missing: [{code: weet_niet, text: "Weet ik niet", reason: dont_know}]
  soorten@2:
    type: multi
    codes: [{code: kamer, text: "Kamer"}, {code: keuken, text: "Keuken"}, {code: buiten, text: "Buiten"}]
    exclusive: [{code: geen, text: "Geen"}]
items:
  SOO01@1: {concept: "proef.soort", title: "Soort", type: {scale: "soorten@1"}, reference_period: "P12M", text: {stem: "Welke?"}}
  SOO01@2: {concept: "proef.soort", title: "Soort", type: {scale: "soorten@2"}, reference_period: "P12M", text: {stem: "Welke?"}}
  WKN01@1: {concept: "proef.weken", title: "Weken", type: {integer: {min: 0, max: 9, unit: "week"}},
    reference_period: "P12M", text: {stem: "Hoe lang?"}}
  WKN01@2: {concept: "proef.weken", title: "Weken", type: {integer: {min: 0, max: 9, unit: "week"}},
    reference_period: "P12M", text: {stem: "Hoe lang duurde het?"}}
"""
CROSSWALK = """\
format: "ceo-def/1"
kind: crosswalk
id: "nl.proef.soo01-1-2"
item: SOO01
from: 1
to: 2
mapping:
  thuis: [kamer, keuken]
  buiten: [buiten]
  geen: [geen]
evidence: {kind: full_mapping, report: "Verslag"}
approved_by: ["Redacteur A", "Redacteur B"]
approved_on: "2026-10-01"
"""
MAPPING = "mapping:\n  thuis: [kamer, keuken]\n  buiten: [buiten]\n  geen: [geen]\n"


def found_in(crosswalk: str) -> list[Problem]:
    files = {"bibliotheek.yaml": LIBRARY, "omzetting.yaml": crosswalk}
    definitions = read_sources(files, shipped_sources())
    assert definitions.problems == []
    return list(check_crosswalks(definitions))


def told(crosswalk: str) -> list[tuple[str, str, str]]:
    return [(problem.code, problem.place, problem.cause) for problem in found_in(crosswalk)]


def test_the_shipped_crosswalks_fit() -> None:
    assert list(check_crosswalks(shipped_sources())) == []


def test_definitions_without_crosswalks_have_nothing_to_check() -> None:
    assert list(check_crosswalks(read_sources({"bibliotheek.yaml": LIBRARY}))) == []


def test_a_crosswalk_that_fits_has_no_problem() -> None:
    assert found_in(CROSSWALK) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("item: SOO01", "item: SOO02", ("D01", "item", "De vraag SOO02 bestaat niet.")),
        ("to: 2", "to: 3", ("D01", "to", "Versie 3 van SOO01 bestaat niet.")),
        ("from: 1", "from: 2", ("D13", "to", "De omzetting gaat van versie 2 naar versie 2.")),
        (
            '"Redacteur A", "Redacteur B"',
            '"Redacteur A", "redacteur a "',
            ("D13", "approved_by", "De omzetting is niet door twee verschillende mensen goedgekeurd."),
        ),
        (
            "kind: full_mapping",
            "kind: bridging_sample",
            ("D13", "evidence", "Er staat niet hoeveel mensen beide versies hebben ingevuld."),
        ),
        (
            "  geen: [geen]",
            "  geen: [geen]\n  binnen: [kamer]",
            ("D13", "mapping.binnen", "Het antwoord binnen bestaat niet in versie 1."),
        ),
        (
            "[kamer, keuken]",
            "[kamer, keukn]",
            ("D13", "mapping.thuis[1]", "Het antwoord keukn bestaat niet in versie 2."),
        ),
        (
            "  geen: [geen]\n",
            "",
            ("D13", "mapping", "Er staat niet wat er van het antwoord geen uit versie 1 is geworden."),
        ),
        (
            "[kamer, keuken]",
            "[kamer]",
            ("D13", "mapping", "Er staat niet uit welk oud antwoord keuken van versie 2 komt."),
        ),
        (
            "buiten: [buiten]",
            "buiten: [buiten, keuken]",
            (
                "D13",
                "mapping.thuis",
                "Het antwoord thuis is gesplitst, en een deel ervan is samengegaan met een ander oud antwoord.",
            ),
        ),
        (
            "  geen: [geen]",
            "  geen: [geen]\n  weet_niet: [geen]",  # a reason for having no value is no category
            ("D13", "mapping.weet_niet", "Het antwoord weet_niet bestaat niet in versie 1."),
        ),
    ],
)
def test_what_does_not_fit_is_told_at_its_place(old: str, new: str, expected: tuple[str, str, str]) -> None:
    assert old in CROSSWALK
    assert expected in told(CROSSWALK.replace(old, new))


def test_a_misspelt_answer_has_a_cure() -> None:
    (problem, _) = found_in(CROSSWALK.replace("keuken", "keukn"))
    assert (problem.line, problem.cure) == (8, "Bedoelt u keuken?")


def test_a_missing_version_is_told_with_those_that_there_are() -> None:
    (problem,) = found_in(CROSSWALK.replace("to: 2", "to: 3"))
    assert problem.cure == "U kunt kiezen uit: 1, 2."


def test_a_bridging_sample_needs_no_mapping_but_people() -> None:
    bridge = CROSSWALK.replace(MAPPING, "").replace("full_mapping,", "bridging_sample, respondents: 200,")
    assert found_in(bridge) == []


def test_a_test_of_easy_texts_may_be_about_one_version() -> None:
    tested = CROSSWALK.replace(MAPPING, "").replace("full_mapping", "equivalence_test")
    assert found_in(tested.replace("to: 2", "to: 1")) == []
    assert told(tested.replace("from: 1", "from: 2").replace("to: 2", "to: 1")) == [
        ("D13", "to", "De omzetting gaat van versie 2 naar versie 1.")
    ]


def test_a_number_has_no_answers_to_map() -> None:
    mapped = CROSSWALK.replace("SOO01", "WKN01").replace(MAPPING, "mapping: {thuis: [kamer]}\n")
    assert [place for _, place, _ in told(mapped)] == ["mapping.thuis", "mapping.thuis[0]"]


def test_a_local_question_can_have_a_crosswalk_too() -> None:
    extension = """\
format: "ceo-def/1"
kind: extension
id: "gm0344.eigen"
owner: "gm0344"
version: 1
title: "Eigen"
extends: "nl.ceo.wmo@2"
items:
  gm0344.SOO01@1: {concept: local, title: "Soort", type: {scale: "soorten@1"}, reference_period: "P12M", text: {stem: "Welke?"}}
  gm0344.SOO01@2: {concept: local, title: "Soort", type: {scale: "soorten@2"}, reference_period: "P12M", text: {stem: "Welke?"}}
"""
    files = {"b.yaml": LIBRARY, "eigen.yaml": extension, "o.yaml": CROSSWALK.replace("SOO01", "gm0344.SOO01")}
    definitions = read_sources(files)
    assert definitions.problems == []
    assert list(check_crosswalks(definitions)) == []


def test_a_scale_that_does_not_exist_is_told_at_the_question() -> None:
    files = {"b.yaml": LIBRARY.replace("soorten@2:", "andere@1:"), "o.yaml": CROSSWALK.replace(MAPPING, "")}
    bridge = files["o.yaml"].replace("full_mapping,", "bridging_sample, respondents: 200,")
    assert list(check_crosswalks(read_sources({**files, "o.yaml": bridge}))) == []


def test_a_mapping_fits_when_every_code_went_somewhere_and_came_from_somewhere() -> None:
    split_and_merged = {"a": ("x", "y"), "b": ("z",), "c": ("z",)}
    assert fit_mapping(split_and_merged, "abc", "xyz") == MappingFit((), (), (), (), ())
    assert fit_mapping(split_and_merged, "abc", "xyz").full


@pytest.mark.parametrize(
    ("mapping", "known", "full"),
    [
        ({"a": "x"}, True, False),  # b is left out, and y comes from nowhere
        ({"a": "x", "b": "w"}, False, False),
        ({"q": "x"}, False, False),
        ({"a": "xy", "b": "y"}, True, False),  # y was a part of a and all of b
        ({"a": "x", "b": "y"}, True, True),
    ],
)
def test_a_mapping_is_known_and_full_or_not(mapping: dict[str, str], *, known: bool, full: bool) -> None:
    fit = fit_mapping(mapping, "ab", "xy")
    assert (fit.known, fit.full) == (known, full)


def test_a_name_in_other_letters_is_the_same_person() -> None:
    assert not different_people(["J. Bakker", "j.  bakker", " J. BAKKER "])
    assert different_people(["J. Bakker", "M. de Vries"])
