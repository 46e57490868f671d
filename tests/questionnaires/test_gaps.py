"""Checks of the gaps in texts: local names and earlier answers."""

from __future__ import annotations

import pytest

from questionnaires.checks.definitions import assemble
from questionnaires.checks.gaps import check_gaps
from questionnaires.checks.library import check_libraries
from questionnaires.problems import Problem
from questionnaires.resolving import Assembly
from questionnaires.sources import Definitions, read_sources

LIBRARY = """\
format: "ceo-def/1"
kind: library
id: "nl.proef.bibliotheek"
source_language: "nl"
concepts: {"toegang.hulp": {domain: toegang, definition: "Hulp"}}
scales:
  hulp@1:
    type: nominal
    codes: [{code: huis, text: "Thuis", inline: "thuis"}, {code: weg, text: "Buiten", inline: "buiten de deur"}]
    missing: [{code: weet_niet, text: "Weet ik niet", reason: dont_know}]
  soorten@1: {type: multi, codes: [{code: huis, text: "Thuis"}, {code: weg, text: "Buiten"}]}
items:
  HUL01@1: {concept: "toegang.hulp", title: "Hulp", type: {scale: "hulp@1"}, reference_period: "now",
    text: {stem: "Waar krijgt u hulp?"}}
  HUL02@1: {concept: "toegang.hulp", title: "Hulp", type: {scale: "soorten@1"}, reference_period: "now",
    text: {stem: "Welke hulp krijgt u?"}}
  WEK01@1: {concept: "toegang.hulp", title: "Weken", type: {integer: {min: 0, max: 9, unit: "weken"}}, reference_period: "now",
    text: {stem: "Hoe lang?"}}
  DAG01@1: {concept: "toegang.hulp", title: "Dag", type: {date: {}}, reference_period: "now", text: {stem: "Wanneer?"}}
  TXT01@1: {concept: "toegang.hulp", title: "Naam", type: {text: {max_chars: 9}}, reference_period: "now", text: {stem: "Wie?"}}
  LOK01@1: {concept: "toegang.hulp", title: "Loket", type: {scale: "hulp@1"}, reference_period: "now",
    text: {stem: "Was {loket} er?", help: "Het gaat om {loket}."}, params: [loket]}
  TER01@1: {concept: "toegang.hulp", title: "Terug", type: {scale: "hulp@1"}, reference_period: "now",
    text: {stem: "Is hulp {hulp} goed?"}, pipes: {hulp: {answer: HUL01, fallback: "overal"}}}
"""
MODULE = """\
format: "ceo-def/1"
kind: module
id: "nl.proef.kern"
version: 1
title: "Kern bij {loket}"
role: core
uses: {libraries: ["nl.proef.bibliotheek"]}
params: {loket: {type: noun_phrase, max_chars: 12, default: "de gemeente"}}
pages:
  - id: hulp
    items: [HUL01@1, HUL02@1, WEK01@1, DAG01@1, TXT01@1]
  - id: loket
    title: "Over {loket}"
    items: [LOK01@1]
  - id: terug
    items: [TER01@1]
"""


def changed(text: str, *changes: tuple[str, str]) -> str:
    for old, new in changes:
        assert old in text, f"the change must change something: {old}"
        text = text.replace(old, new)
    return text


def read(library: str = LIBRARY, module: str = MODULE, **others: str) -> Definitions:
    definitions = read_sources({"bibliotheek.yaml": library, "kern.yaml": module, **others})
    assert definitions.problems == []
    return definitions


def in_module(definitions: Definitions, name: str = "nl.proef.kern@1") -> list[Problem]:
    assembly = assemble({**definitions.modules, **definitions.extensions}[name], definitions)
    assert isinstance(assembly, Assembly)
    return list(check_gaps(assembly))


def told(problems: list[Problem]) -> list[tuple[str, str]]:
    assert all(problem.cause and problem.cure for problem in problems)
    return [(problem.code, problem.place) for problem in problems]


def test_gaps_that_are_filled_are_no_problem() -> None:
    assert told(list(check_libraries(read()))) == []
    assert told(in_module(read())) == []


STEM = "items.HUL01@1.text.stem"
SOFT = ', soft_checks: [{{id: a, when: true, ask: "Echt?", ask_easy: "{}"}}]}}'


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("Waar krijgt u hulp?", "Waar krijgt u {hulp}?", STEM),
        ("Waar krijgt u hulp?", "Waar krijgt u {hulp?", STEM),
        ("Waar krijgt u hulp?", "Waar krijgt u hulp}?", STEM),
        ("Was {loket} er?", "Was {lokt} er?", "items.LOK01@1.text.stem"),
        ('"Was {loket} er?"', '"Was {loket} er?", stem_easy: "{lokt}?"', "items.LOK01@1.text.stem_easy"),
        ('help: "Het gaat om {loket}."', 'help: "Het gaat om {lokt}."', "items.LOK01@1.text.help"),
        ('help: "', 'help_easy: "{lokt}", help: "', "items.LOK01@1.text.help_easy"),
        ("params: [loket]}", "params: [loket]" + SOFT.format("Bij {lokt}?"), "items.LOK01@1.soft_checks[0].ask_easy"),
        ('fallback: "overal"', 'fallback: "bij {loket}"', "items.TER01@1.pipes.hulp.fallback"),
        ('"overal"}', '"overal", fallback_easy: "{hulp}"}', "items.TER01@1.pipes.hulp.fallback_easy"),
        ('unit: "weken"', 'unit: "{loket}"', "items.WEK01@1.type.integer.unit"),
        ('text: "Buiten", inline', 'text: "Bij {loket}", inline', "scales.hulp@1"),
        ('inline: "thuis"', 'inline: "bij {loket}"', "scales.hulp@1"),
        ("Is hulp {hulp} goed?", "Is hulp goed?", "items.TER01@1.pipes"),
        ("params: [loket]", "params: [loket, naam]", "items.LOK01@1.params"),
    ],
)
def test_a_gap_of_an_item_that_is_not_filled_or_a_filling_without_a_gap_is_told(old: str, new: str, place: str) -> None:
    assert told(list(check_libraries(read(changed(LIBRARY, (old, new)))))) == [("D01", place)]


def test_a_soft_check_may_repeat_an_answer() -> None:
    for soft in (SOFT.format("Bij {loket}?"), ', soft_checks: [{id: a, when: true, ask: "Bij {loket}?"}]}'):
        text = changed(LIBRARY, ("params: [loket]}", "params: [loket]" + soft))
        assert told(list(check_libraries(read(text)))) == []


def test_what_stands_for_an_unknown_answer_may_hold_a_local_name() -> None:
    text = changed(LIBRARY, ('fallback: "overal"}}', 'fallback: "bij {loket}"}}, params: [loket]'))
    assert told(list(check_libraries(read(text)))) == []


def test_the_cure_names_what_can_be_filled() -> None:
    (problem,) = check_libraries(read(changed(LIBRARY, ("Was {loket} er?", "Was {lokt} er?"))))
    assert problem.cure == "Bedoelt u loket?"


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("Kern bij {loket}", "Kern bij {lokt}", "title"),
        ("Over {loket}", "Over {lokt}", "pages[1].title"),
        ('"de gemeente"', '"de {gemeente}"', "params.loket.default"),
        ("loket: {type", "wijk: {type: noun_phrase, max_chars: 9, default: hier}, loket: {type", "params.wijk"),
    ],
)
def test_a_gap_of_a_module_that_is_not_filled_is_told(old: str, new: str, place: str) -> None:
    assert told(in_module(read(module=changed(MODULE, (old, new))))) == [("D01", place)]


@pytest.mark.parametrize("kept", ["Kern bij {loket}", "Over {loket}", "[LOK01@1]"])
def test_a_param_is_used_in_a_title_or_in_an_item(kept: str) -> None:
    texts = {"Kern bij {loket}": "Kern", "Over {loket}": "Over ons", "[LOK01@1]": "[HUL09@1]"}
    module = changed(MODULE, *((old, new) for old, new in texts.items() if old != kept))
    assert told(in_module(read(module=module))) == []


def test_an_item_uses_only_params_that_the_module_has() -> None:
    without = changed(
        MODULE,
        ('params: {loket: {type: noun_phrase, max_chars: 12, default: "de gemeente"}}\n', ""),
        (" bij {loket}", ""),
        ("Over {loket}", "Over ons"),
    )
    assert told(in_module(read(module=without))) == [("D01", "pages[1].items[0]")]
    other = changed(MODULE, ("params: {loket:", "params: {lokt:"), (" bij {loket}", ""), ("Over {loket}", "{lokt}"))
    (problem,) = in_module(read(module=other))
    assert (problem.code, problem.cure) == ("D01", "Bedoelt u lokt?")


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("HUL01", ""),
        ("WEK01", ""),
        ("HUL02", "D11"),
        ("DAG01", "D11"),
        ("TXT01", "D11"),
        ("HUL09", "D01"),
        ("TER01", "D11"),
    ],
)
def test_only_a_choice_or_a_number_of_an_earlier_page_can_be_repeated(source: str, code: str) -> None:
    problems = in_module(read(changed(LIBRARY, ("answer: HUL01", f"answer: {source}"))))
    assert told(problems) == ([(code, "pages[2].items[0]")] if code else [])


def test_an_answer_of_the_same_page_is_not_there_yet() -> None:
    module = changed(MODULE, ("  - id: terug\n    items: [TER01@1]\n", ""), ("[HUL01@1,", "[HUL01@1, TER01@1,"))
    (problem,) = in_module(read(module=module))
    assert (problem.code, problem.place) == ("D11", "pages[0].items[1]")
    assert "niet op een eerdere pagina" in problem.cause


def test_every_code_of_a_repeated_answer_reads_inside_a_sentence() -> None:
    (problem,) = in_module(read(changed(LIBRARY, (', inline: "buiten de deur"', ""))))
    assert problem.code == "D11"
    assert "weg" in problem.cause


def test_a_scale_that_is_not_there_is_told_elsewhere() -> None:
    library = changed(LIBRARY, ('title: "Hulp", type: {scale: "hulp@1"}', 'title: "Hulp", type: {scale: "hulp@2"}'))
    assert told(in_module(read(library))) == []


@pytest.mark.parametrize("item", ["HUL01@1: {", "TER01@1: {"])
def test_an_item_for_before_and_after_repeats_nothing_and_is_not_repeated(item: str) -> None:
    (problem,) = in_module(read(changed(LIBRARY, (item, item + "role: effect, "))))
    assert (problem.code, problem.place) == ("D11", "pages[2].items[0]")


def test_a_pipe_does_not_have_the_name_of_a_param() -> None:
    library = changed(LIBRARY, ("Is hulp {hulp} goed?", "Is hulp {loket} goed?"), ("pipes: {hulp:", "pipes: {loket:"))
    assert told(in_module(read(library))) == [("D11", "pages[2].items[0]")]


LOCAL = """\
format: "ceo-def/1"
kind: extension
id: "gm0344.eigen"
owner: "gm0344"
version: 1
title: "Utrecht, {loket}"
extends: "nl.proef.kern@1"
items:
  gm0344.BUU01@1: {concept: local, title: "Buurt", type: {scale: "hulp@1"}, reference_period: "now",
    text: {stem: "Is {loket} {hulp}?"}, params: [loket], pipes: {hulp: {answer: HUL01, fallback: "er"}},
    disclosure: {quasi_identifier: false}}
slots:
  lokaal:
    - id: buurt
      title: "De buurt van {loket}"
      items: [gm0344.BUU01@1]
"""
WITH_SLOT = MODULE + "  - slot: lokaal\nslots: {lokaal: {max_items: 2, max_minutes: 1, types: [scale]}}\n"


@pytest.mark.parametrize(
    ("old", "new", "problems"),
    [
        ("Utrecht", "Utrecht", []),
        ("Utrecht, {loket}", "Utrecht, {wijk}", [("D01", "title")]),
        ("van {loket}", "van {wijk}", [("D01", "slots.lokaal[0].title")]),
        ("params: [loket]", "params: [loket, wijk]", [("D01", "items.gm0344.BUU01@1.params")]),
        ("answer: HUL01", "answer: HUL02", [("D11", "items.gm0344.BUU01@1.pipes.hulp")]),
    ],
)
def test_a_local_text_may_use_the_params_and_answers_of_the_core(
    old: str, new: str, problems: list[tuple[str, str]]
) -> None:
    definitions = read(module=WITH_SLOT, **{"eigen.yaml": changed(LOCAL, (old, new))})
    assert told(in_module(definitions, "gm0344.eigen@1")) == problems


def test_an_optional_module_has_no_params_to_use() -> None:
    optional = changed(
        MODULE,
        ("nl.proef.kern", "nl.proef.keuze"),
        ("role: core", "role: optional"),
        ('params: {loket: {type: noun_phrase, max_chars: 12, default: "de gemeente"}}\n', ""),
        ("bij {loket}", "zonder"),
        ("Over {loket}", "Over ons"),
    )
    core = changed(
        WITH_SLOT, ("[HUL01@1, HUL02@1, WEK01@1, DAG01@1, TXT01@1]", "[LOK01@1]"), ("  - id: loket\n", "  - id: x\n")
    )
    core = core.replace("types: [scale]", 'modules: ["nl.proef.keuze"]')
    chooses = LOCAL.partition("items:")[0] + 'modules: {lokaal: ["nl.proef.keuze@1"]}\n'
    definitions = read(module=core, **{"keuze.yaml": optional, "eigen.yaml": chooses})
    found = in_module(definitions, "gm0344.eigen@1")
    assert [(one.file, one.place) for one in found if one.code == "D01"] == [("keuze.yaml", "pages[1].items[0]")]
