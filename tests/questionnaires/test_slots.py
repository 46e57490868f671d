"""Checks of what optional modules and extensions add to a core."""

from __future__ import annotations

import pytest

from questionnaires.checks.definitions import assemble
from questionnaires.checks.slots import check_slots
from questionnaires.resolving import Assembly, Part
from questionnaires.sources import Definitions, read_sources

LIBRARY = """\
format: "ceo-def/1"
kind: library
id: "nl.proef.bibliotheek"
source_language: "nl"
concepts: {"kwaliteit.tijd": {domain: kwaliteit, definition: "Genoeg tijd"}}
scales:
  eens@1: {type: nominal, codes: [{code: eens, text: "Eens"}, {code: oneens, text: "Oneens"}]}
items:
  KWA01@1: {concept: "kwaliteit.tijd", title: "Tijd", type: {scale: "eens@1"}, reference_period: "now",
    text: {stem: "Bij {loket} was genoeg tijd."}, params: [loket]}
  MAN01@1: {concept: "kwaliteit.tijd", title: "Tijd", type: {scale: "eens@1"}, reference_period: "now",
    text: {stem: "Ik houd tijd over."}}
"""
CORE = """\
format: "ceo-def/1"
kind: module
id: "nl.proef.kern"
version: 1
title: "Kern"
role: core
uses: {libraries: ["nl.proef.bibliotheek"]}
params: {loket: {type: noun_phrase, max_chars: 12, default: "de gemeente"}}
pages:
  - id: tijd
    items: [KWA01@1]
  - slot: landelijk
  - slot: lokaal
slots:
  landelijk: {modules: ["nl.proef.zorg"], max_minutes: 2}
  lokaal: {max_items: 2, max_minutes: 1, types: [scale, text]}
"""
OPTIONAL = """\
format: "ceo-def/1"
kind: module
id: "nl.proef.zorg"
version: 1
title: "Zorg"
role: optional
uses: {libraries: ["nl.proef.bibliotheek"]}
pages:
  - id: zorg
    items: [MAN01@1]
"""
EXTENSION = """\
format: "ceo-def/1"
kind: extension
id: "gm0344.eigen"
owner: "gm0344"
version: 1
title: "Utrecht"
extends: "nl.proef.kern@1"
modules: {landelijk: ["nl.proef.zorg@1"]}
params: {loket: "het loket"}
items:
  gm0344.BUU01@1: {concept: local, title: "Buurt", type: {scale: "eens@1"}, reference_period: "now",
    text: {stem: "Het is hier fijn."}, disclosure: {quasi_identifier: false}}
slots:
  lokaal:
    - id: buurt
      items: [gm0344.BUU01@1]
"""
REGION = (
    EXTENSION.replace("gm0344", "rg10")
    .replace('modules: {landelijk: ["nl.proef.zorg@1"]}\n', "")
    .replace('params: {loket: "het loket"}\n', "")
)
FILES = {"bibliotheek.yaml": LIBRARY, "kern.yaml": CORE, "zorg.yaml": OPTIONAL, "eigen.yaml": EXTENSION}
INCLUDES = 'includes: ["rg10.eigen@1"]\n'


def sources_of(files: dict[str, str]) -> Definitions:
    definitions = read_sources(files)
    assert definitions.problems == []
    return definitions


def check(part: Part, definitions: Definitions) -> list[tuple[str, str]]:
    assembly = assemble(part, definitions)
    assert isinstance(assembly, Assembly)
    found = list(check_slots(assembly))
    assert all(problem.cause and problem.cure and problem.code == "D09" for problem in found)
    return [(problem.file, problem.place) for problem in found]


def places(extension: str, **others: str) -> list[str]:
    """Return the places of the problems of the extension gm0344.eigen with this text."""
    definitions = sources_of({**FILES, "eigen.yaml": extension, **others})
    found = check(definitions.extensions["gm0344.eigen@1"], definitions)
    assert {file for file, _ in found} <= {"eigen.yaml"}
    return [place for _, place in found]


def changed(old: str, new: str, text: str = EXTENSION) -> str:
    assert old in text, "the change must change something"
    return text.replace(old, new)


def test_an_extension_that_keeps_to_its_slots_has_no_problems() -> None:
    assert places(EXTENSION) == []


SCALE = "scales:\n  {}: {{type: nominal, codes: [{{code: a, text: A}}, {{code: b, text: B}}]}}\nitems:\n"
COMPOSITE = (
    "composites:\n  {}: {{title: B, items: [gm0344.BUU01@1, KWA01@1], min_valid: 1, direction: higher_is_better}}\n"
)


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("landelijk:", "landleijk:", "modules.landleijk"),
        ("  lokaal:", "  lokal:", "slots.lokal"),
        ("loket:", "lokt:", "params.lokt"),
        ("het loket", "het wijkteam x", "params.loket"),
        ("het loket", "het {loket}", "params.loket"),
        ("het loket", "het lo}ket", "params.loket"),
        ("gm0344.BUU01", "BUU01", "items.BUU01@1"),
        ("gm0344.BUU01", "gm0345.BUU01", "items.gm0345.BUU01@1"),
        ("items:\n", SCALE.format("duur@1"), "scales.duur@1"),
        ("items:\n", SCALE.format("eens@2"), "scales.eens@2"),
        ("slots:\n", COMPOSITE.format("buurt@1") + "slots:\n", "composites.buurt@1"),
        ("[gm0344.BUU01@1]", "[MAN01@1]", "slots.lokaal[0].items[0]"),
        ('{scale: "eens@1"}', "{integer: {min: 0, max: 9, unit: week}}", "items.gm0344.BUU01@1.type"),
        ('"nl.proef.kern@1"', '"nl.proef.zorg@1"', "extends"),
        ('id: "gm0344.eigen"', 'id: "gm0345.eigen"', "id"),
    ],
)
def test_an_extension_that_goes_further_is_told(old: str, new: str, place: str) -> None:
    text = changed(old, new)
    definitions = sources_of({**FILES, "eigen.yaml": text})
    (part,) = definitions.extensions.values()
    assert ("eigen.yaml", place) in check(part, definitions)


def test_what_has_the_prefix_of_the_owner_may_be_added() -> None:
    text = changed("items:\n", SCALE.format("gm0344.duur@1"))
    assert places(changed("slots:\n", COMPOSITE.format("gm0344.buurt@1") + "slots:\n", text)) == []


def test_an_own_version_of_a_national_scale_is_not_the_national_scale() -> None:
    definitions = sources_of({**FILES, "eigen.yaml": changed("items:\n", SCALE.format("eens@2"))})
    assembly = assemble(definitions.extensions["gm0344.eigen@1"], definitions)
    assert isinstance(assembly, Assembly)
    (problem,) = check_slots(assembly)
    assert problem.cause == "eens staat al in de bibliotheek nl.proef.bibliotheek."
    assert problem.cure == "Gebruik die, of noem uw eigen versie gm0344.eens."


ITEM = '  gm0344.BUU0{0}@1: {{concept: local, title: B, type: {{scale: "eens@1"}}, reference_period: now, text: {{stem: "Fijn {0}"}}}}\n'
PAGE = "    - id: buurt{0}\n      items: [gm0344.BUU0{0}@1]\n"


def with_items(*numbers: int) -> str:
    items = "".join(ITEM.format(number) for number in numbers)
    return changed("items:\n", "items:\n" + items) + "".join(PAGE.format(number) for number in numbers)


def test_a_slot_has_room_for_so_many_items() -> None:
    assert places(with_items(2)) == []
    assert places(with_items(2, 3)) == ["slots.lokaal"]


def test_items_of_the_region_take_room_too() -> None:
    text = changed("params:", INCLUDES + "params:", with_items(2))
    assert places(text, **{"regio.yaml": REGION}) == ["slots.lokaal"]


def test_who_only_includes_is_told_at_what_is_included() -> None:
    crowded = REGION.replace("items: [rg10.BUU01@1]", "items: [rg10.BUU01@1, rg10.BUU01@1, rg10.BUU01@1]")
    own = EXTENSION.partition("modules:")[0] + INCLUDES
    assert places(own, **{"regio.yaml": crowded}) == ["includes"]


def test_a_slot_without_a_number_of_items_has_a_limit_in_minutes_only() -> None:
    core = changed("max_items: 2, ", "", CORE)
    assert places(with_items(2, 3, 4), **{"kern.yaml": core}) == []
    long = changed("Het is hier fijn.", "Het is hier fijn. " + "Lees dit ook. " * 34, with_items(2, 3, 4))
    assert places(long, **{"kern.yaml": core}) == ["slots.lokaal"]


def test_optional_modules_take_minutes_and_no_items() -> None:
    many = "".join(f"  - id: zorg{number}\n    items: [MAN01@1]\n" for number in range(20))
    assert places(EXTENSION, **{"zorg.yaml": OPTIONAL + many}) == ["modules.landelijk"]
    assert places(EXTENSION, **{"zorg.yaml": OPTIONAL + many, "kern.yaml": changed("utes: 2", "utes: 20", CORE)}) == []


def test_a_slot_takes_only_the_optional_modules_that_it_names() -> None:
    other = changed("nl.proef.zorg", "nl.proef.ander", OPTIONAL)
    chosen = changed("nl.proef.zorg@1", "nl.proef.ander@1")
    assert places(chosen, **{"ander.yaml": other}) == ["modules.landelijk[0]"]
    core = changed("nl.proef.kern", "nl.proef.zorg", CORE)
    assert places(EXTENSION, **{"zorg.yaml": core}) == ["modules.landelijk[0]"]


def test_a_slot_without_types_takes_no_own_items() -> None:
    text = changed("  lokaal:", "  landelijk:")
    assert places(text) == ["items.gm0344.BUU01@1.type"]


def test_a_slot_that_is_not_described_is_left_to_other_checks() -> None:
    core = CORE.partition("  lokaal: {")[0]
    assert places(EXTENSION, **{"kern.yaml": core}) == ["slots.lokaal"]


@pytest.mark.parametrize(
    ("old", "new", "problems"),
    [
        ("", "", []),
        ("rg10", "gm0355", ["includes[0]"]),
        ("nl.proef.kern@1", "nl.proef.kern@2", ["includes[0]"]),
        ('title: "Utrecht"', 'title: "Regio"\nincludes: ["gm0344.eigen@1"]', ["includes[0]"]),
    ],
)
def test_an_extension_may_include_those_of_its_region_for_the_same_core(
    old: str, new: str, problems: list[str]
) -> None:
    region = REGION.replace(old, new)
    owner = "gm0355" if new == "gm0355" else "rg10"
    text = changed("params:", f'includes: ["{owner}.eigen@1"]\nparams:')
    kern2 = CORE.replace("version: 1", "version: 2")
    assert places(text, **{"regio.yaml": region, "kern2.yaml": kern2}) == problems


@pytest.mark.parametrize(
    ("old", "new", "places"),
    [
        ("", "", []),
        ("pages:", "params: {loket: {type: noun_phrase, max_chars: 9, default: hier}}\npages:", ["params"]),
        ("pages:", "slots: {lokaal: {max_minutes: 1}}\npages:", ["slots"]),
        ("pages:", 'sample: {soort: {type: {scale: "eens@1"}}}\npages:', ["sample"]),
    ],
)
def test_an_optional_module_stands_by_itself(old: str, new: str, places: list[str]) -> None:
    definitions = sources_of({**FILES, "zorg.yaml": OPTIONAL.replace(old, new)})
    assert check(definitions.modules["nl.proef.zorg@1"], definitions) == [("zorg.yaml", place) for place in places]
    assert check(definitions.modules["nl.proef.kern@1"], definitions) == []


def test_a_local_item_that_measures_what_the_core_measures_draws_a_warning() -> None:
    definitions = sources_of({**FILES, "eigen.yaml": changed("concept: local", 'concept: "kwaliteit.tijd"')})
    assembly = assemble(definitions.extensions["gm0344.eigen@1"], definitions)
    assert isinstance(assembly, Assembly)
    (problem,) = check_slots(assembly)
    assert (problem.place, problem.warning) == ("items.gm0344.BUU01@1.concept", True)
    assert "KWA01" in problem.cause
