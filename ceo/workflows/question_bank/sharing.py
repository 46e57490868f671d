"""The shared question bank: find a question by words, theme, concept or kind of answer; share one's own.

A process reads each published version once. A search looks in memory and asks the database four small things, however many there are.
"""

from __future__ import annotations

import asyncio
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Final

from ceo.storage.database import Database
from ceo.storage.question_bank import (
    Published,
    SharedQuestion,
    published_versions,
    shared_rows,
    unknown_versions,
)
from ceo.storage.tenancy import reading_across, tenant_reading, tenant_transaction
from ceo.workflows.audit import recording as audit
from ceo.workflows.library.current import NationalLibrary, present_library
from ceo.workflows.question_bank.index import IndexedVersion, LocalQuestion, index_version
from ceo.workflows.question_bank.questions import BankQuestion, Gathered, Wording, gather_questions, words_of
from ceo.workflows.question_bank.verdicts import compare_wordings
from questionnaires.comparability.reasons import ItemVerdict
from questionnaires.names import owner_of

PAGE_SIZE: Final = 20
_WORD: Final = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for; "" for what does not matter. `page` counts from 1."""

    words: str = ""
    domain: str = ""
    concept: str = ""
    kind: str = ""
    origin: str = ""  # "national" or "local"
    page: int = 1


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what was found, and how many there are. `pages` is at least 1."""

    questions: tuple[BankQuestion, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True)
class Bank:
    """The question bank at one moment."""

    library: NationalLibrary
    versions: Mapping[str, IndexedVersion]
    withdrawn: frozenset[str]
    shared: Mapping[str, str]

    @cached_property
    def questions(self) -> tuple[BankQuestion, ...]:
        """Every question that can be found, national ones first."""
        return gather_questions(Gathered(self.library.definitions, self.versions, self.withdrawn, self.shared))

    @cached_property
    def by_id(self) -> Mapping[str, BankQuestion]:
        """Every question by its id."""
        return {question.id: question for question in self.questions}

    @cached_property
    def vocabulary(self) -> Mapping[str, frozenset[int]]:
        """For each word the numbers of the questions in which it stands."""
        found: dict[str, set[int]] = {}
        for number, question in enumerate(self.questions):
            for text in words_of(question):
                for word in _words(text):
                    found.setdefault(word, set()).add(number)
        return {word: frozenset(numbers) for word, numbers in found.items()}

    def search(self, wanted: Wanted) -> Found:
        """Return the questions in which each word stands, also as a part of a longer one: those that ask it themselves first."""
        numbers = set(range(len(self.questions)))
        words = _words(wanted.words)
        for word in words:
            numbers &= {number for known, those in self.vocabulary.items() if word in known for number in those}
        chosen = [self.questions[number] for number in sorted(numbers) if _fits(self.questions[number], wanted)]
        chosen.sort(key=lambda one: not all(word in _plain(_asked(one.newest)) for word in words))
        pages = max(1, -(-len(chosen) // PAGE_SIZE))
        page = min(max(1, wanted.page), pages)
        return Found(tuple(chosen[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]), len(chosen), page, pages)

    def verdicts(self, question: BankQuestion) -> tuple[ItemVerdict | None, ...]:
        """Return for each version, the newest first, the verdict against the version before it; None for the first."""
        newest = {one.id: one.newest for one in self.questions}
        crosswalks = self.library.definitions.all_crosswalks()
        older: tuple[Wording | None, ...] = (*question.wordings[1:], None)
        return tuple(
            compare_wordings(before, now, newest, crosswalks) if before is not None else None
            for now, before in zip(question.wordings, older, strict=True)
        )

    def own_questions(self, municipality: str) -> tuple[tuple[LocalQuestion, IndexedVersion], ...]:
        """Return the questions that a municipality published itself, each with the newest version that asks it and is in use."""
        owner = municipality.lower()
        found: dict[str, tuple[LocalQuestion, IndexedVersion]] = {}
        for version in self.versions.values():
            if version.municipality != municipality or version.content_hash in self.withdrawn:
                continue
            for question in version.local:
                known = found.get(question.reference)
                if owner_of(question.reference) == owner and (known is None or _newer(version, known[1])):
                    found[question.reference] = question, version
        return tuple(found[reference] for reference in sorted(found))


class QuestionBank:
    """The question bank as this process knows it: what was read once stays, what is new is read when somebody looks."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._versions: dict[str, IndexedVersion] = {}
        self._bank: Bank | None = None
        self._reading = asyncio.Lock()

    async def look(self) -> Bank:
        """Return the bank as it is now."""
        library = await present_library(self._database)
        async with reading_across(self._database) as session:
            published = await published_versions(session)
            shared = {row.item: row.content_hash for row in await shared_rows(session)}
        async with self._reading:
            if published.versions != len(self._versions):
                await self._read_new()
            return await self._bank_of(library, published, shared)

    async def _read_new(self) -> None:
        async with reading_across(self._database) as session:
            async for part in unknown_versions(session, self._versions):
                indexed = await asyncio.to_thread(lambda rows: [index_version(*row) for row in rows], part)
                self._versions |= {version.content_hash: version for version in indexed}

    async def _bank_of(self, library: NationalLibrary, published: Published, shared: Mapping[str, str]) -> Bank:
        known = self._bank
        same = (
            known is not None
            and known.library is library
            and known.versions.keys() == self._versions.keys()
            and (known.withdrawn, known.shared) == (published.withdrawn, shared)
        )
        if known is None or not same:
            self._bank = known = Bank(library, dict(self._versions), published.withdrawn, dict(shared))
            await asyncio.to_thread(lambda bank: bank.vocabulary, known)
        return known


@dataclass(frozen=True, slots=True)
class Shared:
    """A question that others can copy now, and the published version that they copy it from."""

    item: str
    content_hash: str


class NotShareable:
    """The municipality has not published a question of this name, or withdrew every version that asks it."""


async def share_question(
    bank: Bank, database: Database, municipality: str, item: str, *, actor: str, now: datetime, today: date
) -> Shared | NotShareable:
    """Let others copy a question that a municipality published. Sharing it again takes its newest version."""
    own = {question.reference: version for question, version in bank.own_questions(municipality)}
    if item not in own:
        return NotShareable()
    shared = Shared(item, own[item].content_hash)
    async with tenant_transaction(database, municipality) as session:
        row = await session.get(SharedQuestion, item)
        before = {"content_hash": row.content_hash} if row is not None else None
        if before == {"content_hash": shared.content_hash}:
            return shared
        if row is None:
            row = SharedQuestion(municipality=municipality, item=item, content_hash="", shared_on=today)
        row.content_hash, row.shared_on = shared.content_hash, today
        session.add(row)
        await session.flush()
        after = {"content_hash": shared.content_hash}
        await audit.record(
            session,
            municipality,
            actor=actor,
            action="question.shared",
            object_kind="question",
            object_id=item,
            before=before,
            after=after,
            now=now,
        )
    return shared


async def stop_sharing(database: Database, municipality: str, item: str, *, actor: str, now: datetime) -> bool:
    """Share a question no longer; return whether it was. Copies that others made stay theirs."""
    async with tenant_transaction(database, municipality) as session:
        row = await session.get(SharedQuestion, item)
        if row is None or row.municipality != municipality:
            return False
        before = {"content_hash": row.content_hash}
        await session.delete(row)
        await session.flush()
        await audit.record(
            session,
            municipality,
            actor=actor,
            action="question.not_shared",
            object_kind="question",
            object_id=item,
            before=before,
            now=now,
        )
    return True


async def shared_questions(database: Database, municipality: str) -> frozenset[str]:
    """Return the references of the questions that a municipality shares."""
    async with tenant_reading(database, municipality) as session:
        return frozenset(row.item for row in await shared_rows(session))


def _newer(version: IndexedVersion, other: IndexedVersion) -> bool:
    return _age(version) > _age(other)


def _age(version: IndexedVersion) -> tuple[int, str]:
    name, _, number = version.reference.partition("@")
    return int(number), name


def _fits(question: BankQuestion, wanted: Wanted) -> bool:
    return (
        wanted.domain in {"", question.domain}
        and wanted.concept in {"", question.concept}
        and wanted.kind in {"", question.kind}
        and wanted.origin in {"", "local" if question.owner else "national"}
    )


def _asked(wording: Wording) -> str:
    return f"{wording.item.title} {wording.item.text.stem} {wording.item.text.stem_easy or ''}"


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(_plain(text)))


def _plain(text: str) -> str:
    """Return a text in lower case without accents.

    >>> _plain("Één idee")
    'een idee'
    """
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in parts if not unicodedata.combining(sign))
