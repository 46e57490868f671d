"""A short questionnaire in which one answer decides whether another question is asked."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from questionnaires.loading import load_questionnaire
from questionnaires.questionnaire import Questionnaire

_LIBRARY: Final = """\
format: "ceo-def/1"
kind: library
id: "nl.vensters.vragen"
source_language: "nl"
concepts:
  "toegang.hulp": {domain: toegang, definition: "Of iemand hulp kreeg"}
  "profiel.hulp": {domain: profiel, definition: "Soort hulp"}
  "kwaliteit.hulp": {domain: kwaliteit, definition: "Hoe de hulp was"}
scales:
  ja_nee@1:
    type: nominal
    codes: [{code: ja, text: "Ja"}, {code: nee, text: "Nee"}]
items:
  HUL01@1: {concept: "toegang.hulp", title: "Hulp", type: {scale: "ja_nee@1"}, reference_period: "P12M",
    text: {stem: "Kreeg u hulp?", stem_easy: "Hulp?"}}
  WOO01@1: {concept: "profiel.hulp", title: "Woord", type: {text: {max_chars: 60}}, reference_period: "P12M",
    text: {stem: "Welke hulp was dat?", stem_easy: "Welke hulp?"}}
  CIJ01@1: {concept: "kwaliteit.hulp", title: "Cijfer", type: {integer: {min: 1, max: 3, unit: "punt"}}, reference_period: "P12M",
    text: {stem: "Welk cijfer geeft u?", stem_easy: "Welk cijfer?"}}
"""
_MODULE: Final = """\
format: "ceo-def/1"
kind: module
id: "nl.vensters.web"
version: 1
title: "Vensters"
role: core
uses: {libraries: ["nl.vensters.vragen"]}
languages: [nl]
registers: [standard, easy]
pages:
  - id: hulp
    items: [HUL01@1]
  - id: woord
    show_if: {eq: [{answer: HUL01}, {code: ja}]}
    when_unknown: hide
    items: [WOO01@1]
  - id: cijfer
    items: [CIJ01@1]
"""

# The pages in order with their item, and what can be filled in there.
PAGES: Final = {"hulp": "HUL01", "woord": "WOO01", "cijfer": "CIJ01"}
CHOICES: Final = {"HUL01": ("ja", "nee"), "CIJ01": ("1", "2", "3")}


@cache
def asked() -> Questionnaire:
    """Return the questionnaire."""
    found = load_questionnaire({"vragen.yaml": _LIBRARY, "vensters.yaml": _MODULE})
    assert isinstance(found, Questionnaire), [str(problem) for problem in found]
    return found


def stored(item: str, value: str | None) -> dict[str, Any]:
    """Return how an answer is kept; None is a question that was skipped."""
    if value is None:
        return {"version": 1, "missing": "skipped"}
    return {"version": 1, "value": int(value) if item == "CIJ01" else value}


def on_path(answers: dict[str, dict[str, Any]]) -> list[str]:
    """Return the items that are asked, given the answers."""
    helped = answers.get("HUL01", {}).get("value") == "ja"
    return ["HUL01", *(["WOO01"] if helped else []), "CIJ01"]


def sealed(answers: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return what is sent: the answers to what is asked; what was answered before that is dropped."""
    asked_for = on_path(answers)
    return {
        item: answers[item] if item in asked_for else {"version": 1, "missing": "not_asked"} for item in PAGES.values()
    }
