"""Practices: what a municipality did that may help others, with the results it belongs to.

A practice is the municipality's own until it shares it, and again when it stops: others read what is shared at that moment. Of a result
others see the figure only where a published release has it; of the own series they see which indicator and when.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, false, func, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.database import Database
from ceo.storage.dialogues import Dialogue
from ceo.storage.tenancy import reading_across, tenant_reading, tenant_transaction
from ceo.storage.together import Practice, Theme
from ceo.workflows.audit.recording import wait_for_turn
from ceo.workflows.learning.results import Result
from ceo.workflows.releases.deciding import By
from ceo.workflows.stories.copying import copied_in
from ceo.workflows.together.typed import (
    LONGEST_CONTACT,
    LONGEST_TEXT,
    LONGEST_TITLE,
    Fault,
    Gone,
    Wrong,
    check_texts,
    find_persons,
    new_id,
    one_line,
    paragraphs,
    tell,
)
from questionnaires.personal_data import TraceKind, find_traces

PAGE_SIZE: Final = 20
_LONGEST: Final = {"title": LONGEST_TITLE, "text": LONGEST_TEXT, "contact": LONGEST_CONTACT}
# Two or more words of letters, with a point between: j.jansen@, piet.de.vries@. Offices write wmo@ or team-wmo@.
_PERSONAL_MAILBOX: Final = re.compile(r"\b[a-z]+(?:\.[a-z]+)+@", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TypedPractice:
    """A practice as somebody typed it. `about` are keys of results (`key_of`).

    `looked`: who typed it was told what looks like a person, and keeps it. `row_version` is of what stood on the page.
    """

    theme: str = ""
    title: str = ""
    text: str = ""
    contact: str = ""
    about: tuple[str, ...] = ()
    looked: bool = False
    row_version: int = 0


@dataclass(frozen=True, slots=True)
class WantedPractices:
    """Which practices are looked for; "" for what does not matter. `page` counts from 1."""

    words: str = ""
    theme: str = ""
    municipality: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class FoundPractices:
    """A page of practices, and how many there are."""

    rows: tuple[Practice, ...]
    total: int
    page: int
    pages: int


def key_of(result: Result) -> str:
    """Return what tells a result of a municipality from its others."""
    return f"{result.source}|{result.name}|{result.core}|{result.indicator}|{result.period}|{result.measure}"


def results_of(row: Practice) -> tuple[Result, ...]:
    """Return the results that a practice belongs to."""
    return tuple(map(Result.model_validate, row.about))


async def search_shared(database: Database, wanted: WantedPractices) -> FoundPractices:
    """Return shared practices in which each word stands, the newest first."""
    conditions: list[ColumnElement[bool]] = [col(Practice.shared).is_(True)]
    if wanted.theme:
        conditions.append(col(Practice.theme) == wanted.theme)
    if wanted.municipality:
        conditions.append(col(Practice.municipality) == wanted.municipality)
    conditions += [
        or_(
            col(Practice.title).icontains(word, autoescape=True),
            col(Practice.text).icontains(word, autoescape=True),
        )
        for word in wanted.words.split()
    ]
    order = (col(Practice.made_on).desc(), col(Practice.title), col(Practice.id))
    async with reading_across(database) as session:
        total = (await session.exec(select(func.count()).select_from(Practice).where(*conditions))).one()
        pages = max(1, -(-total // PAGE_SIZE))
        page = min(max(1, wanted.page), pages)
        statement = select(Practice).where(*conditions).order_by(*order)
        rows = (await session.exec(statement.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE))).all()
    return FoundPractices(tuple(rows), total, page, pages)


async def shared_about(database: Database, theme: str, municipalities: Iterable[str]) -> Sequence[Practice]:
    """Return what municipalities share about a theme, by title."""
    chosen = [*municipalities]
    among = col(Practice.municipality).in_(chosen) if chosen else false()
    statement = select(Practice).where(col(Practice.shared).is_(True), col(Practice.theme) == theme, among)
    async with reading_across(database) as session:
        return (await session.exec(statement.order_by(col(Practice.title), col(Practice.id)))).all()


async def own_practices(database: Database, municipality: str) -> Sequence[Practice]:
    """Return the practices of a municipality, the newest first."""
    statement = select(Practice).order_by(col(Practice.made_on).desc(), col(Practice.title), col(Practice.id))
    async with tenant_reading(database, municipality) as session:
        return (await session.exec(statement)).all()


async def find_practice(database: Database, municipality: str, practice_id: str) -> Practice | None:
    """Return a practice that a municipality may read: its own, or one that is shared; None otherwise."""
    may_read = or_(col(Practice.shared).is_(True), col(Practice.municipality) == municipality)
    async with reading_across(database) as session:
        return (await session.exec(select(Practice).where(col(Practice.id) == practice_id, may_read))).first()


async def results_to_choose(database: Database, municipality: str) -> dict[str, Result]:
    """Return by key the results that a municipality talked about: those that a practice can belong to, in order of title."""
    async with tenant_reading(database, municipality) as session:
        return await _results_of_dialogues(session)


def persons_in(typed: TypedPractice) -> tuple[Wrong, ...]:
    """Return where a practice seems to name a person: whoever typed it looks again before it is kept.

    >>> [one.about for one in persons_in(TypedPractice(contact="j.jansen@voorbeeld.nl"))]
    ['j.jansen@voorbeeld.nl']
    >>> persons_in(TypedPractice(contact="wmo@voorbeeld.nl, 014 030"))
    ()
    """
    contact = one_line(typed.contact)
    named = _PERSONAL_MAILBOX.search(contact) or any(one.kind is TraceKind.NAME for one in find_traces(contact))
    found = find_persons({"title": one_line(typed.title), "text": paragraphs(typed.text)})
    return (*found, Wrong("contact", Fault.PERSON, contact)) if named else found


async def add_practice(
    database: Database, typed: TypedPractice, by: By, *, row_id: str = ""
) -> Practice | tuple[Wrong, ...]:
    """Keep a practice, not shared yet; or return everything that is wrong with it. One that has `row_id` already stays as it is."""
    async with tenant_transaction(database, by.place) as session:
        await wait_for_turn(session, by.place)
        there = await _own(session, row_id) if row_id else None
        if there is not None:
            return there
        row = Practice(
            municipality=by.place,
            id=row_id or new_id(),
            theme="",
            title="",
            text="",
            made_by=by.actor,
            made_on=by.today,
        )
        faults = await _fill(session, row, typed)
        if faults:
            return faults
        session.add(row)
        await tell(session, by, "practice.added", row.id, after={"title": row.title})
    return row


async def change_practice(
    database: Database, practice_id: str, typed: TypedPractice, by: By
) -> tuple[Wrong, ...] | Gone:
    """Change a practice, or return everything that is wrong."""
    async with tenant_transaction(database, by.place) as session:
        await wait_for_turn(session, by.place)
        row = await _own(session, practice_id)
        if row is None:
            return Gone()
        before = {"title": row.title}
        faults = await _fill(session, row, typed)
        if row.row_version != typed.row_version:
            faults = (*faults, Wrong("", Fault.CHANGED))
        if faults:
            session.expunge(row)  # what is wrong is not kept
            return faults
        row.row_version += 1
        await tell(session, by, "practice.changed", row.id, before=before, after={"title": row.title})
    return ()


async def share_practice(
    database: Database, practice_id: str, by: By, *, shared: bool, row_version: int = 0
) -> tuple[Wrong, ...] | Gone:
    """Let others read a practice, or no longer. Done twice is done once.

    `row_version` is of what was read before it was shared, 0 for what was just written. Stopping is possible whatever was read.
    """
    async with tenant_transaction(database, by.place) as session:
        await wait_for_turn(session, by.place)
        row = await _own(session, practice_id)
        if row is None:
            return Gone()
        if row.shared == shared:
            return ()
        if shared and row.row_version != row_version:
            return (Wrong("shown", Fault.CHANGED),)
        row.shared = shared
        row.row_version += 1
        await tell(session, by, "practice.shared" if shared else "practice.not-shared", row.id)
    return ()


async def remove_practice(
    database: Database, practice_id: str, by: By, *, row_version: int
) -> tuple[Wrong, ...] | Gone:
    """Take a practice away. `row_version` is of what stood on the page."""
    async with tenant_transaction(database, by.place) as session:
        await wait_for_turn(session, by.place)
        row = await _own(session, practice_id)
        if row is None:
            return Gone()
        if row.row_version != row_version:
            return (Wrong("shown", Fault.CHANGED),)
        await session.delete(row)
        await tell(session, by, "practice.removed", row.id, before={"title": row.title})
    return ()


async def _own(session: AsyncSession, practice_id: str) -> Practice | None:
    return (await session.exec(select(Practice).where(col(Practice.id) == practice_id))).first()


async def _results_of_dialogues(session: AsyncSession) -> dict[str, Result]:
    results = [Result.model_validate(one) for one in await session.exec(select(Dialogue.about))]
    return {key_of(one): one for one in sorted(results, key=lambda one: (one.title, one.period, key_of(one)))}


async def _fill(session: AsyncSession, row: Practice, typed: TypedPractice) -> tuple[Wrong, ...]:
    """Put what was typed in a row; return everything that is wrong with it. A theme that ended stays where it stood."""
    theme = await session.get(Theme, typed.theme)
    known = {key_of(one): one for one in results_of(row)} | await _results_of_dialogues(session)
    faults = []
    if theme is None or (theme.ended and theme.id != row.theme):
        faults.append(Wrong("theme", Fault.UNKNOWN))
    row.theme, row.title = typed.theme, one_line(typed.title)
    row.text, row.contact = paragraphs(typed.text), one_line(typed.contact)
    texts = {"title": row.title, "text": row.text, "contact": row.contact}
    faults += check_texts(texts, _LONGEST, required=["title", "text"])
    if any(one not in known for one in typed.about):
        faults.append(Wrong("about", Fault.UNKNOWN))
    copied = await copied_in(session, {"title": row.title, "text": row.text})
    faults += [Wrong(field, Fault.COPIED, words) for field, words in copied.items()]
    if not typed.looked:
        faults += persons_in(typed)
    row.about = [known[one].model_dump(mode="json") for one in dict.fromkeys(typed.about) if one in known]
    return tuple(faults)
