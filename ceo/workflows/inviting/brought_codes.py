"""A code that somebody of the municipality types for its client: from a form on paper, or as it was told on the telephone."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.contacts import Invitation, InvitationState, find_invitation
from ceo.storage.rounds import Round, RoundStage
from ceo.workflows.answering.access_codes import ALPHABET, read_brought, show_code

# In characters: longer is neither a code nor what stands in a QR code of ours.
_LONGEST: Final = 500
_LINK: Final = re.compile(r"/(GM\d{4})/code/([^/?#\s]+)", re.IGNORECASE)
_GROUP: Final = f"[{ALPHABET}]{{4}}"
_WITHIN: Final = re.compile(rf"(?<![A-Z0-9]){_GROUP}-{_GROUP}-{_GROUP}(?![A-Z0-9])")


class CodeFault(StrEnum):
    """Why nothing can be done with a code. The words for it belong to the pages."""

    EMPTY = "empty"
    UNREADABLE = "unreadable"  # it cannot be a code
    UNKNOWN = "unknown"  # nobody has it in this municipality
    OTHER_MUNICIPALITY = "other-municipality"
    OTHER_ROUND = "other-round"
    NOT_IN_FIELD = "not-in-field"  # the round is not open yet, or was closed
    ANSWERED = "answered"
    REFUSED = "refused"


def read_typed(secret_key: bytes, municipality: str, typed: str) -> str | CodeFault:
    """Return the code, in groups of four, in what was typed or scanned: the code itself, the link of a letter, or a QR code of a form."""
    text = typed.strip()[:_LONGEST]
    if not text:
        return CodeFault.EMPTY
    link = _LINK.search(text)
    if link is not None and link[1].upper() != municipality:
        return CodeFault.OTHER_MUNICIPALITY
    within = _WITHIN.search(text.upper())
    for part in (within[0] if within is not None else "", link[2] if link is not None else text):
        brought = read_brought(secret_key, municipality, part)
        if brought is not None:
            return show_code(brought.code)
    return CodeFault.UNREADABLE


async def find_brought(session: AsyncSession, access_hash: str, round_id: int) -> tuple[Invitation, Round] | CodeFault:
    """Return the invitation of a code with its round; or why nothing can be filled in with it in this round, whatever the day.

    Who refused on the website has `CodeFault.REFUSED`; what the municipality heard itself stands in the invitation.
    """
    found = await find_invitation(session, access_hash)
    if found is None:
        return CodeFault.UNKNOWN
    invitation, its_round = found
    if its_round.id != round_id:
        return CodeFault.OTHER_ROUND
    if invitation.state == InvitationState.COMPLETE:
        return CodeFault.ANSWERED
    if its_round.stage != RoundStage.FIELD:
        return CodeFault.NOT_IN_FIELD
    return CodeFault.REFUSED if invitation.state == InvitationState.REFUSED else found
