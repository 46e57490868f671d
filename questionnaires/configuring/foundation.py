"""The foundation: what a configuration stands on. National definitions, and what this municipality published before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, TypeVar

from questionnaires.definition import Composite, Item
from questionnaires.modules import Extension
from questionnaires.names import id_of, owner_of, version_of
from questionnaires.questionnaire import Questionnaire
from questionnaires.scales import AnswerScale
from questionnaires.sources import Definitions, Source
from questionnaires.strict_yaml import YamlDocument

Versioned = TypeVar("Versioned", Item, AnswerScale, Composite)

_LAST_VERSION: Final = 9999


@dataclass(frozen=True, slots=True)
class PublishedNames:
    """What a municipality itself put into a version that it published: everything that has a name."""

    reference: str
    core: str
    content_hash: str
    items: Mapping[str, Item]
    scales: Mapping[str, AnswerScale]
    composites: Mapping[str, Composite]
    pages: frozenset[str]

    @property
    def names(self) -> frozenset[str]:
        """The names that are taken: of questions and scales, and of pages."""
        return frozenset(map(id_of, (*self.items, *self.scales, *self.composites))) | self.pages


def published_names(questionnaire: Questionnaire, content_hash: str) -> PublishedNames:
    """Return what the owner of a published questionnaire put into it."""
    owner = owner_of(questionnaire.id) or ""
    prefix = f"{owner}."
    return PublishedNames(
        questionnaire.reference,
        questionnaire.parts[0],
        content_hash,
        {one.reference: one for one in questionnaire.items if owner_of(one.id) == owner},
        {one.reference: one for one in questionnaire.scales if owner_of(one.id) == owner},
        {one.reference: one for one in questionnaire.composites if owner_of(one.id) == owner},
        frozenset(page.id.removeprefix(prefix) for page in questionnaire.pages if page.id.startswith(prefix)),
    )


@dataclass(frozen=True)  # no slots: what was published is put together once
class Foundation:
    """The national definitions, what this municipality published, and the names that its other configurations use.

    `withdrawn` are versions that nobody begins with any more; where one was chosen already, it stays.
    """

    definitions: Definitions
    published: tuple[PublishedNames, ...] = ()
    reserved: frozenset[str] = field(default_factory=frozenset)
    withdrawn: frozenset[str] = field(default_factory=frozenset)

    @cached_property
    def taken(self) -> frozenset[str]:
        """Every name that is never given again."""
        return self.reserved.union(*(one.names for one in self.published))

    @cached_property
    def items(self) -> Mapping[str, Mapping[int, Item]]:
        """The published versions of each local question, by its id."""
        return _by_version({name: item for one in self.published for name, item in one.items.items()})

    @cached_property
    def scales(self) -> Mapping[str, Mapping[int, AnswerScale]]:
        """The published versions of each local scale, by its id."""
        return _by_version({name: scale for one in self.published for name, scale in one.scales.items()})

    @cached_property
    def composites(self) -> Mapping[str, Mapping[int, Composite]]:
        """The published versions of each local score, by its id."""
        return _by_version({name: score for one in self.published for name, score in one.composites.items()})

    def next_version(self, extension: str) -> int:
        """Return the version that an extension would be published as."""
        versions = (version_of(one.reference) for one in self.published if id_of(one.reference) == extension)
        return max(versions, default=0) + 1

    def behind(self, extension: str) -> Definitions:
        """Return the national definitions, and before them what was published as if it were all of one extension.

        So that names are compared with everything that this municipality published, under whichever title.
        """
        earlier = dict(self._earlier(extension))
        return Definitions(extensions=earlier, background=self.definitions)

    def _earlier(self, extension: str) -> Iterator[tuple[str, Source[Extension]]]:
        for number, one in enumerate(self.published):
            content = Extension(
                format="ceo-def/1",
                kind="extension",
                id=id_of(one.reference),
                owner=owner_of(one.reference) or "",
                version=version_of(one.reference),
                title=one.reference,
                extends=one.core,
                scales=dict(one.scales),
                items=dict(one.items),
                composites=dict(one.composites),
            )
            yield f"{extension}@{_LAST_VERSION - number}", Source(content, YamlDocument(one.reference, {}, {}))


def _by_version(named: Mapping[str, Versioned]) -> Mapping[str, Mapping[int, Versioned]]:
    found: dict[str, dict[int, Versioned]] = {}
    for reference, one in named.items():
        found.setdefault(id_of(reference), {})[version_of(reference)] = one
    return found
