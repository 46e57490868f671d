"""Which submissions may count in an edition: of a round into which people come all the time, those of months that were sealed.

The series of such a round shows its months, and the results page shows everybody that an edition counts. If that were more than the
sealed months, the difference would be those few who answered since. That stays so when the round is over: who came after the last month
counts once the round is sealed, when they are enough to be a period of their own (`ceo.workflows.ending.tails`).
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, String, cast, func, or_
from sqlmodel import col, select

from ceo.storage.endings import Snapshot
from ceo.storage.rounds import Round, RoundDesign, RoundStage
from ceo.storage.submissions import Submission
from ceo.workflows.ending.sealing import WHOLE
from ceo.workflows.rounds.design import GOES_ON

# Of a day as text, such as 2027-03-15: its month.
_MONTH: Final = 7


def may_count() -> ColumnElement[bool]:
    """Return the condition that nothing but its number keeps a submission out of an edition."""
    round_id = col(Submission.round_id)
    over = select(Round.id).where(col(Round.id) == round_id, col(Round.stage) != RoundStage.FIELD.value)
    months = select(Snapshot.period).where(col(Snapshot.round_id) == round_id, col(Snapshot.period) != WHOLE)
    moment = col(RoundDesign.document)["moment"].as_string()
    goes_on = select(RoundDesign.round_id).where(
        col(RoundDesign.round_id) == round_id, moment.in_([one.value for one in GOES_ON])
    )
    sealed = select(func.max(Snapshot.period)).where(col(Snapshot.round_id) == round_id, col(Snapshot.period) != WHOLE)
    month = func.substr(cast(col(Submission.received_on), String), 1, _MONTH)
    return or_(
        over.correlate(Submission).exists() & ~months.correlate(Submission).exists(),
        ~goes_on.correlate(Submission).exists(),
        month <= sealed.correlate(Submission).scalar_subquery(),
    )
