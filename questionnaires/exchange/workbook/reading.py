"""Reading an author's workbook: definition files, or everything that is wrong, by sheet and cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, TypeVar

from questionnaires.checks.definitions import check_definitions
from questionnaires.definition import Library
from questionnaires.exchange.spreadsheets.drafts import Draft, Drafts
from questionnaires.exchange.spreadsheets.entry_reading import Reading
from questionnaires.exchange.spreadsheets.reading import Sheet, read_sheets
from questionnaires.exchange.workbook.drafting import draft_definitions
from questionnaires.exchange.workbook.merging import merge_known
from questionnaires.exchange.yaml_writing import file_name, write_definition
from questionnaires.modules import Extension, Module
from questionnaires.problems import Problem
from questionnaires.sources import Definitions, Source, shipped_sources
from questionnaires.strict_yaml import validate
from questionnaires.texts import TextsFile

# While sheets and columns are missing, what is said about the rest is mostly about that.
_SHAPE: Final = frozenset({"W02", "W03"})

Kind = TypeVar("Kind", Library, Module, Extension, TextsFile)


def read_workbook(content: bytes, file: str, known: Definitions | None = None) -> dict[str, str] | tuple[Problem, ...]:
    """Return the definition files (name -> YAML) that a workbook holds, or all its problems by sheet and cell.

    `known` are the definitions that exist already, the shipped ones unless said otherwise: versions that stand there cannot
    change, and libraries that come out of the workbook hold what is known with what is new.
    """
    sheets = read_sheets(content, file)
    return (sheets,) if isinstance(sheets, Problem) else definitions_in(sheets, file, known)


def definitions_in(
    sheets: Mapping[str, Sheet], file: str, known: Definitions | None = None
) -> dict[str, str] | tuple[Problem, ...]:
    """Return the definition files that the sheets of a workbook hold, as `read_workbook` does."""
    reading = Reading(file, sheets)
    drafts = draft_definitions(reading)
    definitions = Definitions(background=known or shipped_sources())
    _fill(definitions, drafts, file)
    broken = tuple(sorted(problem for problem in reading.problems if problem.code in _SHAPE))
    if broken:
        return broken
    if reading.problems or definitions.problems:
        return _told_once(reading.problems, definitions.problems)
    problems = merge_known(definitions, drafts.emptied) or check_definitions(definitions)
    if any(not problem.warning for problem in problems):
        return tuple(sorted(problem for problem in problems if not problem.warning))
    return _files(definitions)


def _fill(definitions: Definitions, drafts: Drafts, file: str) -> None:
    """Put every draft among the definitions, or its problems when it does not have the form of its kind."""
    if drafts.main.written.get("kind") == "extension":
        _keep(definitions, definitions.extensions, Extension, drafts.main, file, "id", "version")
    else:
        _keep(definitions, definitions.modules, Module, drafts.main, file, "id", "version")
    for library in drafts.libraries.values():
        _keep(definitions, definitions.libraries, Library, library, file, "id")
    for texts in drafts.texts.values():
        _keep(definitions, definitions.texts, TextsFile, texts, file, "of", "language")


def _keep(
    definitions: Definitions,
    sources: dict[str, Source[Kind]],
    kind: type[Kind],
    draft: Draft,
    file: str,
    *named_by: str,
) -> None:
    document = draft.document(file)
    content = validate(kind, document)
    if isinstance(content, tuple):
        definitions.problems += content
    else:
        separator = " " if "language" in named_by else "@"
        sources[separator.join(str(draft.written[key]) for key in named_by)] = Source(content, document)


def _told_once(read: Iterable[Problem], validated: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return all problems, but of a cell that could not be read only that."""
    first = set(read)
    told = {problem.place for problem in first}
    return tuple(sorted(first | {problem for problem in validated if problem.place not in told}))


def _files(definitions: Definitions) -> dict[str, str]:
    kinds = (definitions.modules, definitions.extensions, definitions.libraries, definitions.texts)
    found = (source.content for kind in kinds for source in kind.values())
    return {
        file_name(content): write_definition(content)
        for content in found
        if not (isinstance(content, TextsFile) and not content.entries)
    }
