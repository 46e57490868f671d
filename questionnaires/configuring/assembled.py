"""A configuration put together with its core: what checks, previews and pages look at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from questionnaires.checks.definitions import FILE_CHECKS, PART_CHECKS, WHOLE_CHECKS, Candidate, assemble
from questionnaires.configuring.documents import Document, definition_document, texts_document, texts_file
from questionnaires.configuring.foundation import Foundation
from questionnaires.modules import Extension
from questionnaires.problems import Problem
from questionnaires.publishing import PublishedVersion, publish
from questionnaires.questionnaire import Questionnaire
from questionnaires.resolving import Assembly, resolve
from questionnaires.sources import Definitions, Source
from questionnaires.texts import TextsFile

# With these faults something is named that is not there, or stands twice: there is no whole to look at.
UNFIT: Final = frozenset({"D01", "D02", "D03", "D04", "D08", "D10", "D11", "D13"})

_READ_ONLY: Final = frozenset({"stem", "stem_easy", "help", "help_easy", "title", "params"})


@dataclass(frozen=True)  # no slots: what is worked out is kept
class Assembled:
    """A document on its foundation. Accepted warnings of the core are not told; those of the document itself are."""

    document: Document
    foundation: Foundation

    @cached_property
    def source(self) -> Source[Extension]:
        """The extension as the checks want it."""
        content = self.document.extension.model_copy(update={"accepted": ()})
        return Source(content, definition_document(self.document.definition))

    @cached_property
    def definitions(self) -> Definitions:
        """The document among the national definitions."""
        found = Definitions(extensions={self.document.reference: self.source}, background=self.foundation.definitions)
        for language, entries in self.document.texts.items():
            file = texts_file(self.document.reference, language, entries)
            assert isinstance(file, TextsFile), "a document is of the right form"
            written = texts_document(self.document.reference, language, entries)
            found.texts[f"{self.document.reference} {language}"] = Source(file, written)
        return found

    @cached_property
    def assembly(self) -> Assembly | tuple[Problem, ...]:
        """The core, its modules and the extension, or what is not there."""
        return assemble(self.source, self.definitions)

    @cached_property
    def unfit(self) -> tuple[Problem, ...]:
        """Everything that is wrong in the parts, before they are looked at as a whole."""
        named = replace(self.definitions, background=self.foundation.behind(self.document.id))
        problems = [problem for check in FILE_CHECKS for problem in check(named)]
        if not isinstance(self.assembly, Assembly):
            return (*problems, *self.assembly)
        return (*problems, *(problem for check in PART_CHECKS for problem in check(self.assembly)))

    @cached_property
    def questionnaire(self) -> Questionnaire | None:
        """The questionnaire that it makes; None when something is named that is not there."""
        if any(map(_blocks, self.unfit)) or not isinstance(self.assembly, Assembly):
            return None
        return resolve(self.assembly, self.definitions)

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that is wrong, all at once as far as it can be looked at."""
        if self.questionnaire is None or not isinstance(self.assembly, Assembly):
            return self.unfit
        candidate = Candidate(self.assembly, self.questionnaire, self.definitions)
        return (*self.unfit, *(problem for check in WHOLE_CHECKS for problem in check(candidate)))

    @cached_property
    def published(self) -> PublishedVersion:
        """The sealed form; a document with errors is our bug."""
        assert self.questionnaire is not None, "a configuration is published when nothing is wrong with it"
        return publish(self.questionnaire)


def _blocks(problem: Problem) -> bool:
    """Return whether a problem keeps the parts from being a whole. A gap in a text that nothing fills is only read so."""
    harmless = problem.place.rpartition(".")[2] in _READ_ONLY or problem.place.startswith("breakdowns")
    return problem.code in UNFIT and not problem.warning and not harmless
