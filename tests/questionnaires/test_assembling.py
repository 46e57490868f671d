"""What belongs together is found, or told to be missing."""

from __future__ import annotations

import pytest

from questionnaires.assembling import assemble_extension, assemble_module, missing_libraries, used_libraries
from questionnaires.problems import Problem
from questionnaires.resolving import Assembly
from questionnaires.sources import Definitions, read_sources


def library(name: str, *uses: str) -> str:
    names = ", ".join(f'"nl.proef.{one}"' for one in uses)
    return (
        f'format: "ceo-def/1"\nkind: library\nid: "nl.proef.{name}"\nsource_language: "nl"\n'
        + (f"uses: {{libraries: [{names}]}}\n" if uses else "")
        + f"scales:\n  {name}@1: {{type: nominal, codes: [{{code: ja, text: Ja}}, {{code: nee, text: Nee}}]}}\n"
    )


def module(name: str, *uses: str, role: str = "core") -> str:
    names = ", ".join(f'"nl.proef.{one}"' for one in uses)
    return (
        f'format: "ceo-def/1"\nkind: module\nid: "nl.proef.{name}"\nversion: 1\ntitle: "{name}"\nrole: {role}\n'
        f"uses: {{libraries: [{names}]}}\npages: [{{id: a, items: [AAA01@1]}}, {{slot: open}}]\n"
    )


def extension(owner: str, rest: str = "", extends: str = "nl.proef.kern@1") -> str:
    return (
        f'format: "ceo-def/1"\nkind: extension\nid: "{owner}.eigen"\nowner: "{owner}"\nversion: 1\n'
        f'title: "{owner}"\nextends: "{extends}"\n{rest}'
    )


FILES = {
    "a.yaml": library("a"),
    "b.yaml": library("b", "a"),
    "c.yaml": library("c", "b"),
    "kern.yaml": module("kern", "a"),
    "zorg.yaml": module("zorg", "c", role="optional"),
    "geld.yaml": module("geld", "a", role="optional"),
    "regio.yaml": extension("rg10", 'modules: {open: ["nl.proef.geld@1"]}\n'),
}


def read(**files: str) -> Definitions:
    return read_sources({**FILES, **{f"{name}.yaml": text for name, text in files.items()}})


def extend(rest: str = "", extends: str = "nl.proef.kern@1", **files: str) -> Assembly | list[tuple[str, str]]:
    """Return the assembly of an extension of Utrecht, or file and place of what it lacks."""
    definitions = read(eigen=extension("gm0344", rest, extends), **files)
    return told_or_found(assemble_extension(definitions.extensions["gm0344.eigen@1"], definitions))


def told_or_found(found: Assembly | tuple[Problem, ...]) -> Assembly | list[tuple[str, str]]:
    if isinstance(found, Assembly):
        return found
    assert all(problem.code == "D01" and problem.cause and problem.cure for problem in found)
    return [(problem.file, problem.place) for problem in found]


def test_a_module_comes_with_its_libraries_and_those_behind_them() -> None:
    definitions = read()
    found = assemble_module(definitions.modules["nl.proef.zorg@1"], definitions)
    assert isinstance(found, Assembly)
    assert [one.id for one in found.shelf.libraries] == ["nl.proef.a", "nl.proef.b", "nl.proef.c"]
    assert list(found.shelf.scales) == ["a@1", "b@1", "c@1"]
    assert found.parts == found.modules == (definitions.modules["nl.proef.zorg@1"],)


def test_libraries_that_use_each_other_are_taken_once() -> None:
    definitions = read(a=library("a", "c"))
    found = used_libraries(definitions.libraries["nl.proef.a"].content, definitions)
    assert [one.id for one in found] == ["nl.proef.b", "nl.proef.c", "nl.proef.a"]


def test_a_library_that_is_not_there_is_told_with_the_nearest_name() -> None:
    definitions = read(kern=module("kern", "a", "bb"), d=library("d", "cc"))
    found = assemble_module(definitions.modules["nl.proef.kern@1"], definitions)
    assert told_or_found(found) == [("kern.yaml", "uses.libraries[1]")]
    assert isinstance(found, tuple)
    assert found[0].cure.startswith("Bedoelt u nl.proef.b")
    of_library = missing_libraries(definitions.libraries["nl.proef.d"], definitions)
    assert [(one.file, one.place) for one in of_library] == [("d.yaml", "uses.libraries[0]")]
    assert list(missing_libraries(definitions.libraries["nl.proef.a"], definitions)) == []


def test_a_library_that_cannot_be_read_tells_its_own_problems_only() -> None:
    definitions = read(a=library("a").replace("source_language", "taal"))
    assert assemble_module(definitions.modules["nl.proef.kern@1"], definitions) == ()
    eigen = extend(a=library("a").replace("source_language", "taal"))
    assert eigen == []


def test_an_extension_comes_with_its_core_and_what_it_chooses() -> None:
    found = extend('modules: {open: ["nl.proef.zorg@1"]}\n')
    assert isinstance(found, Assembly)
    assert [part.content.reference for part in found.parts] == ["nl.proef.kern@1", "nl.proef.zorg@1", "gm0344.eigen@1"]
    assert [part.content.reference for part in found.modules] == ["nl.proef.kern@1", "nl.proef.zorg@1"]
    assert list(found.shelf.scales) == ["a@1", "b@1", "c@1"]
    assert found.last.title == "gm0344"


def test_the_region_comes_first_with_what_it_chooses() -> None:
    found = extend('includes: ["rg10.eigen@1"]\nmodules: {open: ["nl.proef.zorg@1", "nl.proef.geld@1"]}\n')
    assert isinstance(found, Assembly)
    assert [one.content.reference for one in found.optional["open"]] == ["nl.proef.geld@1", "nl.proef.zorg@1"]
    assert [one.content.owner for one in found.extensions] == ["rg10", "gm0344"]


@pytest.mark.parametrize(
    ("rest", "extends", "places"),
    [
        ("", "nl.proef.kernn@1", ["extends"]),
        ("", "nl.proef.kern@2", ["extends"]),
        ('includes: ["rg10.eigen@1", "rg11.eigen@1"]\n', "nl.proef.kern@1", ["includes[1]"]),
        ('modules: {open: ["nl.proef.zorg@1", "nl.proef.zorg@2"]}\n', "nl.proef.kern@1", ["modules.open[1]"]),
        (
            'includes: ["rg11.eigen@1"]\nmodules: {open: ["nl.proef.weg@1"]}\n',
            "nl.proef.weg@1",
            ["extends", "includes[0]", "modules.open[0]"],
        ),
    ],
)
def test_everything_that_is_not_there_is_told_at_once(rest: str, extends: str, places: list[str]) -> None:
    assert extend(rest, extends) == [("eigen.yaml", place) for place in places]


def test_a_module_without_its_library_is_told_where_it_asks_for_it() -> None:
    found = extend('modules: {open: ["nl.proef.zorg@1"]}\n', zorg=module("zorg", "x", role="optional"))
    assert found == [("zorg.yaml", "uses.libraries[0]")]


def test_what_cannot_be_read_tells_its_own_problems_only() -> None:
    assert extend(kern=FILES["kern.yaml"].replace("role", "rol")) == []
    assert extend('includes: ["rg10.eigen@1"]\n', regio=FILES["regio.yaml"].replace("title", "titel")) == []
    assert extend('modules: {open: ["nl.proef.zorg@1"]}\n', zorg=FILES["zorg.yaml"].replace("role", "rol")) == []
