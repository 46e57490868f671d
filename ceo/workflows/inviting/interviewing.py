"""Talking with somebody who phones or comes to the counter: with which code, and beginning to fill in for them.

No record is kept of a single conversation: its moment, beside a list of calls, would lead from a submission to a person. That somebody
agreed to proceed is known from the draft, which is `phone` and `HELPED` only after that was said.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from ceo.storage.database import Database
from ceo.storage.submissions import Respondent
from ceo.workflows.answering.access_codes import AccessKey
from ceo.workflows.answering.arriving import Arrival, Standing, arrive, reconsider, start
from ceo.workflows.answering.reader import Reader
from ceo.workflows.inviting.brought_codes import CodeFault

# In submissions: how the answers came in.
PHONE: Final = "phone"
_FAULTS: Final = {
    Standing.UNKNOWN: CodeFault.UNKNOWN,
    Standing.EARLY: CodeFault.NOT_IN_FIELD,
    Standing.CLOSED: CodeFault.NOT_IN_FIELD,
    Standing.COMPLETE: CodeFault.ANSWERED,
}


async def find_person(database: Database, key: AccessKey, round_id: int, *, today: date) -> Arrival | CodeFault:
    """Return where the person with a code stands, or why nothing can be filled in for them in this round.

    Who refused on the website may take part after all: they say so themselves.
    """
    arrival = await arrive(database, key, today=today)
    if arrival.round is not None and arrival.round.id != round_id:
        return CodeFault.OTHER_ROUND
    return _FAULTS.get(arrival.standing, arrival)


async def begin_for(database: Database, key: AccessKey, *, today: date, reader: Reader) -> bool:
    """Begin or go on filling in for a person who agreed to that; return whether it can be done."""
    await reconsider(database, key, today=today)
    arrival = await start(database, key, today=today, reader=reader, respondent=Respondent.HELPED, mode=PHONE)
    return arrival.standing is Standing.STARTED
