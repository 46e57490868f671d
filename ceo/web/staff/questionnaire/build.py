"""The questionnaire in the order in which residents meet it: runs of pages of the core, and between them the slots."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from questionnaires.configuring.assembled import Assembled
from questionnaires.configuring.documents import Document
from questionnaires.configuring.foundation import Foundation
from questionnaires.expressions.words import describe_universe
from questionnaires.modules import PageEntry
from questionnaires.resolving import Assembly
from questionnaires.texts import fill_gaps


@dataclass(frozen=True, slots=True)
class CorePage:
    """A page of the core: its questions with their ids, and who gets it, "" for everyone."""

    id: str
    questions: tuple[tuple[str, str], ...]
    who: str


@dataclass(frozen=True, slots=True)
class CoreRun:
    """Pages of the core that follow each other."""

    pages: tuple[CorePage, ...]


def build_of(document: Document, foundation: Foundation) -> tuple[CoreRun | str, ...]:
    """Return the pages of the core in runs, with the names of the slots where those are."""
    assembled = Assembled(document, foundation)
    assembly = assembled.assembly
    assert isinstance(assembly, Assembly), "what a configuration stands on stays"
    build: list[CoreRun | str] = []
    run: list[CorePage] = []
    pages = {page.id: page for page in _pages(assembled, assembly)}
    for entry in assembly.core.content.pages:
        if isinstance(entry, PageEntry):
            run.append(pages[entry.id])
        else:
            build += [CoreRun(tuple(run))] if run else []
            build.append(entry.slot)
            run = []
    return (*build, CoreRun(tuple(run))) if run else tuple(build)


def _pages(assembled: Assembled, assembly: Assembly) -> Iterator[CorePage]:
    core, questionnaire = assembly.core.content, assembled.questionnaire
    words = {name: param.default for name, param in core.params.items()} | assembled.document.extension.params
    for entry in core.page_entries:
        page = questionnaire.pages_by_id.get(entry.id) if questionnaire is not None else None
        conditional = page is not None and page.show_if is not None
        items = (assembly.shelf.items[name] for name in entry.items)
        yield CorePage(
            id=entry.id,
            questions=tuple((item.id, fill_gaps(item.text.stem, words)) for item in items),
            who=describe_universe(questionnaire, page) if conditional and questionnaire and page else "",
        )
