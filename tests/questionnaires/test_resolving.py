"""A core with its optional modules and extensions becomes one questionnaire."""

from __future__ import annotations

import itertools

from questionnaires.checks.definitions import assemble
from questionnaires.definition import Theme
from questionnaires.questionnaire import Questionnaire
from questionnaires.resolving import (
    Assembly,
    languages_wanted,
    place_pages,
    prefix_of,
    resolve,
    text_homes,
    translation_states,
)
from questionnaires.sources import Definitions, read_sources
from questionnaires.texts import hash_text
from questionnaires.translating import TextHome

LIBRARY = """\
format: "ceo-def/1"
kind: library
id: "nl.proef.bibliotheek"
source_language: "nl"
uses: {libraries: ["nl.proef.schalen"]}
concepts:
  "kwaliteit.tijd": {domain: kwaliteit, definition: "Tijd"}
  "effect.dag": {domain: effect, definition: "Dag"}
  "leven.cijfer": {domain: leven, definition: "Cijfer"}
items:
  KWA01@1: {concept: "kwaliteit.tijd", title: "Tijd", type: {scale: "eens@1"}, reference_period: "now",
    text: {stem: "Genoeg tijd bij {loket}."}, params: [loket]}
  KWA02@1: {concept: "kwaliteit.tijd", title: "Oud", type: {scale: "eens@1"}, reference_period: "now",
    text: {stem: "Oud."}}
  KWA02@2: {concept: "kwaliteit.tijd", title: "Nieuw", type: {scale: "eens@1"}, reference_period: "now",
    text: {stem: "Nieuw."}}
  MAN01@1: {concept: "effect.dag", title: "Zorg", type: {scale: "eens@1"}, reference_period: "now",
    text: {stem: "Ik zorg."}}
  LEV01@1: {concept: "leven.cijfer", title: "Cijfer", type: {scale: "ja@1"}, reference_period: "now",
    text: {stem: "Cijfer?"}}
composites:
  tijd@1: {title: "Tijd", items: [KWA01@1, KWA02@2], min_valid: 1, direction: higher_is_better}
"""
SCALES = """\
format: "ceo-def/1"
kind: library
id: "nl.proef.schalen"
source_language: "nl"
scales:
  ja@1: {type: nominal, codes: [{code: ja, text: "Ja"}, {code: nee, text: "Nee"}]}
  soort@1: {type: nominal, codes: [{code: a, text: "A"}, {code: b, text: "B"}]}
  eens@1: {type: nominal, codes: [{code: eens, text: "Eens"}, {code: oneens, text: "Oneens"}]}
"""
CORE = """\
format: "ceo-def/1"
kind: module
id: "nl.proef.kern"
version: 2
title: "Kern"
role: core
act: wmo
uses: {libraries: ["nl.proef.bibliotheek"]}
languages: [nl, tr]
registers: [standard, easy]
modes: [web, phone]
params: {loket: {type: noun_phrase, max_chars: 12, default: "de gemeente"}}
sample: {soort: {type: {scale: "soort@1"}}}
pages:
  - id: tijd
    items: [KWA01@1, KWA02@2]
  - slot: landelijk
  - slot: lokaal
  - id: einde
    title: "Tot slot"
    show_if: {eq: [{answer: KWA01}, {code: eens}]}
    when_unknown: show
    paper: "Alleen als u genoeg tijd kreeg."
    items: [LEV01@1]
slots:
  landelijk: {modules: ["nl.proef.zorg"], max_minutes: 2}
  lokaal: {max_items: 2, max_minutes: 1, types: [scale]}
calculations: {genoeg: {type: bool, expr: {eq: [{answer: KWA01}, {code: eens}]}}}
themes: {quality: [KWA01, KWA02]}
composites: [tijd@1]
breakdowns: [LEV01]
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
    title: "Over zorg"
    items: [MAN01@1]
calculations: {zorgt: {type: bool, expr: {answered: {answer: MAN01}}}}
themes: {effect: [MAN01], quality: []}
breakdowns: [MAN01]
"""
LOCAL = """\
format: "ceo-def/1"
kind: extension
id: "{owner}.eigen"
owner: "{owner}"
version: 7
title: "Titel van {owner}"
extends: "nl.proef.kern@2"
params: {{loket: "{loket}"}}
scales:
  {owner}.buurt@1: {{type: nominal, codes: [{{code: a, text: "A"}}, {{code: b, text: "B"}}]}}
items:
  {owner}.BUU01@1: {{concept: local, title: "Buurt", type: {{scale: "{owner}.buurt@1"}}, reference_period: "now", text: {{stem: "Waar?"}}}}
composites:
  {owner}.eigen@1: {{title: "Eigen", items: [KWA01@1, KWA02@2], min_valid: 1, direction: higher_is_better}}
slots:
  lokaal:
    - {{id: buurt, title: "De buurt", items: [{owner}.BUU01@1]}}
breakdowns: [{owner}.BUU01]
"""
REGION = LOCAL.format(owner="rg10", loket="de regio")
OWN = LOCAL.format(owner="gm0344", loket="het loket").replace(
    "params:", 'includes: ["rg10.eigen@7"]\nmodules: {landelijk: ["nl.proef.zorg@1"]}\nparams:'
)
FILES = {
    "l.yaml": LIBRARY,
    "s.yaml": SCALES,
    "kern.yaml": CORE,
    "zorg.yaml": OPTIONAL,
    "regio.yaml": REGION,
    "eigen.yaml": OWN,
}


def read(**files: str) -> Definitions:
    found = read_sources({**FILES, **{f"{name}.yaml": text for name, text in files.items()}})
    assert found.problems == []
    return found


def assembled(definitions: Definitions, name: str) -> Assembly:
    found = assemble({**definitions.modules, **definitions.extensions}[name], definitions)
    assert isinstance(found, Assembly)
    return found


def resolved(name: str, **files: str) -> Questionnaire:
    definitions = read(**files)
    return resolve(assembled(definitions, name), definitions)


def test_a_core_by_itself_leaves_its_slots_empty() -> None:
    found = resolved("nl.proef.kern@2")
    assert (found.id, found.version, found.title, found.reference) == ("nl.proef.kern", 2, "Kern", "nl.proef.kern@2")
    assert [(page.id, page.part, page.items) for page in found.pages] == [
        ("tijd", "nl.proef.kern@2", ("KWA01", "KWA02")),
        ("einde", "nl.proef.kern@2", ("LEV01",)),
    ]
    assert (found.act, found.registers, found.modes) == ("wmo", ("standard", "easy"), ("web", "phone"))
    assert found.params == {"loket": "de gemeente"}
    assert found.parts == ("nl.proef.kern@2",)


def test_pages_keep_what_is_said_about_them() -> None:
    page = resolved("nl.proef.kern@2").page("einde")
    assert (page.title, page.when_unknown, page.paper) == ("Tot slot", "show", "Alleen als u genoeg tijd kreeg.")
    assert page.show_if is not None


def test_only_what_is_asked_comes_along_in_the_version_that_is_asked() -> None:
    found = resolved("nl.proef.kern@2")
    assert [item.reference for item in found.items] == ["KWA01@1", "KWA02@2", "LEV01@1"]
    # The scale of the sample is there too.
    assert [scale.reference for scale in found.scales] == ["eens@1", "ja@1", "soort@1"]
    assert [concept.id for concept in found.concepts] == ["kwaliteit.tijd", "leven.cijfer"]
    assert [composite.reference for composite in found.composites] == ["tijd@1"]


def test_what_is_added_stands_in_its_slot_under_its_own_prefix() -> None:
    found = resolved("gm0344.eigen@7")
    assert [(page.id, page.part) for page in found.pages] == [
        ("tijd", "nl.proef.kern@2"),
        ("zorg.zorg", "nl.proef.zorg@1"),
        ("rg10.buurt", "rg10.eigen@7"),
        ("gm0344.buurt", "gm0344.eigen@7"),
        ("einde", "nl.proef.kern@2"),
    ]


def test_an_extension_gives_its_name_and_words_and_everyone_their_own() -> None:
    found = resolved("gm0344.eigen@7")
    assert (found.reference, found.title) == ("gm0344.eigen@7", "Titel van gm0344")
    assert found.parts == ("nl.proef.kern@2", "nl.proef.zorg@1", "rg10.eigen@7", "gm0344.eigen@7")
    assert found.params == {"loket": "het loket"}
    assert [one.id for one in found.calculations] == ["genoeg", "zorgt"]
    assert found.themes == {Theme.QUALITY: ("KWA01", "KWA02"), Theme.EFFECT: ("MAN01",)}
    assert [one.reference for one in found.composites] == ["tijd@1", "rg10.eigen@1", "gm0344.eigen@1"]
    assert found.breakdowns == ("LEV01", "MAN01", "rg10.BUU01", "gm0344.BUU01")


def test_an_optional_module_can_be_resolved_to_look_at_it() -> None:
    found = resolved("nl.proef.zorg@1")
    assert [page.id for page in found.pages] == ["zorg.zorg"]


def test_each_page_knows_where_it_is_written() -> None:
    definitions = read()
    placed = list(place_pages(assembled(definitions, "gm0344.eigen@7")))
    assert [(one.source.document.file, one.place, one.slot) for one in placed] == [
        ("kern.yaml", ("pages", 0), ""),
        ("zorg.yaml", ("pages", 0), "landelijk"),
        ("regio.yaml", ("slots", "lokaal", 0), "lokaal"),
        ("eigen.yaml", ("slots", "lokaal", 0), "lokaal"),
        ("kern.yaml", ("pages", 3), ""),
    ]


def test_places_of_slots_inside_an_optional_module_ask_nothing() -> None:
    found = resolved("gm0344.eigen@7", zorg=OPTIONAL.replace("pages:\n", "pages:\n  - slot: lokaal\n"))
    assert [page.id for page in found.pages].count("gm0344.buurt") == 1


def test_prefixes_tell_parts_apart() -> None:
    definitions = read()
    prefixes = [prefix_of(part.content) for part in assembled(definitions, "gm0344.eigen@7").parts]
    assert prefixes == ["", "zorg.", "rg10.", "gm0344."]
    assert all(not one.startswith(other) for one, other in itertools.permutations(prefixes[1:], 2))


def texts(of: str, **entries: tuple[str, str]) -> str:
    lines = "".join(
        f'  "{key}": {{source_hash: "{hash_text(dutch)}", text: "{text}"}}\n' for key, (dutch, text) in entries.items()
    )
    return f'format: "ceo-def/1"\nkind: texts\nlanguage: tr\nof: "{of}"\nstatus: reviewed\nentries:\n{lines}'


LIBRARY_TR = texts(
    "nl.proef.bibliotheek",
    **{
        "item.KWA01@1.stem": ("Genoeg tijd bij {loket}.", "{loket} yeterli zaman verdi."),
        "item.KWA02@2.stem": ("Nieuw.", "Yeni."),
        "item.LEV01@1.stem": ("Cijfer?", "Not?"),
        "item.MAN01@1.stem": ("Ik zorg.", "Bakıyorum."),
    },
)
SCALES_TR = texts(
    "nl.proef.schalen",
    **{
        "scale.ja@1.ja": ("Ja", "Evet"),
        "scale.ja@1.nee": ("Nee", "Hayır"),
        "scale.soort@1.a": ("A", "A"),
        "scale.soort@1.b": ("B", "B"),
        "scale.eens@1.eens": ("Eens", "Katılıyorum"),
        "scale.eens@1.oneens": ("Oneens", "Katılmıyorum"),
    },
)
CORE_TR = texts(
    "nl.proef.kern@2",
    **{
        "title": ("Kern", "Anket"),
        "param.loket": ("de gemeente", "belediye"),
        "page.einde.title": ("Tot slot", "Son olarak"),
    },
)
TURKISH = {"l-tr": LIBRARY_TR, "s-tr": SCALES_TR, "kern-tr": CORE_TR}


def test_a_language_is_there_when_every_text_is_also_those_of_libraries_behind_libraries() -> None:
    found = resolved("nl.proef.kern@2", **TURKISH)
    assert found.languages == ("nl", "tr")
    assert found.translations["tr"].texts["scale.ja@1.nee"] == "Hayır"
    assert found.translations["tr"].status == "reviewed"


def test_a_language_that_lacks_a_text_is_left_out() -> None:
    found = resolved("nl.proef.kern@2", **{**TURKISH, "kern-tr": CORE_TR.replace('"title"', '"page.tijd.title"')})
    assert found.languages == ("nl",)


def test_a_title_and_words_are_translated_by_who_wrote_them() -> None:
    """The Turkish name of the core does not stand for a Dutch name that the extension gave."""
    definitions = read(**TURKISH)
    assembly = assembled(definitions, "gm0344.eigen@7")
    homes = text_homes(assembly)
    assert homes["title"] == TextHome("gm0344.eigen@7", "title")
    assert homes["param.loket"] == TextHome("gm0344.eigen@7", "param.loket")
    assert homes["page.zorg.zorg.title"] == TextHome("nl.proef.zorg@1", "page.zorg.title")
    assert homes["page.gm0344.buurt.title"] == TextHome("gm0344.eigen@7", "page.buurt.title")
    assert homes["page.einde.title"] == TextHome("nl.proef.kern@2", "page.einde.title")
    (state,) = translation_states(assembly, resolve(assembly, definitions), definitions)
    assert {"title", "param.loket"} <= set(state.missing)
    assert state.stale == ()


def test_a_word_that_the_extension_leaves_alone_is_that_of_the_core() -> None:
    definitions = read(
        eigen=OWN.replace('params: {loket: "het loket"}', "params: {}"),
        regio=REGION.replace("params: {loket", "accepted: []\n#"),
    )
    assert text_homes(assembled(definitions, "gm0344.eigen@7"))["param.loket"] == TextHome(
        "nl.proef.kern@2", "param.loket"
    )


def test_the_last_extension_says_which_languages_are_wanted() -> None:
    definitions = read(eigen=OWN + "languages: [nl, ar]\n")
    assert languages_wanted(assembled(definitions, "gm0344.eigen@7")) == ("nl", "ar")
    assert languages_wanted(assembled(definitions, "rg10.eigen@7")) == ("nl", "tr")
    assert languages_wanted(assembled(definitions, "nl.proef.kern@2")) == ("nl", "tr")
