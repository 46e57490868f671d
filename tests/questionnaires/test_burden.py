"""Checks of what a questionnaire asks of people's time and reading."""

from __future__ import annotations

from questionnaires.checks.burden import MAX_WORDS, check_burden
from questionnaires.checks.definitions import Candidate, assemble
from questionnaires.problems import Problem
from questionnaires.resolving import Assembly, resolve
from questionnaires.sources import Definitions, read_sources, shipped_sources

EXTENSION = """\
format: "ceo-def/1"
kind: extension
id: "gm0344.eigen"
owner: "gm0344"
version: 1
title: "Utrecht"
extends: "nl.proef.kern@3"
items:
  gm0344.BUU01@1: {concept: local, title: "Buurt", type: {scale: "ja_nee@1"}, reference_period: "now",
    text: {stem: "Is het hier fijn?"}, disclosure: {quasi_identifier: false}}
slots:
  lokaal:
    - id: buurt
      items: [gm0344.BUU01@1]
"""
SLOT = "slots: {lokaal: {max_items: 9, max_minutes: 9, types: [scale]}}\ncalculations:\n"


def check(files: dict[str, str], name: str = "nl.proef.kern@3") -> list[Problem]:
    definitions = read_sources(files)
    assert definitions.problems == []
    return check_part(definitions, name)


def check_part(definitions: Definitions, name: str) -> list[Problem]:
    assembly = assemble({**definitions.modules, **definitions.extensions}[name], definitions)
    assert isinstance(assembly, Assembly)
    found = list(check_burden(Candidate(assembly, resolve(assembly, definitions), definitions)))
    assert all(problem.code == "D15" and problem.warning for problem in found)
    return found


def with_slot(files: dict[str, str], stem: str = "Is het hier fijn?") -> dict[str, str]:
    module = files["kern.yaml"].replace("calculations:\n", "  - slot: lokaal\n" + SLOT, 1)
    return {**files, "kern.yaml": module, "eigen.yaml": EXTENSION.replace("Is het hier fijn?", stem)}


def test_a_short_and_plain_questionnaire_draws_no_warning(files: dict[str, str]) -> None:
    assert check(files) == []


def test_more_minutes_than_the_limit_draw_a_warning(files: dict[str, str]) -> None:
    files = {**files, "kern.yaml": files["kern.yaml"] + "limits: {minutes: 2}\n"}
    (problem,) = check(files)
    assert problem.place == "limits.minutes"
    assert problem.cause == "nl.proef.kern@3 duurt naar schatting 2,3 minuten, en de grens is 2."
    assert check({**files, "kern.yaml": files["kern.yaml"].replace("minutes: 2", "minutes: 3")}) == []


def test_what_an_extension_adds_does_not_count_for_the_core(files: dict[str, str]) -> None:
    extended = with_slot(files)
    extended["kern.yaml"] += "limits: {minutes: 3}\n"
    extended["eigen.yaml"] += "".join(f"    - {{id: buurt{n}, items: [gm0344.BUU01@1]}}\n" for n in range(9))
    assert check(extended, "gm0344.eigen@1") == []


def test_a_question_that_nobody_reads_in_one_go_draws_a_warning(files: dict[str, str]) -> None:
    for words, problems in ((MAX_WORDS, 0), (MAX_WORDS + 1, 1)):
        stem = " ".join(["hulp"] * words) + "?"
        found = check({**files, "bibliotheek.yaml": files["bibliotheek.yaml"].replace("Was er een gesprek?", stem)})
        assert [problem.place for problem in found] == ["pages[0].items[0]"] * problems


def test_a_long_local_question_is_told_in_the_extension(files: dict[str, str]) -> None:
    (problem,) = check(with_slot(files, "Is het fijn om te wonen " + "en te werken " * 10 + "hier?"), "gm0344.eigen@1")
    assert (problem.file, problem.place) == ("eigen.yaml", "items.gm0344.BUU01@1.text.stem")


HARD = "Beschikte u over voldoende informatie betreffende ondersteuningsvoorzieningen?"


def test_hard_words_draw_a_warning_that_names_the_hardest_questions(files: dict[str, str]) -> None:
    library = files["bibliotheek.yaml"]
    for stem in ("Was er een gesprek?", "Ik vond de goede plek.", "Welke hulp kreeg u?", "Ik regel mijn eigen dag."):
        library = library.replace(stem, HARD.replace("Beschikte", f"Beschikte {stem[:3].strip()}"))
    (problem,) = check({**files, "bibliotheek.yaml": library})
    assert problem.place == "pages"
    assert problem.cure == "Kies kortere woorden, eerst bij GES01, EFF01, PRO01."


def test_a_few_words_are_too_little_to_judge_how_they_read(files: dict[str, str]) -> None:
    assert check(with_slot(files, HARD), "gm0344.eigen@1") == []
    hard = f"{', '.join([HARD[:-1]] * 4)} in Utrecht?"  # 30 words
    (problem,) = check(with_slot(files, hard), "gm0344.eigen@1")
    assert (problem.file, problem.place) == ("eigen.yaml", "items")


def test_the_shipped_questions_are_short_and_plain_but_for_one_long_name() -> None:
    shipped = shipped_sources()
    found = {problem.file for name in shipped.modules for problem in check_part(shipped, name)}
    assert found <= {"vragenlijsten/onafhankelijke-ondersteuning-1.yaml"}  # cliëntondersteuner
