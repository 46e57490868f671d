"""A questionnaire with every kind of question, in Dutch and Arabic, standard and easy."""

from __future__ import annotations

from functools import cache

import yaml

from questionnaires.loading import load_questionnaire
from questionnaires.questionnaire import Questionnaire
from questionnaires.sources import read_sources
from questionnaires.texts import gaps_in, hash_text, source_texts

LIBRARY = """\
format: "ceo-def/1"
kind: library
id: "nl.proef.vragen"
source_language: "nl"
concepts:
  "toegang.gesprek": {domain: toegang, definition: "Of er een gesprek was"}
  "toegang.wachten": {domain: toegang, definition: "Hoe lang iemand wachtte"}
  "kwaliteit.aandacht": {domain: kwaliteit, definition: "Aandacht van de hulpverlener"}
  "profiel.hulp": {domain: profiel, definition: "Soort hulp"}
scales:
  ja_nee@1:
    type: nominal
    codes: [{code: ja, text: "Ja"}, {code: nee, text: "Nee"}]
    missing: [{code: weet_niet, text: "Weet ik niet", reason: dont_know}]
  hulp@1:
    type: nominal
    codes:
      - {code: huishouden, text: "Huishouden", inline: "de hulp in huis"}
      - {code: vervoer, text: "Vervoer", inline: "het vervoer"}
items:
  PRA01@1: {concept: "toegang.gesprek", title: "Gesprek", type: {scale: "ja_nee@1"}, reference_period: "P12M", params: [loket],
    text: {stem: "Had u een gesprek met {loket}?", stem_easy: "Sprak u met {loket}?", help: "Bellen telt ook.", help_easy: "Ook bellen."}}
  PRB01@1: {concept: "profiel.hulp", title: "Soort hulp", type: {scale: "hulp@1"}, reference_period: "P12M",
    text: {stem: "Welke hulp kreeg u?", stem_easy: "Welke hulp?"}}
  PRC01@1: {concept: "toegang.wachten", title: "Weken", type: {integer: {min: 0, max: 104, unit: "weken"}}, reference_period: "P12M",
    text: {stem: "Hoe lang wachtte u?", stem_easy: "Hoe lang?"},
    soft_checks: [{id: lang, when: {gt: [{answer: PRC01}, 52]}, ask: "Wachtte u langer dan een jaar?", ask_easy: "Langer dan een jaar?"}]}
  PRD01@1: {concept: "toegang.wachten", title: "Begin", reference_period: "P12M",
    type: {date: {earliest: "2020-01-01", latest: "2026-12-31"}},
    text: {stem: "Wanneer begon {hulp}?", stem_easy: "Wanneer startte {hulp}?"},
    pipes: {hulp: {answer: PRB01, fallback: "uw hulp", fallback_easy: "uw hulp"}}}
  PRE01@1: {concept: "profiel.hulp", title: "Eigen woord", type: {text: {max_chars: 20}}, reference_period: "P12M",
    text: {stem: "Hoe noemt u uw hulp?", stem_easy: "Hoe heet de hulp?"}}
  PRF01@1: {concept: "kwaliteit.aandacht", title: "Tijd", type: {scale: "ja_nee@1"}, reference_period: "P12M",
    text: {stem: "Was er genoeg tijd?", stem_easy: "Genoeg tijd?"}}
  PRF02@1: {concept: "kwaliteit.aandacht", title: "Cijfer", type: {integer: {min: 1, max: 10, unit: "punt"}}, reference_period: "P12M",
    text: {stem: "Welk cijfer geeft u?", stem_easy: "Welk cijfer?"}}
"""
MODULE = """\
format: "ceo-def/1"
kind: module
id: "nl.proef.web"
version: {version}
title: "Proef met alle vragen"
role: core
uses: {{libraries: ["nl.proef.vragen"]}}
languages: [nl, ar]
registers: [standard, easy]
params: {{loket: {{type: noun_phrase, max_chars: 40, default: "het loket"}}}}
pages:
  - id: gesprek
    items: [PRA01@1]
  - id: hulp
    items: [PRB01@1]
  - id: wachten
    title: "Wachten op hulp"
    items: [PRC01@1]
  - id: begin
    items: [PRD01@1]
  - id: woord
    items: [PRE01@1]
{shared}
themes: {{access: [PRA01, PRC01], quality: [PRF01]}}
"""
APART = """\
  - id: tijd
    items: [PRF01@1]
  - id: cijfer
    items: [PRF02@1]
"""
TOGETHER = """\
  - id: samen
    title: "De hulp zelf"
    items: [PRF01@1, PRF02@1]
"""


@cache
def trial(*, together: bool = False) -> Questionnaire:
    """Return the questionnaire: every question on a page of its own, or the last two on one page."""
    module = MODULE.format(version=2 if together else 1, shared=TOGETHER if together else APART)
    files = {"vragen.yaml": LIBRARY, "proef.yaml": module}
    read = read_sources(files)
    for name, source in {**read.libraries, **read.modules}.items():
        files[f"ar-{name}.yaml"] = _arabic(name, source_texts(source.content))
    found = load_questionnaire(files)
    assert isinstance(found, Questionnaire), [str(problem) for problem in found]
    assert found.languages == ("nl", "ar")
    return found


def arabic(dutch: str) -> str:
    """Return what stands for the Arabic of a Dutch text: a word that is Arabic, the text itself, and its gaps once."""
    words = dutch
    for gap in gaps_in(dutch):
        words = words.replace(f"{{{gap}}}", "")
    return " ".join(["نص", *(f"{{{gap}}}" for gap in gaps_in(dutch)), f"[{words.strip()}]"])


def _arabic(of: str, texts: dict[str, str]) -> str:
    entries = {key: {"source_hash": hash_text(text), "text": arabic(text)} for key, text in texts.items()}
    head = {"format": "ceo-def/1", "kind": "texts", "language": "ar", "of": of, "status": "draft"}
    written: str = yaml.safe_dump({**head, "entries": entries}, allow_unicode=True, default_style='"', sort_keys=False)
    return written
