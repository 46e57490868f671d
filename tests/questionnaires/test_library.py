"""Checks of libraries: what scales, items and composites say by themselves."""

from __future__ import annotations

import pytest

from questionnaires.assembling import assemble_extension
from questionnaires.checks.library import check_libraries, check_local_shelf
from questionnaires.problems import Problem
from questionnaires.resolving import Assembly
from questionnaires.sources import read_sources


def problems_of(text: str, **others: str) -> list[Problem]:
    definitions = read_sources({"bibliotheek.yaml": text, **others})
    assert definitions.problems == []
    return list(check_libraries(definitions))


def problems_after(files: dict[str, str], old: str, new: str) -> list[tuple[str, str]]:
    """Return code and place of the problems of the library after one change in it."""
    assert old in files["bibliotheek.yaml"], "the change must change something"
    problems = problems_of(files["bibliotheek.yaml"].replace(old, new))
    assert all(problem.line > 1 and problem.cause and problem.cure for problem in problems)
    return [(problem.code, problem.place) for problem in problems]


def test_the_worked_example_has_no_problems(files: dict[str, str]) -> None:
    assert problems_of(files["bibliotheek.yaml"]) == []


CONSENT = "consent: {ask: after, scopes: [leren_intern], default: none}"
TWICE = 'soft_checks: [{id: a, when: true, ask: "Echt?"}, {id: a, when: true, ask: "Echt waar?"}]'
SCORE = 'unit: "week", score: {map: linear_0_100, positive_from: '


@pytest.mark.parametrize(
    ("old", "new", "code", "place"),
    [
        ('concept: "toegang.vinden"', 'concept: "toegang.vindne"', "D01", "items.TOE01@1.concept"),
        ('concept: "toegang.vinden"', "concept: local", "D01", "items.TOE01@1.concept"),
        ('{scale: "ja_nee@1"}', '{scale: "ja_nee@2"}', "D01", "items.GES01@1.type.scale"),
        ('source_language: "nl"', 'source_language: "nl"\nuses: {libraries: ["nl.proef.weg"]}', "D01",
         "uses.libraries[0]"),
        ('{code: nee, text: "Nee"}', '{code: ja, text: "Nee"}', "D13", "scales.ja_nee@1"),
        ('{code: nee, text: "Nee"}', '{code: nee, text: "Ja"}', "D13", "scales.ja_nee@1"),
        ('{code: nee, text: "Nee"}', '{code: weet_niet, text: "Nee"}', "D13", "scales.ja_nee@1"),
        ("reason: not_applicable", "reason: dont_know", "D13", "scales.eens5@1"),
        ("type: multi", "type: nominal", "D13", "scales.soort_hulp@1.exclusive"),
        ("min: 0, max: 104", "min: 104, max: 0", "D13", "items.TOE02@1.type.integer"),
        ("min: 0, max: 104", "min: 104, max: 104", "D13", "items.TOE02@1.type.integer"),
        ('{integer: {min: 0, max: 104, unit: "week"}}', '{date: {earliest: "2027-01-02", latest: "2027-01-01"}}', "D13",
         "items.TOE02@1.type.date"),
        ('"Ik vond de goede plek."}}', '"Ik vond de goede plek."}, ' + TWICE + "}", "D13", "items.TOE01@1.soft_checks"),
        ('unit: "week"', SCORE + "0}", "D14", "items.TOE02@1.type.integer.score.positive_from"),
        ('unit: "week"', SCORE + "105}", "D14", "items.TOE02@1.type.integer.score.positive_from"),
        ('max: 104, unit: "week"', "max: 1001, " + SCORE + "7}", "D14", "items.TOE02@1.type.integer.score"),
        ("type: ordinal", "type: nominal", "D14", "scales.eens5@1.score"),
        ("value: 3, ", "", "D14", "scales.eens5@1.codes"),
        ("value: 3, ", "value: 4, ", "D14", "scales.eens5@1.codes"),
        ("value: 3, ", "value: 7, ", "D14", "scales.eens5@1.codes"),
        (", stance: neutral", "", "D14", "scales.eens5@1.codes"),
        ("value: 5, stance: positive", "value: 5, stance: negative", "D14", "scales.eens5@1.codes"),
        ("score: {map: linear_0_100}", "score: {map: linear_0_100}\n    polarity: negative", "D14", "scales.eens5@1.codes"),
        ("items: [TOE01@1, KWA01@2,", "items: [TOE01@1, KWA01@1,", "D01", "composites.ervaring@1.items[1]"),
        ("items: [TOE01@1, KWA01@2,", "items: [TOE01@1, GES01@1,", "D14", "composites.ervaring@1.items[1]"),
        ("items: [TOE01@1, KWA01@2,", "items: [TOE01@1, TOE02@1,", "D14", "composites.ervaring@1.items[1]"),
        ("items: [TOE01@1, KWA01@2,", "items: [TOE01@1, VER01@1,", "D14", "composites.ervaring@1.items[1]"),
        ("items: [TOE01@1, KWA01@2,", "items: [TOE01@1, EFF01@1,", "D14", "composites.ervaring@1.items"),
        ("min_valid: 2", "min_valid: 4", "D14", "composites.ervaring@1.min_valid"),
        ('"Ik regel mijn eigen dag."}}', '"Ik regel mijn eigen dag."}, polarity: none}', "D14",
         "composites.ervaring@1.items[2]"),
        ('reference_period: "P12M", text: {stem: "Ik vond', 'reference_period: "P12M", role: effect, text: {stem: "Ik vond',
         "D11", "items.TOE01@1.reference_period"),
        (",\n    " + CONSENT, "", "D17", "items.VER01@1"),
        ("default: none", "default: [leren_intern]", "D17", "items.VER01@1.consent.default"),
        ("[leren_intern]", "[leren_intern, leren_intern]", "D17", "items.VER01@1.consent.scopes"),
        ('"Ik vond de goede plek."}}', '"Ik vond de goede plek."}, ' + CONSENT + "}", "D17", "items.TOE01@1.consent"),
    ],
)  # fmt: skip  # one fault a line
def test_a_fault_in_a_library_is_found(files: dict[str, str], old: str, new: str, code: str, place: str) -> None:
    assert problems_after(files, old, new) == [(code, place)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("stance: neutral", "stance: positive"),
        ("min_valid: 2", "min_valid: 3"),
        ('unit: "week"', SCORE + "7}"),
        ('max: 104, unit: "week"', "max: 1000, " + SCORE + "7}"),
        ('{integer: {min: 0, max: 104, unit: "week"}}', '{date: {earliest: "2027-01-01", latest: "2027-01-01"}}'),
        ('{integer: {min: 0, max: 104, unit: "week"}}', '{date: {earliest: "2027-01-01"}}'),
        ('{integer: {min: 0, max: 104, unit: "week"}}', "{text: {max_chars: 80}}"),
        ('reference_period: "now", text', 'reference_period: "now", role: effect, text'),
    ],
)
def test_what_is_right_is_not_told(files: dict[str, str], old: str, new: str) -> None:
    assert problems_after(files, old, new) == []


def test_a_number_with_a_score_can_be_a_part(files: dict[str, str]) -> None:
    text = (
        files["bibliotheek.yaml"]
        .replace('unit: "week"', SCORE + "7}")
        .replace("[TOE01@1, KWA01@2", "[TOE02@1, KWA01@2")
    )
    assert problems_of(text) == []


def test_two_versions_of_one_item_do_not_count_twice_in_a_score(files: dict[str, str]) -> None:
    first = files["bibliotheek.yaml"].partition("  KWA01@2:")[2].partition("  EFF01@1:")[0]
    text = (
        files["bibliotheek.yaml"]
        .replace("  EFF01@1:", f"  KWA01@3:{first}  EFF01@1:")
        .replace("[TOE01@1, KWA01@2,", "[KWA01@3, KWA01@2,")
    )
    assert [(problem.code, problem.place) for problem in problems_of(text)] == [("D14", "composites.ervaring@1.items")]


def test_an_item_gives_a_direction_to_a_scale_without(files: dict[str, str]) -> None:
    without = files["bibliotheek.yaml"].replace(
        "score: {map: linear_0_100}", "score: {map: linear_0_100}\n    polarity: none"
    )
    places = [f"composites.ervaring@1.items[{number}]" for number in range(3)]
    assert [(problem.code, problem.place) for problem in problems_of(without)] == [("D14", place) for place in places]
    given = without.replace('type: {scale: "eens5@1"},', 'type: {scale: "eens5@1"}, polarity: negative,')
    assert problems_of(given) == []


def test_a_scale_that_does_not_exist_is_told_once(files: dict[str, str]) -> None:
    problems = problems_after(files, '{scale: "eens5@1"}', '{scale: "eens5@2"}')
    assert problems == [("D01", f"items.{item}.type.scale") for item in ("TOE01@1", "KWA01@2", "EFF01@1")]


def test_a_scale_without_scores_needs_no_values_and_gives_none(files: dict[str, str]) -> None:
    text = files["bibliotheek.yaml"].replace("    score: {map: linear_0_100}\n", "").replace("value: 3, ", "")
    assert {problem.place for problem in problems_of(text)} == {f"composites.ervaring@1.items[{n}]" for n in range(3)}


OTHER = """\
format: "ceo-def/1"
kind: library
id: "nl.proef.ander"
source_language: "nl"
uses: {libraries: ["nl.proef.bibliotheek"]}
items:
  AND01@1: {concept: "toegang.vinden", title: "Ander", type: {scale: "eens5@1"}, reference_period: "now",
    text: {stem: "Iets anders."}}
"""


def test_a_library_may_use_what_stands_in_another(files: dict[str, str]) -> None:
    assert problems_of(files["bibliotheek.yaml"], **{"ander.yaml": OTHER}) == []
    alone = OTHER.replace('uses: {libraries: ["nl.proef.bibliotheek"]}\n', "")
    problems = problems_of(files["bibliotheek.yaml"], **{"ander.yaml": alone})
    assert [problem.place for problem in problems] == ["items.AND01@1.concept", "items.AND01@1.type.scale"]


LOCAL = """\
format: "ceo-def/1"
kind: extension
id: "gm0344.maatwerk"
owner: "gm0344"
version: 1
title: "Proef in Utrecht"
extends: "nl.proef.kern@3"
items:
  gm0344.BUU01@1: {concept: local, title: "Buurt", type: {scale: "eens5@1"}, reference_period: "now",
    text: {stem: "Het is hier fijn."}, disclosure: {quasi_identifier: false}}
"""


@pytest.mark.parametrize(
    ("old", "new", "problems"),
    [
        ("", "", []),
        ("{quasi_identifier: false}", "{quasi_identifier: true}", []),
        (", disclosure: {quasi_identifier: false}", "", [("D16", "items.gm0344.BUU01@1")]),
        ('"eens5@1"', '"eens6@1"', [("D01", "items.gm0344.BUU01@1.type.scale")]),
    ],
)
def test_what_an_extension_brings_is_checked_like_a_library(
    files: dict[str, str], old: str, new: str, problems: list[tuple[str, str]]
) -> None:
    definitions = read_sources({**files, "lokaal.yaml": LOCAL.replace(old, new)})
    assembly = assemble_extension(definitions.extensions["gm0344.maatwerk@1"], definitions)
    assert isinstance(assembly, Assembly)
    found = list(check_local_shelf(assembly))
    assert [(problem.code, problem.place) for problem in found] == problems
    assert {problem.file for problem in found} <= {"lokaal.yaml"}


def test_a_problem_says_where_it_is_what_is_wrong_and_what_to_do(files: dict[str, str]) -> None:
    (problem,) = problems_of(
        files["bibliotheek.yaml"].replace('concept: "toegang.vinden"', 'concept: "toegang.vindne"')
    )
    assert str(problem) == (
        "bibliotheek.yaml:41: D01 bij items.TOE01@1.concept: Het begrip toegang.vindne bestaat niet. "
        "Bedoelt u toegang.vinden of toegang.wachttijd?"
    )
