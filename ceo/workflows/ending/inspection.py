"""What clients can ask for under the General Data Protection Regulation: to see what is held about them, and to be taken out.

People are found by their code or by their number in the administration of the municipality. What they answered is shown to nobody: they see
it themselves, with the code. After sending, in an anonymous round, nobody can tell which answers are theirs, so these stay. After sealing
what was chosen stays, because published figures can be computed again from it; what was written in own words goes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any, Final

from sqlmodel import col, delete, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.settings import Settings
from ceo.storage.callbacks import remove_callbacks
from ceo.storage.clients import Client, ClientStatus, Contact, LastSurveyed, OptOut
from ceo.storage.contacts import Disposition, Invitation, InvitationState, SecondCode, find_invitation
from ceo.storage.database import Database
from ceo.storage.forgetting import wait_for_rewriting, write_anew
from ceo.storage.letters import MailState, OutgoingMail
from ceo.storage.rounds import Promise, Round, RoundStage
from ceo.storage.submissions import Draft, Submission, lock_submission
from ceo.storage.tenancy import tenant_reading, tenant_transaction
from ceo.workflows.answering.access_codes import AccessKey, access_key, read_code
from ceo.workflows.answering.callbacks import traceable_id
from ceo.workflows.audit.recording import record
from ceo.workflows.ending.own_words import open_items, strip_words
from ceo.workflows.frames.contacts import open_contact
from ceo.workflows.frames.listed import person_hash
from ceo.workflows.frames.opting_out import add_opt_out
from ceo.workflows.inviting.brought_codes import CodeFault, read_typed
from ceo.workflows.stories.withdrawing import forget_stories

WITHDRAWN: Final = "withdrawn"  # why a client who asked for it is in no sample


@dataclass(frozen=True, slots=True)
class Held:
    """What is held about one person in one round. `sent` is None when nobody can tell whether answers are theirs.

    `linked_in_series`: the series of rounds in which a pseudonym links their answers; the pseudonym itself is shown to nobody.
    """

    by_code: bool
    state: str | None = None
    disposition: str | None = None
    sent_on: date | None = None
    reminders: int = 0
    stratum: str = ""
    listed: Mapping[str, Any] = field(default_factory=dict)
    status: str | None = None
    contact: Mapping[str, str] = field(default_factory=dict)
    mails: tuple[str, ...] = ()
    half_way: bool = False
    sent: bool | None = None
    drawn_before: date | None = None
    opted_out: bool = False
    linked_in_series: str = ""

    def document(self) -> dict[str, Any]:
        """Return what is held as it can be given to the person: plain values by name."""
        return {name: value for name, value in asdict(self).items() if value not in (None, {}, (), "")}


@dataclass(frozen=True, slots=True)
class _Found:
    """One person within a session: by a code, by a row of the list, or both."""

    its_round: Round
    invitation: Invitation | None
    client: Client | None
    key: AccessKey | None
    known_as: str | None


async def find_held(
    database: Database, settings: Settings, municipality: str, round_id: int, typed: str
) -> Held | None:
    """Return what is held about the person of a code or client number; None when nothing is."""
    async with tenant_reading(database, municipality) as session:
        found = await _find(session, settings, municipality, round_id, typed)
        return await _held(session, settings, found) if found is not None else None


async def withdraw(
    database: Database, settings: Settings, asked: WithdrawalAsked, *, actor: str, today: date, now: datetime
) -> bool:
    """Take a person out of a round; return whether there was such a person.

    The name and address go, and what was filled in and not sent. What was sent goes too where the code still leads to it; once the round
    was sealed only what of it is in own words goes, with what readers made of that. The person gets no letter, mail or reminder any
    more; with `ask_no_more` in no later round either.
    """
    async with tenant_transaction(database, asked.municipality) as session:
        found = await _find(session, settings, asked.municipality, asked.round_id, asked.typed)
        if found is None:
            return False
        removed = await _remove(session, found)
        if asked.ask_no_more and found.known_as is not None:
            await add_opt_out(session, found.known_as, since=today)
        await session.flush()
        await record(
            session,
            asked.municipality,
            actor=actor,
            action="client.withdrawn",
            object_kind="round",
            object_id=str(asked.round_id),
            after={"removed": removed, "asked_no_more": asked.ask_no_more and found.known_as is not None},
            now=now,
        )
    return True


@dataclass(frozen=True, slots=True)
class WithdrawalAsked:
    """Who wants to be taken out of which round: a code or a client number as it was typed."""

    municipality: str
    round_id: int
    typed: str
    ask_no_more: bool = False


async def _find(
    session: AsyncSession, settings: Settings, municipality: str, round_id: int, typed: str
) -> _Found | None:
    its_round = await session.get(Round, round_id)
    if its_round is None:
        return None
    code = read_typed(settings.secret_key, municipality, typed)
    if not isinstance(code, CodeFault):
        key = access_key(settings.secret_key, municipality, read_code(code) or "")
        invited = await find_invitation(session, key.access_hash)
        if invited is not None and invited[1].id == round_id:
            return await _by_invitation(session, its_round, invited[0], key)
    known_as = person_hash(settings.secret_key, municipality, typed)
    one = select(Client).where(col(Client.round_id) == round_id, col(Client.person_hash) == known_as)
    client = (await session.exec(one)).one_or_none()
    if client is None:
        return None
    own = select(Invitation).where(col(Invitation.client_id) == client.id)
    return _Found(its_round, (await session.exec(own)).one_or_none(), client, None, known_as)


async def _by_invitation(session: AsyncSession, its_round: Round, invitation: Invitation, key: AccessKey) -> _Found:
    client = await session.get(Client, invitation.client_id) if invitation.client_id is not None else None
    return _Found(its_round, invitation, client, key, client.person_hash if client is not None else None)


async def _held(session: AsyncSession, settings: Settings, found: _Found) -> Held:
    invitation, client, known_as = found.invitation, found.client, found.known_as
    contact = await session.get(Contact, client.id) if client is not None else None
    surveyed = select(col(LastSurveyed.drawn_on)).where(col(LastSurveyed.person_hash) == known_as)
    opted_out = select(col(OptOut.since)).where(col(OptOut.person_hash) == known_as)
    return Held(
        by_code=found.key is not None,
        state=invitation.state if invitation is not None else None,
        disposition=invitation.disposition if invitation is not None else None,
        sent_on=invitation.sent_on if invitation is not None else None,
        reminders=invitation.reminders if invitation is not None else 0,
        stratum=client.stratum if client is not None else invitation.stratum if invitation is not None else "",
        listed=dict(client.traits) if client is not None else {},
        status=client.status if client is not None else None,
        contact=_opened(settings, contact),
        mails=await _mails(session, invitation),
        half_way=await _has_draft(session, found.key),
        sent=await _has_sent(session, found),
        drawn_before=(await session.exec(surveyed)).one_or_none(),
        opted_out=(await session.exec(opted_out)).one_or_none() is not None,
        linked_in_series=_linked_in(found),
    )


def _linked_in(found: _Found) -> str:
    """Return the series for which a person has a pseudonym, on the list or with the invitation; "" when there is none."""
    listed = found.client is not None and found.client.sealed_person_key is not None
    invited = found.invitation is not None and found.invitation.masked_person_key is not None
    return found.its_round.series or "" if listed or invited else ""


def _opened(settings: Settings, contact: Contact | None) -> dict[str, str]:
    if contact is None:
        return {}
    details, language = open_contact(settings.encryption_keys, contact.id, contact.sealed)
    return {name: value for name, value in {**asdict(details), "language": language}.items() if value}


async def _mails(session: AsyncSession, invitation: Invitation | None) -> tuple[str, ...]:
    if invitation is None:
        return ()
    own = select(OutgoingMail.kind).where(col(OutgoingMail.invitation_hash) == invitation.access_hash)
    return tuple(sorted(await session.exec(own)))


async def _has_draft(session: AsyncSession, key: AccessKey | None) -> bool:
    return key is not None and await session.get(Draft, key.draft_id) is not None


async def _has_sent(session: AsyncSession, found: _Found) -> bool | None:
    if found.its_round.promise != Promise.PSEUDONYMOUS or found.key is None:
        return None
    sent = select(Submission.id).where(col(Submission.pseudonym) == found.key.pseudonym)
    return (await session.exec(sent)).one_or_none() is not None


async def _remove(session: AsyncSession, found: _Found) -> list[str]:
    """Remove what leads to a person; return what that was, by name."""
    removed = []
    await wait_for_rewriting(session)
    if found.key is not None:
        own = delete(Draft).where(col(Draft.id) == found.key.draft_id)
        removed += ["draft"] if (await session.exec(own.returning(col(Draft.id)))).all() else []
        removed += await _remove_sent(session, found.its_round, found.key)
    if found.client is not None:
        gone = delete(Contact).where(col(Contact.id) == found.client.id)
        removed += ["contact"] if (await session.exec(gone.returning(col(Contact.id)))).all() else []
        found.client.status, found.client.excluded_because = ClientStatus.EXCLUDED.value, WITHDRAWN
    if found.invitation is not None:
        await _stop_writing(session, found.invitation)
        removed.append("invitation")
    return removed


async def _remove_sent(session: AsyncSession, its_round: Round, key: AccessKey) -> list[str]:
    """Remove what was sent with a code, and once the round was sealed only what is in own words; return what that was, by name."""
    row = await lock_submission(session, key.pseudonym)
    if row is None:
        return []
    await remove_callbacks(session, [traceable_id(key, item) for item in row.consents])
    await forget_stories(session, [row.id])
    if its_round.stage not in {RoundStage.SEALED, RoundStage.ERASED}:
        await session.delete(row)
        return ["submission"]
    if not strip_words(row, await open_items(session, [row.questionnaire_hash])):
        return []
    await session.flush()
    session.expunge(row)
    # All of the round: a row that was written together with those of a person would lead to that person.
    await write_anew(session, Submission, col(Submission.round_id) == its_round.id)
    return ["own-words"]


async def _stop_writing(session: AsyncSession, invitation: Invitation) -> None:
    """Let nothing be sent to an invitation any more. Who has answered stays counted as having answered."""
    if invitation.state != InvitationState.COMPLETE:
        invitation.state, invitation.disposition = InvitationState.REFUSED.value, Disposition.REFUSED_OTHERWISE.value
    await session.exec(delete(SecondCode).where(col(SecondCode.invitation_hash) == invitation.access_hash))
    waiting = update(OutgoingMail).where(
        col(OutgoingMail.invitation_hash) == invitation.access_hash, col(OutgoingMail.state) == MailState.WAITING.value
    )
    await session.exec(waiting.values(state=MailState.WITHDRAWN.value, sealed=None))
