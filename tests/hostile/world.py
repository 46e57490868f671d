"""Three municipalities that ask different things, with hostile residents, and neighbours whose answers must stay out of sight."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from arrangements import OpenedRound, arrange_round, wmo_core
from hostile.harm import Watch
from hostile.sending import Reply, Wire
from hostile.visiting import Visitor
from sqlmodel import SQLModel, select
from web.running import Site
from web.trial import trial

from ceo.clock import dutch_day
from ceo.storage.contacts import Invitation
from ceo.storage.database import Database
from ceo.storage.rounds import Promise, Round
from ceo.storage.submissions import Draft, Submission
from ceo.storage.tenancy import tenant_reading, tenant_transaction
from ceo.workflows.answering.access_codes import AccessKey, read_code
from ceo.workflows.answering.arriving import start
from questionnaires.definition import Item, NarrativeAnswer, TextAnswer
from questionnaires.loading import load_shipped
from questionnaires.questionnaire import Questionnaire

# Stands in what neighbours wrote, and in what hostile residents wrote of themselves.
CANARY: Final = "kanariepiet"
OWN_WORD: Final = "eigenwoord"
ATTACKERS: Final = 4
# Behind the hostile residents: one who is filling in, one who has sent, one who has not begun.
_NEIGHBOURS: Final = 3


@dataclass
class Attacker:
    """A hostile resident with a valid code."""

    home: str
    code: str
    key: AccessKey
    visitor: Visitor

    async def come_in(self) -> None:
        """Follow the link of the letter, and begin when that is offered."""
        await self.visitor.open(f"{self.home}/code/{self.code}")
        forms = [one for one in self.visitor.forms if one.action.endswith("/welkom")]
        if forms:
            hidden = [(control.name, control.value) for control in forms[0].fields if control.kind == "hidden"]
            await self.visitor.post(forms[0].action, hidden)


@dataclass
class World:
    """What a storm rages over."""

    site: Site
    rounds: tuple[OpenedRound, ...]
    attackers: tuple[Attacker, ...]
    watch: Watch

    @property
    def strangers(self) -> list[AccessKey]:
        """The keys of everybody who is not hostile."""
        return [opened.key(number) for opened in self.rounds for number in _neighbours_of(opened)]

    @property
    def codes(self) -> list[str]:
        """All codes, as on the letter and as one types them."""
        shown = [code for opened in self.rounds for code in opened.codes]
        return [form for code in shown for form in (code, code.lower(), read_code(code) or "")]

    @property
    def never_logged(self) -> list[str]:
        """What no log may hold: codes, keys, the names of rows that they lead to, and what somebody answered."""
        keys = [opened.key(number) for opened in self.rounds for number in range(len(opened.codes))]
        names = [name for key in keys for name in (key.secret, key.access_hash, key.draft_id, key.pseudonym)]
        return [*self.codes, *names, CANARY, OWN_WORD]

    async def others(self) -> list[SQLModel]:
        """Return every row of those who are not hostile."""
        strangers = {name for key in self.strangers for name in (key.access_hash, key.draft_id)}
        found: list[SQLModel] = []
        for opened in self.rounds:
            async with tenant_reading(self.site.database, opened.municipality) as session:
                drafts = [row for row in await session.exec(select(Draft)) if row.id in strangers]
                invited = [row for row in await session.exec(select(Invitation)) if row.access_hash in strangers]
                sent = [row for row in await session.exec(select(Submission)) if CANARY in str(row.answers)]
                rounds = list(await session.exec(select(Round)))
            found += [*drafts, *invited, *sent, *rounds]
        return sorted(found, key=repr)

    async def sent_by_attackers(self) -> list[Submission]:
        """Return what the hostile residents sent."""
        found: list[Submission] = []
        for opened in self.rounds:
            async with tenant_reading(self.site.database, opened.municipality) as session:
                found += [row for row in await session.exec(select(Submission)) if CANARY not in str(row.answers)]
        return found


async def arrange_world(site: Site) -> World:
    """Open three rounds, let neighbours answer in them, and let the hostile residents in."""
    asked: tuple[tuple[Questionnaire, Promise], ...] = (
        (wmo_core(), Promise.ANONYMOUS),
        (trial(together=True), Promise.ANONYMOUS),
        (load_shipped("verhaal@1"), Promise.PSEUDONYMOUS),
    )
    rounds = tuple([await _open(site, questionnaire, promise) for questionnaire, promise in asked])
    for opened, (questionnaire, promise) in zip(rounds, asked, strict=True):
        await _answer_as_neighbours(site.database, opened, questionnaire, promise)
        await _come_far(site.database, opened, questionnaire)
    strangers = [opened.key(number) for opened in rounds for number in _neighbours_of(opened)]
    theirs = [name for key in strangers for name in (key.secret, key.access_hash, key.draft_id)]
    codes = [code for opened in rounds for code in opened.codes]
    watch = Watch(
        secrets=[*theirs, CANARY], codes=[*codes, *(read_code(code) or "" for code in codes)], private=[OWN_WORD]
    )
    attackers = tuple(_attacker(site, opened, number, watch.look) for opened in rounds for number in range(ATTACKERS))
    return World(site, rounds, attackers, watch)


async def _open(site: Site, questionnaire: Questionnaire, promise: Promise) -> OpenedRound:
    code = next(site.unused)
    today = dutch_day()
    return await arrange_round(
        site.database,
        site.settings,
        municipality=code,
        measurement=f"storm-{code.lower()}",
        invited={"Begeleiding": ATTACKERS + _NEIGHBOURS},
        opens_on=today - timedelta(days=7),
        closes_on=today + timedelta(days=30),
        questionnaire=questionnaire,
        promise=promise,
    )


def _neighbours_of(opened: OpenedRound) -> range:
    return range(ATTACKERS, len(opened.codes))


async def _answer_as_neighbours(
    database: Database, opened: OpenedRound, questionnaire: Questionnaire, promise: Promise
) -> None:
    """Plant answers that would be recognised: one draft, and one submission."""
    answers = {item.id: {"version": item.version, "value": f"{CANARY} {item.id}"} for item in questionnaire.items}
    filling_in, sent, _ = _neighbours_of(opened)
    await start(database, opened.key(filling_in), today=dutch_day())
    async with tenant_transaction(database, opened.municipality) as session:
        draft = await session.get_one(Draft, opened.key(filling_in).draft_id)
        draft.answers = answers
        session.add(
            Submission(
                id=uuid.uuid4().hex,
                municipality=opened.municipality,
                round_id=opened.round_id,
                stratum="Begeleiding",
                questionnaire_hash=draft.questionnaire_hash,
                answers=answers,
                language="nl",
                text_register="standard",
                mode="web",
                received_on=dutch_day(),
                pseudonym=opened.key(sent).pseudonym if promise is Promise.PSEUDONYMOUS else None,
            )
        )
        invitation = await session.get_one(Invitation, opened.key(sent).access_hash)
        invitation.state = "complete"


async def _come_far(database: Database, opened: OpenedRound, questionnaire: Questionnaire) -> None:
    """Let all hostile residents but one have passed every question: told what can be told, and skipped the rest."""
    for number in range(1, ATTACKERS):
        await start(database, opened.key(number), today=dutch_day())
        async with tenant_transaction(database, opened.municipality) as session:
            draft = await session.get_one(Draft, opened.key(number).draft_id)
            draft.answers = {item.id: _told_or_skipped(item) for item in questionnaire.items}


def _told_or_skipped(item: Item) -> dict[str, Any]:
    if isinstance(item.type, NarrativeAnswer | TextAnswer):
        return {"version": item.version, "value": OWN_WORD}
    return {"version": item.version, "missing": "skipped"}


def _attacker(site: Site, opened: OpenedRound, number: int, look: Callable[[Wire, Reply], None]) -> Attacker:
    visitor = Visitor(site.app, client=f"2001:db8:{number + 1:x}::1", look=look)
    return Attacker(f"/{opened.municipality}", opened.codes[number], opened.key(number), visitor)
