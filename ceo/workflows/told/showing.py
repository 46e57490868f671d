"""What a resident reads that is not written by staff: published scores, and words of people who let others read them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlmodel import col, select

from ceo.storage.database import Database
from ceo.storage.story_reading import StoryReading
from ceo.storage.submissions import Submission
from ceo.storage.tenancy import tenant_reading
from ceo.workflows.answering.promises import rounds_of
from ceo.workflows.mirroring.reading import OwnEdition, open_edition, own_editions
from ceo.workflows.releases.files import DamagedEditionError
from ceo.workflows.releases.reading import Cubes
from ceo.workflows.stories.quotes import quotes_for

if TYPE_CHECKING:
    from exports.release.cube import SealedCube

# A page that a resident reads to its end.
_MOST_QUOTES: Final = 6


@dataclass(frozen=True, slots=True)
class ToldScore:
    """A theme with its score from 0 to 100 and the ends of its interval, in whole points. A high score is a good experience."""

    title: str
    value: str
    low: str
    high: str


@dataclass(frozen=True, slots=True)
class ToldScores:
    """The theme scores of a municipality in an edition that everybody may read. `simulated`: no real person answered."""

    edition: OwnEdition
    scores: tuple[ToldScore, ...]
    simulated: bool


@dataclass(frozen=True, slots=True)
class ToldQuote:
    """Words of a story, and the language of the teller."""

    text: str
    language: str


async def told_scores(database: Database, cubes: Cubes, municipality: str) -> ToldScores | None:
    """Return the scores of the newest published edition that holds this municipality; None when there are none to show."""
    edition = next((one for one in await own_editions(database, municipality) if one.current), None)
    if edition is None:
        return None
    try:
        cube = await open_edition(database, cubes, edition)
    except DamagedEditionError:
        # Its figures can be shown nowhere; what staff tell can.
        return None
    scores = await asyncio.to_thread(_scores, cube, municipality)
    return ToldScores(edition, scores, cube.facts.simulated) if scores else None


async def told_quotes(database: Database, municipality: str, *, simulated: bool) -> tuple[ToldQuote, ...]:
    """Return words that were picked for others to read and whose tellers allow that now, from rounds that began.

    They are all of simulated rounds, to be shown below a notice that says so, or all of rounds that real people answered.
    """
    held = await rounds_of(database, municipality)
    rounds = [one.id for one in held if one.id is not None and one.simulated is simulated]
    quotes = (await quotes_for(database, municipality, "delen_anoniem", rounds))[:_MOST_QUOTES]
    if not quotes:
        return ()
    statement = (
        select(StoryReading.id, Submission.language)
        .join(Submission, col(Submission.id) == col(StoryReading.submission_id))
        .where(col(StoryReading.id).in_({quote.story_id for quote in quotes}))
    )
    async with tenant_reading(database, municipality) as session:
        languages = dict((await session.exec(statement)).all())
    # A story that was removed in between is shown no more.
    return tuple(ToldQuote(quote.text, languages[quote.story_id]) for quote in quotes if quote.story_id in languages)


def _scores(cube: SealedCube, municipality: str) -> tuple[ToldScore, ...]:
    from analysis.results import Interval, Measure
    from exports.release.selecting import Selection, select_figures
    from exports.wording import number_words, shown_interval

    themes = [one for one in cube.facts.indicators if one.items and one.higher_is_better]
    wanted = Selection(
        area=(municipality,),
        indicator=tuple(one.indicator for one in themes),
        measure=(Measure.SCORE.value,),
        category=("",),
        breakdown=("",),
    )
    if not themes:
        return ()
    rows = {row["indicator"]: row for row in select_figures(cube.cube, wanted).table.to_pylist()}
    found = []
    for theme in themes:
        row = rows.get(theme.indicator)
        if row is not None and row["value"] is not None:
            shown = shown_interval(Interval(row["lower"], row["upper"]), Measure.SCORE)
            found.append(ToldScore(theme.label, *map(number_words, (row["value"], shown.low, shown.high))))
    return tuple(found)
