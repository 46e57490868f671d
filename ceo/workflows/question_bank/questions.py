"""The questions of the bank: each with the wording of its versions, who uses it, and where copies came from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ceo.workflows.question_bank.index import IndexedVersion, LocalQuestion
from questionnaires.definition import Concept, Item, ScaleAnswer, answer_kind
from questionnaires.names import id_of, owner_of, version_of
from questionnaires.resolving import shelf_of
from questionnaires.scales import AnswerScale
from questionnaires.sources import Definitions
from questionnaires.texts import hash_text, item_texts, scale_texts

# A question that a municipality made itself, about nothing that has a national concept.
LOCAL: Final = "local"


@dataclass(frozen=True, slots=True)
class Use:
    """A published questionnaire that asks a question. `municipality` is "" for a national version."""

    questionnaire: str
    title: str
    municipality: str
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class Wording:
    """One version of a question, and where it is asked. `content_hash` is of the published version that a local one is copied from."""

    reference: str
    item: Item
    scale: AnswerScale | None
    languages: tuple[str, ...]
    used_in: tuple[Use, ...]
    modules: tuple[str, ...]
    content_hash: str = ""
    adopted_from: str = ""

    @property
    def municipalities(self) -> tuple[str, ...]:
        """The municipalities that published a questionnaire with this version, in order of code."""
        return tuple(sorted({use.municipality for use in self.used_in if use.municipality}))


@dataclass(frozen=True)
class BankQuestion:
    """A question with its versions, the newest first. `owner` is the municipality that shares it, "" for a national question.

    `domain` is that of its concept, or `LOCAL`. `copies`: the questions that others made of it, by reference.
    """

    id: str
    owner: str
    domain: str
    concept: str
    concept_words: str
    kind: str
    wordings: tuple[Wording, ...]
    copies: tuple[str, ...]

    @property
    def newest(self) -> Wording:
        """The newest version."""
        return self.wordings[0]

    @property
    def municipalities(self) -> tuple[str, ...]:
        """The municipalities that use any version, in order of code."""
        return tuple(sorted({code for wording in self.wordings for code in wording.municipalities}))


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the questions of the bank are made of. `shared`: by reference, the content hash of the version that it is copied from."""

    definitions: Definitions
    versions: Mapping[str, IndexedVersion]
    withdrawn: frozenset[str]
    shared: Mapping[str, str]


def gather_questions(found: Gathered) -> tuple[BankQuestion, ...]:
    """Return the national questions in order of id, then the local ones that are shared."""
    uses = _uses(found)
    concepts = {
        name: one for source in found.definitions.libraries.values() for name, one in source.content.concepts.items()
    }
    copies: dict[str, list[str]] = {}
    for version in found.versions.values():
        for question in version.local:
            if question.adopted_from and question.reference not in copies.get(question.adopted_from, ()):
                copies.setdefault(question.adopted_from, []).append(question.reference)
    wordings = (*_national(found, uses), *_shared(found, uses))
    by_id: dict[str, list[Wording]] = {}
    for wording in sorted(wordings, key=lambda one: version_of(one.reference), reverse=True):
        by_id.setdefault(id_of(wording.reference), []).append(wording)
    order = sorted(by_id, key=lambda name: (owner_of(name) or "", name))
    return tuple(_question(name, by_id[name], concepts, copies) for name in order)


def _question(
    name: str, wordings: list[Wording], concepts: Mapping[str, Concept], copies: Mapping[str, list[str]]
) -> BankQuestion:
    newest = wordings[0]
    concept = concepts.get(newest.item.concept)
    return BankQuestion(
        id=name,
        owner=(owner_of(name) or "").upper(),
        domain=concept.domain if concept is not None else LOCAL,
        concept=newest.item.concept,
        concept_words=concept.definition if concept is not None else "",
        kind=newest.scale.type.value if newest.scale is not None else answer_kind(newest.item.type),
        wordings=tuple(wordings),
        copies=tuple(sorted(copy for one in wordings for copy in copies.get(one.reference, ()))),
    )


def _uses(found: Gathered) -> dict[str, list[Use]]:
    uses: dict[str, list[Use]] = {}
    for version in sorted(found.versions.values(), key=lambda one: one.reference):
        use = Use(version.reference, version.title, version.municipality, version.content_hash in found.withdrawn)
        for item in version.items:
            uses.setdefault(item, []).append(use)
    return uses


def _national(found: Gathered, uses: Mapping[str, list[Use]]) -> Iterator[Wording]:
    shelf = shelf_of(source.content for source in found.definitions.libraries.values())
    modules: dict[str, list[str]] = {}
    for reference, source in sorted(found.definitions.modules.items()):
        for entry in source.content.page_entries:
            for asked in entry.items:
                modules.setdefault(asked, []).append(reference)
    translated = _translated(found.definitions)
    for reference, item in shelf.items.items():
        scale = shelf.scales.get(item.type.scale) if isinstance(item.type, ScaleAnswer) else None
        texts = dict((*item_texts([item]), *scale_texts([scale] if scale is not None else [])))
        languages = sorted(
            language
            for language, entries in translated.items()
            if all(entries.get(key) == hash_text(text) for key, text in texts.items())
        )
        places = tuple(modules.get(reference, ()))
        yield Wording(reference, item, scale, ("nl", *languages), tuple(uses.get(reference, ())), places)


def _translated(definitions: Definitions) -> dict[str, dict[str, str]]:
    """Return for each language the keys that are translated in it, with the hash of the text that was."""
    found: dict[str, dict[str, str]] = {}
    for source in definitions.texts.values():
        entries = {key: entry.source_hash for key, entry in source.content.entries.items()}
        found.setdefault(source.content.language, {}).update(entries)
    return found


def _shared(found: Gathered, uses: Mapping[str, list[Use]]) -> Iterator[Wording]:
    for reference, content_hash in found.shared.items():
        version = found.versions.get(content_hash)
        if version is None or content_hash in found.withdrawn:
            continue
        question = next((one for one in version.local if one.reference == reference), None)
        if question is not None:
            yield _local_wording(question, version, tuple(uses.get(reference, ())))


def _local_wording(question: LocalQuestion, version: IndexedVersion, uses: tuple[Use, ...]) -> Wording:
    # Lists of a sealed version come back as tuples by way of JSON only.
    item = Item.model_validate_json(json.dumps(question.item))
    scale = AnswerScale.model_validate_json(json.dumps(question.scale)) if question.scale is not None else None
    return Wording(
        question.reference, item, scale, version.languages, uses, (), version.content_hash, question.adopted_from
    )


def words_of(question: BankQuestion) -> Iterable[str]:
    """Yield every text by which a question can be found: in all its versions."""
    yield from (question.id, question.concept, question.concept_words)
    for wording in question.wordings:
        yield wording.item.title
        yield from (text for _, text in item_texts([wording.item]))
        if wording.scale is not None:
            yield from (text for _, text in scale_texts([wording.scale]))
