from __future__ import annotations

import pytest

from questionnaires.loading import load_questionnaire, load_shipped
from questionnaires.questionnaire import Questionnaire

LIBRARY = """\
format: "ceo-def/1"
kind: library
id: "nl.proef.bibliotheek"
source_language: "nl"
concepts:
  "toegang.contact": {domain: toegang, definition: "Of er een gesprek is geweest"}
  "toegang.vinden": {domain: toegang, definition: "Of iemand de ingang vond"}
  "toegang.wachttijd": {domain: toegang, definition: "Tijd tot het eerste gesprek"}
  "profiel.soort_hulp": {domain: profiel, definition: "Hulp die is gekregen"}
  "kwaliteit.bejegening": {domain: kwaliteit, definition: "Serieus genomen worden"}
  "effect.zelf_doen": {domain: effect, definition: "Regie over de dag"}
  "verhaal.ervaring": {domain: verhaal, definition: "Ervaring in eigen woorden"}
scales:
  eens5@1:
    type: ordinal
    codes:
      - {code: helemaal_eens, text: "Helemaal eens", value: 5, stance: positive}
      - {code: eens, text: "Eens", value: 4, stance: positive}
      - {code: tussenin, text: "Tussenin", value: 3, stance: neutral}
      - {code: oneens, text: "Oneens", value: 2, stance: negative}
      - {code: helemaal_oneens, text: "Helemaal oneens", value: 1, stance: negative}
    missing:
      - {code: weet_niet, text: "Weet ik niet", reason: dont_know}
      - {code: nvt, text: "Niet van toepassing", reason: not_applicable}
    score: {map: linear_0_100}
  ja_nee@1:
    type: nominal
    codes: [{code: ja, text: "Ja"}, {code: nee, text: "Nee"}]
    missing: [{code: weet_niet, text: "Weet ik niet", reason: dont_know}]
  soort_hulp@1:
    type: multi
    codes:
      - {code: huishouden, text: "Huishouden"}
      - {code: begeleiding, text: "Begeleiding"}
      - {code: hulpmiddel, text: "Hulpmiddel"}
    exclusive: [{code: geen, text: "Geen hulp"}]
    missing: [{code: weet_niet, text: "Weet ik niet", reason: dont_know}]
items:
  GES01@1: {concept: "toegang.contact", title: "Gesprek", type: {scale: "ja_nee@1"},
    reference_period: "P12M", text: {stem: "Was er een gesprek?"}}
  TOE01@1: {concept: "toegang.vinden", title: "Goede plek", type: {scale: "eens5@1"},
    reference_period: "P12M", text: {stem: "Ik vond de goede plek."}}
  TOE02@1: {concept: "toegang.wachttijd", title: "Weken", type: {integer: {min: 0, max: 104, unit: "week"}},
    reference_period: "P12M", text: {stem: "Na hoeveel weken was het gesprek?"}}
  PRO01@1: {concept: "profiel.soort_hulp", title: "Hulp", type: {scale: "soort_hulp@1"},
    reference_period: "P12M", text: {stem: "Welke hulp kreeg u?"}}
  KWA01@2: {concept: "kwaliteit.bejegening", title: "Serieus", type: {scale: "eens5@1"},
    reference_period: "P12M", text: {stem: "De medewerker nam mij serieus."}}
  EFF01@1: {concept: "effect.zelf_doen", title: "Regie", type: {scale: "eens5@1"},
    reference_period: "now", text: {stem: "Ik regel mijn eigen dag."}}
  VER01@1: {concept: "verhaal.ervaring", title: "Verhaal", type: {narrative: {max_chars: 30}},
    reference_period: "P12M", text: {stem: "Wat wilt u vertellen?"},
    consent: {ask: after, scopes: [leren_intern], default: none}}
composites:
  ervaring@1: {title: "Ervaring", theme: quality, items: [TOE01@1, KWA01@2, EFF01@1], min_valid: 2, direction: higher_is_better}
"""
MODULE = """\
format: "ceo-def/1"
kind: module
id: "nl.proef.kern"
version: 3
title: "Proef"
role: core
uses: {libraries: ["nl.proef.bibliotheek"]}
pages:
  - id: start
    items: [GES01@1]
  - id: wachten
    show_if: {eq: [{answer: GES01}, {code: ja}]}
    when_unknown: hide
    items: [TOE01@1, TOE02@1]
  - id: hulp
    items: [PRO01@1]
  - id: contact
    show_if:
      all:
        - {eq: [{answer: GES01}, {code: ja}]}
        - {not: {includes: [{answer: PRO01}, {code: geen}]}}
    when_unknown: show
    items: [KWA01@2]
  - id: effect
    show_if: {ge: [{count_selected: {answer: PRO01}}, 1]}
    when_unknown: show
    items: [EFF01@1]
  - id: verhaal
    items: [VER01@1]
calculations:
  lang_gewacht: {type: bool, expr: {gt: [{answer: TOE02}, 6]}}
  score_ervaring: {type: decimal, expr: {mean: {of: [TOE01, KWA01, EFF01], as: score, min_valid: 2}}}
themes: {access: [TOE01, TOE02], quality: [KWA01], effect: [EFF01]}
composites: [ervaring@1]
breakdowns: [GES01]
"""


def loaded(files: dict[str, str]) -> Questionnaire:
    found = load_questionnaire(files)
    assert isinstance(found, Questionnaire), [str(problem) for problem in found]
    return found


@pytest.fixture(scope="session")
def files() -> dict[str, str]:
    """A library and a module: the worked example of the format, as far as it is built."""
    return {"bibliotheek.yaml": LIBRARY, "kern.yaml": MODULE}


@pytest.fixture(scope="session")
def worked(files: dict[str, str]) -> Questionnaire:
    return loaded(files)


@pytest.fixture(scope="session")
def wmo() -> Questionnaire:
    return load_shipped("wmo@1")
