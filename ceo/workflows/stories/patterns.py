"""The pattern of stories: how often tellers chose an answer about their story and readers gave a code, beside figures of the same groups.

Counts are of stories that may be read now. Those below the floor of disclosure control are not told, and neither are counts from which
one of these would follow. No two tags are crossed: a rare pair of answers could point at a person.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, TypeAlias

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from analysis.policy import DisclosurePolicy
from ceo.storage.database import Database
from ceo.storage.editions import latest_edition
from ceo.storage.rounds import Round
from ceo.storage.story_reading import StoryReading
from ceo.storage.tenancy import tenant_reading
from ceo.workflows.publish import PublishedVersions
from ceo.workflows.stories.codes import Code, codes_in
from ceo.workflows.stories.coding import CodeAgreement, Codings, agreement_on, codings_of, given_by_anyone
from ceo.workflows.stories.quotes import Quote, quotes_of_round
from ceo.workflows.stories.rooms import Room, StoryState
from ceo.workflows.stories.told import Tag, permissions_in, told_of_round

FLOOR: Final = DisclosurePolicy().floor
_SUBSTANTIAL: Final = 0.6
_FAIR: Final = 0.4
_SCORE: Final = "score"


class Hidden(StrEnum):
    """Why a count is not told."""

    FEW = "few"  # less than the floor, and perhaps none
    BESIDE = "beside"  # with it a count that is too small would follow


Count: TypeAlias = int | Hidden


@dataclass(frozen=True, slots=True)
class GroupFigure:
    """A figure of the results about the same group, as the newest edition tells it, in the unit of `measure`."""

    title: str
    measure: str
    value: float
    low: float | None
    high: float | None
    respondents: int | None


@dataclass(frozen=True, slots=True)
class TagRow:
    """An answer that tellers could choose: how many stories have it, and figures of who chose it."""

    text: str
    count: Count
    figures: tuple[GroupFigure, ...]


@dataclass(frozen=True, slots=True)
class TagTable:
    """A question about the story with its answers."""

    question: str
    rows: tuple[TagRow, ...]


@dataclass(frozen=True, slots=True)
class CodeRow:
    """A code: how many of the stories that were coded have it, and how readers agreed."""

    code: Code
    count: Count
    agreement: CodeAgreement


@dataclass(frozen=True, slots=True)
class Pattern:
    """What the stories of a round have in common. With fewer stories than the floor there are no tables.

    `stories` may be read, `decided` of them have a text without personal data, `coded` were given codes by somebody. `tags`: what
    tellers chose about their stories; `groups`: to which groups of the results they belong.
    """

    round: Round
    stories: int
    decided: int
    coded: int
    tags: tuple[TagTable, ...]
    groups: tuple[TagTable, ...]
    codes: tuple[CodeRow, ...]
    quotes: tuple[Quote, ...]


async def read_pattern(database: Database, versions: PublishedVersions, room: Room) -> Pattern | None:
    """Return the pattern of the stories of a round; None when there is no such round."""
    async with tenant_reading(database, room.municipality) as session:
        its_round = await session.get(Round, room.round_id)
        if its_round is None:
            return None
        permissions = await permissions_in(session, room.round_id)
        told = await told_of_round(session, versions, room.round_id, permissions)
        decided = await _decided(session, room.round_id, permissions)
        codings = await codings_of(session, decided)
        codes = await codes_in(session)
        quotes = await quotes_of_round(session, room.round_id)
        edition = await latest_edition(session, room.round_id)
    questionnaire = (await versions.open(its_round.questionnaire_hash)).questionnaire
    themes = frozenset(composite.id for composite in questionnaire.composites)
    figures = _figures(edition.report, room.municipality, themes) if edition is not None else {}
    return Pattern(
        round=its_round,
        stories=len(told),
        decided=len(decided),
        coded=len(codings),
        tags=_tag_tables([one.story.tags for one in told], figures),
        groups=_tag_tables([one.groups for one in told], figures),
        codes=_code_rows(codes, codings) if len(codings) >= FLOOR else (),
        quotes=quotes,
    )


def shown_counts(counts: Mapping[str, int], *, floor: int, adds_up: bool) -> dict[str, Count]:
    """Return counts as they may be told. `adds_up`: every story is in one of them, and how many there are is known.

    A count below the floor is not told. When that hides one count only, or counts that together are below the floor, the smallest other
    count is not told either.

    >>> shown_counts({"good": 30, "bad": 12, "mixed": 3}, floor=10, adds_up=True)
    {'good': 30, 'bad': <Hidden.BESIDE: 'beside'>, 'mixed': <Hidden.FEW: 'few'>}
    """
    shown: dict[str, Count] = {name: number if number >= floor else Hidden.FEW for name, number in counts.items()}
    few = [name for name in counts if shown[name] is Hidden.FEW]
    rest = sorted((name for name in counts if shown[name] is not Hidden.FEW), key=lambda name: counts[name])
    if adds_up and few and rest and (len(few) == 1 or sum(counts[name] for name in few) < floor):
        shown[rest[0]] = Hidden.BESIDE
    return shown


def agreement_word(found: CodeAgreement) -> str:
    """Return what can be said about how far readers agree, no more than the interval carries, or why nothing can.

    "high": the whole interval lies from 0.6 on; "low": it lies above 0 and below 0.4; "more": it lies above 0; "chance": it does not.
    The limits are those of Landis & Koch (1977), Biometrics 33, 159-174, for substantial and fair agreement.
    """
    from analysis.results import NotEstimable

    if isinstance(found.measured, NotEstimable):
        return str(found.measured.reason)
    interval = found.measured.interval
    if interval.low <= 0:
        return "chance"
    if interval.low >= _SUBSTANTIAL:
        return "high"
    return "low" if interval.high < _FAIR else "more"


async def _decided(session: AsyncSession, round_id: int, permitted: Collection[str]) -> frozenset[str]:
    statement = select(StoryReading.id).where(
        col(StoryReading.round_id) == round_id, col(StoryReading.state) == StoryState.DECIDED.value
    )
    return frozenset(await session.exec(statement)) & frozenset(permitted)


def _tag_tables(
    stories: Sequence[tuple[Tag, ...]], figures: Mapping[tuple[str, str], tuple[GroupFigure, ...]]
) -> tuple[TagTable, ...]:
    """Count what was chosen, a table a question; nothing when there are fewer stories than the floor."""
    questions = {tag.item: tag.question for tags in stories for tag in tags}
    if len(stories) < FLOOR:
        return ()
    return tuple(_tag_table(item, question, stories, figures) for item, question in questions.items())


def _tag_table(
    item: str,
    question: str,
    stories: Sequence[tuple[Tag, ...]],
    figures: Mapping[tuple[str, str], tuple[GroupFigure, ...]],
) -> TagTable:
    """Count the answers to a question. Who left it out counts as an answer of its own, so that all of them add up."""
    chosen = [tag for tags in stories for tag in tags if tag.item == item]
    counts = Counter(code for tag in chosen for code in tag.codes)
    texts = {code: text for tag in chosen for code, text in zip(tag.codes, tag.texts, strict=True)}
    left_out = len(stories) - len(chosen)
    ordered = dict(counts.most_common()) | ({"": left_out} if left_out else {})
    shown = shown_counts(ordered, floor=FLOOR, adds_up=all(len(tag.codes) == 1 for tag in chosen))
    rows = (TagRow(texts.get(code, ""), shown[code], figures.get((item, code), ())) for code in ordered)
    return TagTable(question, tuple(rows))


def _code_rows(codes: Iterable[Code], codings: Codings) -> tuple[CodeRow, ...]:
    given = given_by_anyone(codings)
    counts = Counter(code for found in given.values() for code in found)
    known = [code for code in codes if not code.ended or counts[code.id]]
    shown = shown_counts({code.id: counts[code.id] for code in known}, floor=FLOOR, adds_up=False)
    return tuple(CodeRow(code, shown[code.id], agreement_on(codings, code.id)) for code in known)


def _figures(report: str, municipality: str, themes: Collection[str]) -> dict[tuple[str, str], tuple[GroupFigure, ...]]:
    """Return the scores of an edition that are about a group of clients, by question and answer: of `themes`, or else of questions."""
    rows: list[dict[str, Any]] = [
        row
        for row in json.loads(report)["figures"]
        if row["area"] == municipality and row["breakdown"] and row["value"] is not None and row["measure"] == _SCORE
    ]
    of_themes = [row for row in rows if row["item"] in themes]
    found: dict[tuple[str, str], list[GroupFigure]] = {}
    for row in of_themes or rows:
        figure = GroupFigure(
            row["item_label"], row["measure"], row["value"], row["low"], row["high"], row["respondents"]
        )
        found.setdefault((row["breakdown"], row["level"]), []).append(figure)
    return {group: tuple(figures) for group, figures in found.items()}
