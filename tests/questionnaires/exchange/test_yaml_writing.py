from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from made_definitions import made

from questionnaires.comparability.crosswalks import Crosswalk
from questionnaires.definition import Library
from questionnaires.exchange.yaml_writing import Definition, file_name, plain_form, write_definition, write_number
from questionnaires.modules import Extension, Module
from questionnaires.sources import Definitions, read_sources, shipped_definitions
from questionnaires.texts import TextsFile


def read_back(text: str) -> Definition:
    found = read_sources({"terug.yaml": text})
    assert found.problems == []
    (content,) = contents(found)
    return content


def contents(found: Definitions) -> list[Definition]:
    kinds = (found.libraries, found.modules, found.extensions, found.texts, found.crosswalks)
    return [source.content for kind in kinds for source in kind.values()]


def order(definition: Definition) -> list[Any]:
    """The order of named entries, which equality does not look at."""
    return [list(value) for value in plain_form(definition).values() if isinstance(value, dict)]


# A definition is made of hundreds of choices: making one takes far longer than writing and reading it.
A_HALF = settings(max_examples=settings().max_examples // 2)


@pytest.mark.parametrize("kind", [Library, Module, Extension, TextsFile, Crosswalk])
def test_every_definition_comes_back_as_it_was(kind: type[Any]) -> None:
    @A_HALF
    @given(made(kind))
    def law(definition: Definition) -> None:
        back = read_back(write_definition(definition))
        assert back == definition
        assert order(back) == order(definition)

    law()


@pytest.mark.parametrize("file", shipped_definitions())
def test_every_shipped_definition_comes_back_as_it_was(file: str) -> None:
    (definition,) = contents(read_sources({file: shipped_definitions()[file]}))
    text = write_definition(definition)
    assert read_back(text) == definition
    assert write_definition(read_back(text)) == text
    assert order(read_back(text)) == order(definition)


def test_the_text_reads_as_people_write_it(files: dict[str, str]) -> None:
    text = write_definition(read_back(files["kern.yaml"]))
    assert text.splitlines()[:22] == [
        'format: "ceo-def/1"',
        "kind: module",
        "id: nl.proef.kern",
        "version: 3",
        'title: "Proef"',
        "role: core",
        "uses: {libraries: [nl.proef.bibliotheek]}",
        "",
        "pages:",
        "  - {id: start, items: [GES01@1]}",
        "  - id: wachten",
        "    items: [TOE01@1, TOE02@1]",
        "    show_if: {eq: [{answer: GES01}, {code: ja}]}",
        "    when_unknown: hide",
        "  - {id: hulp, items: [PRO01@1]}",
        "  - id: contact",
        "    items: [KWA01@2]",
        "    show_if: {all: [{eq: [{answer: GES01}, {code: ja}]}, {not: {includes: [{answer: PRO01}, {code: geen}]}}]}",
        "    when_unknown: show",
        "  - id: effect",
        "    items: [EFF01@1]",
        "    show_if: {ge: [{count_selected: {answer: PRO01}}, 1]}",
    ]


def test_a_long_condition_stands_on_more_lines() -> None:
    parts = ", ".join(f"{{eq: [{{answer: GES{number:02}}}, {{code: ja}}]}}" for number in range(1, 7))
    module = "\n".join(
        [
            'format: "ceo-def/1"',
            "kind: module",
            "id: nl.proef.lang",
            "version: 1",
            'title: "Lang"',
            "role: core",
            "uses: {libraries: [nl.proef.bibliotheek]}",
            "pages: [{id: start, items: [GES01@1]}]",
            f"calculations: {{lang: {{type: bool, expr: {{any: [{parts}]}}}}}}",
        ]
    )
    text = write_definition(read_back(module))
    assert text.splitlines()[-9:-5] == [
        "    type: bool",
        "    expr:",
        "      any:",
        "        - {eq: [{answer: GES01}, {code: ja}]}",
    ]
    assert read_back(text) == read_back(module)


@pytest.mark.parametrize(
    "word", ["yes", "no", "on", "off", "y", "n", "true", "null", "0344", "1.10", "12:30", "a: b", ""]
)
def test_a_word_that_a_reader_could_take_for_a_value_is_quoted(word: str) -> None:
    crosswalk = read_back(
        'format: "ceo-def/1"\nkind: crosswalk\nid: nl.proef.x\nitem: GES01\nfrom: 1\nto: 2\n'
        'evidence: {kind: full_mapping, report: "r"}\napproved_by: ["a", "b"]\napproved_on: "2026-01-01"\n'
    )
    assert isinstance(crosswalk, Crosswalk)
    changed = crosswalk.model_copy(update={"id": word})
    assert f'id: "{word}"' in write_definition(changed).splitlines()


@pytest.mark.parametrize("number", [10**15, -(10**15), 0.000000001, float("inf")])
def test_a_number_that_no_definition_holds_is_our_bug(number: float) -> None:
    with pytest.raises(AssertionError, match="does not come from a definition"):
        write_number(number)


def test_files_are_named_after_what_they_hold(files: dict[str, str]) -> None:
    library, module = read_back(files["bibliotheek.yaml"]), read_back(files["kern.yaml"])
    entry = '{"title": {source_hash: "sha256:0123456789abcdef", text: "Deneme"}}'
    texts = read_back(
        f'format: "ceo-def/1"\nkind: texts\nlanguage: tr\nof: nl.proef.kern@3\nstatus: draft\nentries: {entry}\n'
    )
    assert [file_name(one) for one in (library, module, texts)] == [
        "nl.proef.bibliotheek.yaml",
        "nl.proef.kern-3.yaml",
        "nl.proef.kern-3.tr.yaml",
    ]
