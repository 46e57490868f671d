"""A form on paper that somebody has in hand: whether it can be keyed in this round, and what has to be done with it next."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.contacts import InvitationState
from ceo.storage.database import Database
from ceo.storage.paper import KeyedForm
from ceo.storage.rounds import Round
from ceo.storage.tenancy import tenant_reading
from ceo.workflows.answering.access_codes import AccessKey
from ceo.workflows.answering.answer import OpenDraft
from ceo.workflows.inviting.brought_codes import CodeFault, find_brought
from ceo.workflows.paper.keyed import Compared, Keyed, compare, keyed_from_json
from ceo.workflows.publish import PublishedVersions
from questionnaires.consents import CALL_BACK, take_back
from questionnaires.expressions.facts import Circumstances
from questionnaires.questionnaire import Questionnaire
from questionnaires.routing import route

# In submissions: how the answers came in.
PAPER: Final = "paper"
# The share of the forms that somebody else keys too, 0 to 1.
DOUBLE_KEYED: Final = 0.1
_BYTES: Final = 8


class Step(StrEnum):
    """What has to be done next with a form."""

    KEY = "key"  # nobody has keyed it
    CHECK = "check"  # keyed once, which is enough: look it over, and send
    WAIT = "wait"  # keyed by who asks, and somebody else has to key it too
    KEY_AGAIN = "key-again"  # keyed by somebody else, and who asks can key it too
    RECONCILE = "reconcile"  # the two keyings differ
    SEND = "send"  # the two keyings agree, and sending was broken off


@dataclass(frozen=True, slots=True)
class PaperForm:
    """A form with what was keyed of it. `stored` is the row as it was read, None before the first keying.

    `begun_on_web`: with the same code something was filled in on the website; the paper takes its place.
    """

    key: AccessKey
    round: Round
    questionnaire: Questionnaire
    step: Step
    stored: KeyedForm | None = None
    begun_on_web: bool = False

    @property
    def first(self) -> Keyed | None:
        """Return the first keying."""
        return keyed_from_json(self.stored.first) if self.stored is not None else None

    @property
    def second(self) -> Keyed | None:
        """Return the second keying."""
        return keyed_from_json(self.stored.second) if self.stored is not None and self.stored.second else None

    @property
    def compared(self) -> Compared:
        """Return where the two keyings differ; nowhere as long as there is one."""
        first, second = self.first, self.second
        return Compared((), ()) if first is None or second is None else compare(self.questionnaire, first, second)

    @property
    def version(self) -> str:
        """Return what tells the first keying as it stands from an earlier one; "" before the first."""
        return version_of(self.stored.first) if self.stored is not None else ""


async def find_form(
    database: Database, versions: PublishedVersions, key: AccessKey, round_id: int, *, by: str
) -> PaperForm | CodeFault:
    """Return the form of a code, for somebody (`by` is an id) who has it in hand; or why it cannot be keyed in this round."""
    async with tenant_reading(database, key.municipality) as session:
        found = await find_brought(session, key.access_hash, round_id)
        stored = await session.get(KeyedForm, key.keyed_form)
    if isinstance(found, CodeFault):
        return found
    invitation, its_round = found
    questionnaire = (await versions.open(its_round.questionnaire_hash)).questionnaire
    begun = invitation.state == InvitationState.STARTED
    return PaperForm(key, its_round, questionnaire, next_step(questionnaire, stored, by), stored, begun)


def next_step(questionnaire: Questionnaire, stored: KeyedForm | None, by: str) -> Step:
    """Return what has to be done next with a form, as far as somebody can do it."""
    if stored is None:
        return Step.KEY
    if stored.second is not None:
        compared = compare(questionnaire, keyed_from_json(stored.first), keyed_from_json(stored.second))
        return Step.RECONCILE if compared.differing else Step.SEND
    if not stored.needs_second:
        return Step.CHECK
    return Step.WAIT if stored.first_by == by else Step.KEY_AGAIN


async def lock_form(session: AsyncSession, form_id: str) -> KeyedForm | None:
    """Return a form as it stands, for as long as the transaction lasts its own."""
    return await session.get(KeyedForm, form_id, with_for_update=True)


def needs_second(secret_key: bytes, form_id: str, *, share: float = DOUBLE_KEYED) -> bool:
    """Return whether a form has to be keyed twice. It follows from the form and the installation's key: nobody can choose."""
    digest = hmac.new(secret_key, f"double keying:{form_id}".encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:_BYTES], "big") < share * (1 << 8 * _BYTES)


def version_of(document: dict[str, Any]) -> str:
    """Return a short name for a stored keying: another one has another name, in whatever order its parts come back."""
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()[:16]


def as_draft(form: PaperForm, keyed: Keyed) -> OpenDraft:
    """Return a keying as a draft that could have been filled in on the website: what is checked and sent. Nobody is called about paper."""
    circumstances = circumstances_of(keyed.reader.language, keyed.reader.register, keyed.started_on)
    answers = dict(keyed.answers)
    return OpenDraft(
        key=form.key,
        round=form.round,
        questionnaire=form.questionnaire,
        circumstances=circumstances,
        answers=answers,
        consents={item: take_back(consent, {CALL_BACK}) for item, consent in keyed.consents.items()},
        path=route(form.questionnaire, answers, circumstances),
        row_version=0,
        last_save="",
    )


def circumstances_of(language: str, register: str, started_on: date) -> Circumstances:
    """Return how a form on paper is filled in."""
    return Circumstances(language, PAPER, register, started_on)
