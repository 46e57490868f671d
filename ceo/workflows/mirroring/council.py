"""What a council is told besides the figures of an edition: what was talked about and agreed, and what clients told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.database import Database
from ceo.storage.dialogues import Action, Dialogue
from ceo.storage.rounds import Round
from ceo.storage.tenancy import tenant_reading
from ceo.workflows.learning.actions import ActionState, baseline_of
from ceo.workflows.learning.dialogues import DialogueState, about_of
from ceo.workflows.learning.results import Result
from ceo.workflows.mirroring.reading import OwnEdition
from ceo.workflows.releases.reports import ReportKind, ReportSource, compose
from ceo.workflows.stories.quotes import quotes_for
from exports.wording import date_words

_PUBLIC_USE: Final = "delen_anoniem"
_LOOKS_BACK: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Deed:
    """What was talked about or agreed, and how far that is, in words. `kind` is "dialogue" or "action", `id` that of its row."""

    what: str
    how_far: str
    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class CouncilNews:
    """Deeds about results of a core questionnaire, the most important first, and words of clients that everybody may read."""

    deeds: tuple[Deed, ...]
    quotes: tuple[str, ...]


async def council_news(database: Database, municipality: str, edition: OwnEdition, *, today: date) -> CouncilNews:
    """Return what the council of a municipality is told about an edition. Permissions for quotes are looked up now."""
    async with tenant_reading(database, municipality) as session:
        closed = await _closed_dialogues(session)
        actions = await _agreed(session, edition, closed)
        rounds = await _rounds_of_stories(session, edition)
    quotes = await quotes_for(database, municipality, _PUBLIC_USE, rounds)
    dialogues = [row for row in closed if _is_about(about_of(row), edition)]
    return CouncilNews(_told(actions, dialogues, today), tuple(one.text for one in quotes))


def with_news(source: ReportSource, news: CouncilNews) -> ReportSource:
    """Return what the pages for a council are made of, with the news on them."""
    deeds = tuple((one.what, one.how_far) for one in news.deeds)
    return replace(source, deeds=deeds, quotes=news.quotes)


def write_council_page(source: ReportSource, municipality: str, kind: ReportKind) -> bytes:
    """Return the inside of the page with all of the news, which two pages of paper have no room for."""
    from exports.html import write_html
    from exports.municipal_report.additions import MAY_BE_READ, Deed, Quote
    from exports.municipal_report.council_deeds import told_in_full

    report = compose(replace(source, deeds=(), quotes=()), municipality, kind)
    deeds = [Deed(what, how_far) for what, how_far in source.deeds]
    quotes = [Quote(text, MAY_BE_READ) for text in source.quotes]
    return write_html(told_in_full(report, deeds, quotes)).encode()


async def _rounds_of_stories(session: AsyncSession, edition: OwnEdition) -> list[int]:
    """Return the rounds of about the same time, whatever was asked: stories are mostly told in a round of their own."""
    its_rounds = select(Round.id).where(
        col(Round.closes_on) >= edition.closes_on - _LOOKS_BACK, col(Round.simulated) == edition.simulated
    )
    return [round_id for round_id in await session.exec(its_rounds) if round_id is not None]


async def _closed_dialogues(session: AsyncSession) -> list[Dialogue]:
    """Return the closed dialogues, the newest first."""
    closed = select(Dialogue).where(col(Dialogue.state) == DialogueState.CLOSED.value)
    rows = await session.exec(closed.order_by(col(Dialogue.closed_on).desc(), col(Dialogue.id)))
    return list(rows)


async def _agreed(session: AsyncSession, edition: OwnEdition, closed: list[Dialogue]) -> list[Action]:
    """Return the actions about the core questionnaire that a council may take for agreed, the newest first.

    Those of a dialogue count once it is closed: until then people may still think otherwise. Without a dialogue nothing tells when people
    agreed, so that such an action counts once it is done.
    """
    ended = {row.id for row in closed}
    talked = {row.id for row in closed if _is_about(about_of(row), edition)}
    own = (col(Action.core) == edition.core) | col(Action.dialogue_id).in_(talked)
    rows = await session.exec(select(Action).where(own).order_by(col(Action.made_at).desc(), col(Action.id)))
    return [
        row
        for row in rows
        if (row.dialogue_id in ended or (row.dialogue_id is None and row.state == ActionState.DONE))
        and (row.dialogue_id in talked or ((began := baseline_of(row)) is not None and _is_about(began, edition)))
    ]


def _told(actions: list[Action], dialogues: list[Dialogue], today: date) -> tuple[Deed, ...]:
    """Return everything in words: the action that was done last and the newest dialogue first, as new plans must not push them out."""
    done = [row for row in actions if row.state == ActionState.DONE]
    first = max(done, key=lambda row: row.ended_on or date.min, default=None)
    rest = [row for row in actions if row is not first]
    return (
        *([_action(first, today)] if first is not None else ()),
        *map(_talked, dialogues[:1]),
        *(_action(row, today) for row in rest),
        *map(_talked, dialogues[1:]),
    )


def _is_about(result: Result, edition: OwnEdition) -> bool:
    # What was said of simulated figures stands beside simulated ones only, whose page says so.
    return result.core == edition.core and result.simulated is edition.simulated


def _action(row: Action, today: date) -> Deed:
    what = "Gedaan" if row.dialogue_id is None else "Afgesproken"
    return Deed(f"{what}: {row.title}", _how_far(row, today), "action", row.id)


def _how_far(row: Action, today: date) -> str:
    """Return how far an action is, in words."""
    if row.state == ActionState.DONE:
        return f"klaar op {date_words(row.ended_on)}" if row.ended_on else "klaar"
    if row.state == ActionState.STOPPED:
        stopped = f"gestopt op {date_words(row.ended_on)}" if row.ended_on else "gestopt"
        return f"{stopped}, omdat: {row.ended_because.rstrip('.')}" if row.ended_because else stopped
    if row.due_on < today:
        return f"nog niet klaar, de afgesproken dag was {date_words(row.due_on)}"
    return f"loopt, moet klaar zijn op {date_words(row.due_on)}"


def _talked(row: Dialogue) -> Deed:
    day = row.held_on or row.closed_on
    how_far = f"besproken op {date_words(day)}" if day else "besproken"
    return Deed(f"Gesprek: {row.title}", how_far, "dialogue", row.id)
