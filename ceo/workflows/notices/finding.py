"""Finding what staff should be told, in the rows of all municipalities: one query for each kind of thing, however many there are.

What staff wrote about an action, a step or a question is not copied: a name that somebody typed by mistake must not stay in a notice.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import date, datetime
from typing import Final

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.clock import DUTCH_TIME
from ceo.storage.audit import AuditRecord
from ceo.storage.dialogues import Action, PlannedStep
from ceo.storage.following import Antenna, SeriesEdition
from ceo.storage.people import NATIONAL
from ceo.storage.releases import Decision, Release, ReleaseRound, ReleaseState
from ceo.storage.rounds import Round, is_open
from ceo.storage.together import AnswerToQuestion, OpenQuestion
from ceo.workflows.following.reading import FINEST_FIRST
from ceo.workflows.following.series import Series
from ceo.workflows.following.signals import finest, signals_in
from ceo.workflows.learning.actions import ActionState
from ceo.workflows.notices.kinds import ACTION_BEFORE, NEWS, ROUND_BEFORE, Happening, NoticeKind

_WITHDRAWN: Final = "story.permission-withdrawn"


async def find_happenings(session: AsyncSession, *, today: date, now: datetime) -> list[Happening]:
    """Return what staff of all places should be told today, whether they were told before or not. `session` reads across."""
    return [
        *[one async for one in _rounds(session, today)],
        *[one async for one in _actions(session, today)],
        *[one async for one in _steps(session, today)],
        *[one async for one in _releases(session)],
        *[one async for one in _answers(session, today)],
        *[one async for one in _withdrawn(session, now)],
        *await _signals(session, today),
    ]


async def _rounds(session: AsyncSession, today: date) -> AsyncIterator[Happening]:
    ending = select(Round).where(is_open(today), col(Round.closes_on) <= today + ROUND_BEFORE)
    for row in await session.exec(ending):
        facts = {"title": row.title, "day": row.closes_on.isoformat()}
        name, path = f"{row.id}:{row.closes_on}", f"/metingen/{row.id}"
        yield Happening(NoticeKind.ROUND_ENDS, row.municipality, name, path, facts)


async def _actions(session: AsyncSession, today: date) -> AsyncIterator[Happening]:
    due = select(Action).where(col(Action.state) == ActionState.OPEN.value, col(Action.due_on) <= today + ACTION_BEFORE)
    for row in await session.exec(due):
        late = row.due_on < today
        name = f"{row.id}:{row.due_on}:{'late' if late else 'soon'}"
        facts = {"day": row.due_on.isoformat(), "late": late}
        yield Happening(NoticeKind.ACTION_DUE, row.municipality, name, f"/leren/actie/{row.id}", facts)


async def _steps(session: AsyncSession, today: date) -> AsyncIterator[Happening]:
    # How long before its day a step is told of is its own choice, so the days are compared here.
    coming = select(PlannedStep).where(col(PlannedStep.done_on).is_(None), col(PlannedStep.day) >= today)
    for row in await session.exec(coming):
        if (row.day - today).days <= row.remind_days:
            facts = {"day": row.day.isoformat()}
            yield Happening(NoticeKind.STEP_SOON, row.municipality, f"{row.id}:{row.day}", "/leren/planning", facts)


async def _releases(session: AsyncSession) -> AsyncIterator[Happening]:
    """Yield what was made and waits for a municipality that neither signed for it as it is now, nor refused."""
    waiting = (
        select(ReleaseRound, Release.title, Release.digest)
        .join(
            Release,
            (col(Release.name) == col(ReleaseRound.release)) & (col(Release.edition) == col(ReleaseRound.edition)),
        )
        .where(
            col(Release.state).in_((ReleaseState.DRAFT.value, ReleaseState.SIGNED.value)),
            col(Release.digest) != "",
            col(Release.asked_at).is_(None),
            col(ReleaseRound.decision) != Decision.REFUSED.value,
            col(ReleaseRound.signed_digest) != col(Release.digest),
        )
    )
    for row, title, digest in await session.exec(waiting):
        path = f"/uitgaven/{row.release}/{row.edition}"
        name = f"{row.release}:{row.edition}:{digest}"
        yield Happening(NoticeKind.RELEASE_WAITS, row.municipality, name, path, {"title": title})


async def _answers(session: AsyncSession, today: date) -> AsyncIterator[Happening]:
    """Yield answers of others to a question, for who asked it."""
    given = (
        select(AnswerToQuestion.id, OpenQuestion)
        .join(OpenQuestion, col(OpenQuestion.id) == col(AnswerToQuestion.question_id))
        .where(
            col(AnswerToQuestion.given_on) > today - NEWS, col(AnswerToQuestion.given_by) != col(OpenQuestion.asked_by)
        )
    )
    for answer, row in await session.exec(given):
        path = f"/samen/vragen/{row.id}"
        yield Happening(NoticeKind.QUESTION_ANSWERED, row.municipality, answer, path, only=row.asked_by)


async def _withdrawn(session: AsyncSession, now: datetime) -> AsyncIterator[Happening]:
    """Yield permissions that were taken back, where quotes or cases of readers went with them: that alone is recorded."""
    done = select(AuditRecord).where(col(AuditRecord.action) == _WITHDRAWN, col(AuditRecord.at) > now - NEWS)
    for row in await session.exec(done):
        counts = row.after or {}
        if counts.get("quotes") or counts.get("cases"):
            day = row.at.astimezone(DUTCH_TIME).date()
            # Together for a day: how many people took something back is nobody's business.
            name = f"{row.object_id}:{day}"
            yield Happening(NoticeKind.STORY_WITHDRAWN, row.place, name, f"/verhalen/{row.object_id}")


async def _signals(session: AsyncSession, today: date) -> list[Happening]:
    """Return the signals that stand in series that were made lately, among what each municipality watches."""
    watched: dict[str, set[tuple[str, str]]] = {}
    for row in await session.exec(select(Antenna)):
        watched.setdefault(row.place, set()).add((row.core, row.indicator))
    made = (
        select(SeriesEdition.municipality, SeriesEdition.document)
        .where(col(SeriesEdition.made_on) > today - NEWS)
        .order_by(col(SeriesEdition.number))
    )
    newest: dict[tuple[str, str, str], Series] = {}
    for municipality, document in await session.exec(made) if watched else ():
        series = Series.model_validate(document)
        newest[municipality, series.core, series.grain] = series
    by_place: dict[str, list[Series]] = {}
    for (municipality, _, _), series in newest.items():
        by_place.setdefault(municipality, []).append(series)
    return [
        one
        for municipality, listed in by_place.items()
        for series in finest(sorted(listed, key=lambda one: (one.core, FINEST_FIRST.index(one.grain))))
        for one in _signals_in(municipality, series, watched.get(municipality, set()) | watched.get(NATIONAL, set()))
    ]


def _signals_in(municipality: str, series: Series, watched: set[tuple[str, str]]) -> Iterator[Happening]:
    indicators = {indicator for core, indicator in watched if core == series.core}
    for signal in signals_in(series, indicators):
        path = f"/volgen/{signal.core}/{signal.grain}/{signal.indicator}"
        name = f"{signal.core}:{signal.indicator}:{signal.since}"
        yield Happening(NoticeKind.SIGNAL, municipality, name, path, {"title": signal.title})
