"""From the texts of files to typed definitions."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaires.sources import Definitions, _texts_in, read_sources, shipped_definitions, shipped_sources

LIBRARY = """\
format: "ceo-def/1"
kind: library
id: "nl.proef.bibliotheek"
source_language: "nl"
concepts: {"toegang.hulp": {domain: toegang, definition: "Hulp"}}
scales:
  hulp@2: {type: nominal, codes: [{code: ja, text: "Ja"}, {code: nee, text: "Nee"}]}
items:
  HUL01@3: {concept: "toegang.hulp", title: "Hulp", type: {scale: "hulp@2"}, reference_period: "now", text: {stem: "Hulp?"}}
"""
MODULE = """\
format: "ceo-def/1"
kind: module
id: "nl.proef.kern"
version: 4
title: "Kern"
role: core
uses: {libraries: ["nl.proef.bibliotheek"]}
pages: [{id: hulp, items: [HUL01@3]}]
calculations: {lang: {type: bool, expr: true}}
"""
EXTENSION = """\
format: "ceo-def/1"
kind: extension
id: "gm0344.eigen"
owner: "gm0344"
version: 5
title: "Eigen"
extends: "nl.proef.kern@4"
"""
TEXTS = """\
format: "ceo-def/1"
kind: texts
language: tr
of: "nl.proef.kern@4"
status: draft
entries: {}
"""
CROSSWALK = """\
format: "ceo-def/1"
kind: crosswalk
id: "nl.proef.hul01-1-2"
item: HUL01
from: 1
to: 2
mapping: {ja: [ja]}
evidence: {kind: full_mapping, report: "Rapport"}
approved_by: ["A", "B"]
approved_on: "2027-01-01"
"""
ALL = {"l.yaml": LIBRARY, "m.yaml": MODULE, "e.yaml": EXTENSION, "t.yaml": TEXTS, "c.yaml": CROSSWALK}


def told(definitions: Definitions) -> list[tuple[str, str, str]]:
    assert all(problem.cause and problem.cure and problem.line > 0 for problem in definitions.problems)
    return [(problem.file, problem.code, problem.place) for problem in definitions.problems]


def test_each_kind_of_file_is_kept_under_its_name() -> None:
    found = read_sources(ALL)
    assert told(found) == []
    assert [
        list(kept) for kept in (found.libraries, found.modules, found.extensions, found.texts, found.crosswalks)
    ] == [
        ["nl.proef.bibliotheek"],
        ["nl.proef.kern@4"],
        ["gm0344.eigen@5"],
        ["nl.proef.kern@4 tr"],
        ["nl.proef.hul01-1-2"],
    ]
    assert found.modules["nl.proef.kern@4"].document.file == "m.yaml"


def test_named_entries_get_their_key_as_id_and_version() -> None:
    found = read_sources(ALL)
    library = found.libraries["nl.proef.bibliotheek"].content
    assert {key: (item.id, item.version) for key, item in library.items.items()} == {"HUL01@3": ("HUL01", 3)}
    assert all(item.reference == key for key, item in library.items.items())
    assert all(scale.reference == key for key, scale in library.scales.items())
    assert library.concepts["toegang.hulp"].id == "toegang.hulp"
    assert found.modules["nl.proef.kern@4"].content.calculations["lang"].id == "lang"


@pytest.mark.parametrize("version", ["", "@", "@0", "@01", "@1x", "@10000", "@-1", "@²", "@١", "@1@2"])
def test_a_key_ends_with_its_version_in_one_way_only(version: str) -> None:
    found = read_sources({"l.yaml": LIBRARY.replace("hulp@2: {", f'"hulp{version}": {{')})
    assert ("l.yaml", "D01", f"scales.hulp{version}") in told(found)


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("hulp@2: {", "hulp@2: {id: hulp, ", "scales.hulp@2.id"),
        ("hulp@2: {", "hulp@2: {version: 2, ", "scales.hulp@2.version"),
        ("HUL01@3: {", "HUL01@3: {id: HUL01, ", "items.HUL01@3.id"),
        ('"toegang.hulp": {', '"toegang.hulp": {id: "toegang.hulp", ', "concepts.toegang.hulp.id"),
    ],
)
def test_what_the_key_says_is_not_said_again(old: str, new: str, place: str) -> None:
    assert told(read_sources({"l.yaml": LIBRARY.replace(old, new, 1)})) == [("l.yaml", "D01", place)]


@pytest.mark.parametrize("text", ["{}", "[1]", "null", "kind: liberry\n", "kind: [library]\n", "kind: round\n"])
def test_a_file_says_what_it_is(text: str) -> None:
    assert told(read_sources({"x.yaml": text})) == [("x.yaml", "D01", "kind")]


def test_a_misspelt_kind_gets_the_nearest_one() -> None:
    (problem,) = read_sources({"x.yaml": "kind: modul\n"}).problems
    assert problem.cure == "Schrijf bovenaan kind: Bedoelt u module?"


def test_what_cannot_be_read_is_remembered_by_name() -> None:
    found = read_sources({"m.yaml": MODULE.replace("role: core", "rol: core"), "y.yaml": "a: b: c\n"})
    assert found.unreadable == {"nl.proef.kern@4"}
    assert {(file, code) for file, code, _ in told(found)} == {("m.yaml", "F01"), ("m.yaml", "F02"), ("y.yaml", "Y02")}


@pytest.mark.parametrize("file", ["l.yaml", "m.yaml", "e.yaml", "t.yaml", "c.yaml"])
def test_a_name_stands_in_one_file(file: str) -> None:
    found = read_sources({**ALL, "z.yaml": ALL[file]})
    assert told(found) == [("z.yaml", "D01", "of" if file == "t.yaml" else "id")]
    assert file in found.problems[0].cause


@pytest.mark.parametrize(
    "text",
    [
        LIBRARY.replace("{code: ja, text", "{cod: ja, text"),
        LIBRARY.replace("scales:\n", "scales: 3\nx:\n"),
        LIBRARY.replace("hulp@2: {type", "hulp@2: 3\n  hulp@3: {type"),
    ],
)
def test_entries_of_another_form_are_told_by_their_form(text: str) -> None:
    codes = {code for _, code, _ in told(read_sources({"l.yaml": text}))}
    assert codes
    assert codes <= {"F01", "F02", "F03"}


def test_own_definitions_go_before_those_of_the_background() -> None:
    background = read_sources(ALL)
    own = read_sources({"m.yaml": MODULE.replace("Kern", "Eigen kern")}, background)
    module = own.module("nl.proef.kern@4")
    assert module is not None
    assert module.content.title == "Eigen kern"
    assert own.library("nl.proef.bibliotheek") is background.libraries["nl.proef.bibliotheek"]
    assert own.extension("gm0344.eigen@5") is background.extensions["gm0344.eigen@5"]
    assert own.translations("nl.proef.kern@4", "tr") is background.texts["nl.proef.kern@4 tr"]
    assert own.references() == ("nl.proef.kern@4", "nl.proef.kern@4", "gm0344.eigen@5")
    assert own.library_names() == ("nl.proef.bibliotheek",)
    assert [crosswalk.id for crosswalk in own.all_crosswalks()] == ["nl.proef.hul01-1-2"]


def test_what_cannot_be_read_is_not_replaced_by_the_background() -> None:
    broken = {name: text.replace("format:", "forma:") for name, text in ALL.items()}
    own = read_sources(broken, read_sources(ALL))
    assert own.library("nl.proef.bibliotheek") is None
    assert own.module("nl.proef.kern@4") is None
    assert own.extension("gm0344.eigen@5") is None


def test_what_is_nowhere_is_not_found() -> None:
    for found in (read_sources({}), read_sources({}, read_sources(ALL))):
        assert found.library("nl.weg.weg") is None
        assert found.module("nl.weg.weg@1") is None
        assert found.extension("gm0001.weg@1") is None
        assert found.translations("nl.weg.weg", "tr") is None


def test_the_shipped_definitions_are_read_once_and_all_fit_their_form() -> None:
    assert shipped_sources() is shipped_sources()
    assert shipped_sources().problems == []
    assert len(shipped_definitions()) == sum(
        len(kept)
        for found in (shipped_sources(),)
        for kept in (found.libraries, found.modules, found.extensions, found.texts, found.crosswalks)
    )


def test_only_yaml_files_in_the_folder_are_definitions(tmp_path: Path) -> None:
    (tmp_path / "deel").mkdir()
    for name in ("deel/b.yaml", "deel/leesmij.md", "a.yaml"):
        (tmp_path / name).write_text(name)
    assert sorted(_texts_in(tmp_path, "")) == [("a.yaml", "a.yaml"), ("deel/b.yaml", "deel/b.yaml")]


@given(st.dictionaries(st.sampled_from(["a.yaml", "b.yaml"]), st.text(st.characters(codec="utf-8"), max_size=80)))
def test_any_files_are_read_or_explained(files: dict[str, str]) -> None:
    found = read_sources(files)
    assert {problem.file for problem in found.problems} == set(files)


@given(st.sampled_from(sorted(ALL)), st.data())
def test_a_file_with_a_line_less_is_read_or_explained(file: str, data: st.DataObject) -> None:
    lines = ALL[file].splitlines(keepends=True)
    gone = data.draw(st.integers(0, len(lines) - 1))
    found = read_sources({file: "".join(lines[:gone] + lines[gone + 1 :])})
    kept = [*found.libraries, *found.modules, *found.extensions, *found.texts, *found.crosswalks]
    assert bool(kept) != bool(found.problems)
