"""The pattern of stories: how often tellers chose an answer about their story and readers gave a code, beside figures of the same groups.

Counts are of stories that may be read now. Those below the floor of disclosure control are not told, and neither are counts from which
one of these would follow. No two tags are crossed: a rare pair of answers could point at a person. Of the groups of tellers, such as
their sort of help, no story is counted: when one story comes or goes, two looks at the page would tell the group of its teller.
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
from ceo.storage.rounds import Round, RoundDesign
from ceo.storage.story_reading import StoryReading
from ceo.storage.tenancy import tenant_reading
from ceo.workflows.publish import PublishedVersions
from ceo.workflows.rounds.design import Design
from ceo.workflows.stories.codes import Code, codes_in
from ceo.workflows.stories.coding import CodeAgreement, Codings, agreement_on, codings_of, given_by_anyone
from ceo.workflows.stories.quotes import Quote, quotes_of_round
from ceo.workflows.stories.rooms import Room, StoryState
from ceo.workflows.stories.told import Tag, permissions_in, told_of_round

FLOOR: Final = DisclosurePolicy().floor
_SCORE: Final = "score"


class Hidden(StrEnum):
    """Why a count is not told."""

    FEW = "few"  # less than the floor, and perhaps none
    BESIDE = "beside"  # with it something would follow that is not told


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
    """A question (`item` is its name) about the story, or one by which results are broken down, with its answers."""

    item: str
    question: str
    rows: tuple[TagRow, ...]


@dataclass(frozen=True, slots=True)
class CodeRow:
    """A code: how many of the stories that were coded have it, and how readers agreed; None where that would tell a hidden count.

    From kappa and how many stories were read alike follows how often readers gave the code.
    """

    code: Code
    count: Count
    agreement: CodeAgreement | None


@dataclass(frozen=True, slots=True)
class Pattern:
    """What the stories of a round have in common. With fewer stories than the floor, that of its plan, there are no tables.

    `stories` may be read, `decided` of them have a text without personal data, `coded` were given codes by somebody. `tags`: what
    tellers chose about their stories. `groups`: figures of the groups of the results that are not about stories, without any count.
    """

    round: Round
    floor: int
    stories: int
    decided: int
    coded: int
    tags: tuple[TagTable, ...]
    groups: tuple[TagTable, ...]
    codes: tuple[CodeRow, ...]
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class _Figures:
    """Figures by question and answer, and the texts of the answers."""

    levels: Mapping[tuple[str, str], str]
    of_level: Mapping[tuple[str, str], tuple[GroupFigure, ...]]


async def read_pattern(database: Database, versions: PublishedVersions, room: Room) -> Pattern | None:
    """Return the pattern of the stories of a round; None when there is no such round."""
    async with tenant_reading(database, room.municipality) as session:
        its_round = await session.get(Round, room.round_id)
        if its_round is None:
            return None
        permissions = await permissions_in(session, room.round_id)
        told = await told_of_round(session, versions, room.round_id, permissions)
        floor = await _floor(session, room.round_id)
        decided = await _decided(session, room.round_id, permissions)
        codings = await codings_of(session, decided)
        codes = await codes_in(session)
        quotes = await quotes_of_round(session, room.round_id)
        edition = await latest_edition(session, room.round_id)
    questionnaire = (await versions.open(its_round.questionnaire_hash)).questionnaire
    themes = frozenset(composite.id for composite in questionnaire.composites)
    figures = _figures(edition.report, room.municipality, themes) if edition is not None else _Figures({}, {})
    tags = _tag_tables([one.tags for one in told], figures, floor=floor)
    tagged = {table.item for table in tags}
    groups = {item: questionnaire.item(item).title for item in questionnaire.breakdowns if item not in tagged}
    return Pattern(
        round=its_round,
        floor=floor,
        stories=len(told),
        decided=len(decided),
        coded=len(codings),
        tags=tags,
        groups=_group_tables(groups, figures) if len(told) >= floor else (),
        codes=code_rows(codes, codings, floor=floor) if len(codings) >= floor else (),
        quotes=quotes,
    )


def shown_counts(counts: Mapping[str, int], *, floor: int, adds_up: bool) -> dict[str, Count]:
    """Return counts as they may be told. `adds_up`: every story is in one of them, and how many there are is known.

    A count below the floor is not told. Neither are the smallest others, as long as those that are not told are together below the floor,
    or one of them can be only a few numbers: fewer than half the floor. When that holds with none told, nothing is returned.

    >>> shown_counts({"good": 30, "bad": 12, "mixed": 3}, floor=10, adds_up=True)
    {'good': 30, 'bad': <Hidden.BESIDE: 'beside'>, 'mixed': <Hidden.FEW: 'few'>}
    >>> shown_counts({"good": 9, "bad": 9}, floor=10, adds_up=True)
    {}
    """
    shown: dict[str, Count] = {name: number if number >= floor else Hidden.FEW for name, number in counts.items()}
    few = [number for number in counts.values() if number < floor]
    rest = sorted((name for name in counts if counts[name] >= floor), key=lambda name: counts[name])
    beside: list[int] = []
    while (
        adds_up
        and few
        and _follows(few, beside, floor=floor, largest=counts[rest[0]] if rest else sum(counts.values()))
    ):
        if not rest:
            return {}
        shown[rest[0]] = Hidden.BESIDE
        beside.append(counts[rest.pop(0)])
    return shown


def code_rows(codes: Iterable[Code], codings: Codings, *, floor: int) -> tuple[CodeRow, ...]:
    """Return the codes as they may be told, with how readers agreed on those whose count is told."""
    given = given_by_anyone(codings)
    counts = Counter(code for found in given.values() for code in found)
    known = [code for code in codes if not code.ended or counts[code.id]]
    shown = shown_counts({code.id: counts[code.id] for code in known}, floor=floor, adds_up=False)
    return tuple(
        CodeRow(code, shown[code.id], agreement_on(codings, code.id) if isinstance(shown[code.id], int) else None)
        for code in known
    )


def _follows(few: Sequence[int], beside: Sequence[int], *, floor: int, largest: int) -> bool:
    """Return whether what is not told is too little, or a count of `few` could be narrowed too much by who knows the sum of all these.

    Known of each of `few` is that it is below the floor (and not 0, when none is), and of each of `beside` that it is at least the floor
    and no more than the smallest that is told, `largest`.
    """
    known, least = sum(few) + sum(beside), min(1, *few)
    most = min(floor - 1, known - (len(few) - 1) * least - len(beside) * floor)
    fewest = max(least, known - (len(few) - 1) * (floor - 1) - len(beside) * largest)
    return known < floor or 2 * (most - fewest + 1) < floor


async def _floor(session: AsyncSession, round_id: int) -> int:
    """Return the smallest number about which something is told of a round: that of its plan, and never less than that of the program."""
    planned = await session.get(RoundDesign, round_id)
    return max(FLOOR, Design.model_validate(planned.document).floor) if planned is not None else FLOOR


async def _decided(session: AsyncSession, round_id: int, permitted: Collection[str]) -> frozenset[str]:
    statement = select(StoryReading.id).where(
        col(StoryReading.round_id) == round_id, col(StoryReading.state) == StoryState.DECIDED.value
    )
    return frozenset(await session.exec(statement)) & frozenset(permitted)


def _tag_tables(stories: Sequence[tuple[Tag, ...]], figures: _Figures, *, floor: int) -> tuple[TagTable, ...]:
    """Count what was chosen, a table a question; nothing when there are fewer stories than the floor."""
    questions = {tag.item: tag.question for tags in stories for tag in tags}
    if len(stories) < floor:
        return ()
    tables = (_tag_table(item, question, stories, figures, floor=floor) for item, question in questions.items())
    return tuple(table for table in tables if table.rows)


def _tag_table(
    item: str,
    question: str,
    stories: Sequence[tuple[Tag, ...]],
    figures: _Figures,
    *,
    floor: int,
) -> TagTable:
    """Count the answers to a question. Who left it out counts as an answer of its own, so that all of them add up.

    Counts that are not told come last, in order of their texts: their order says nothing.
    """
    chosen = [tag for tags in stories for tag in tags if tag.item == item]
    counts = Counter(code for tag in chosen for code in tag.codes)
    texts = {code: text for tag in chosen for code, text in zip(tag.codes, tag.texts, strict=True)}
    left_out = len(stories) - len(chosen)
    all_counts = dict(counts) | ({"": left_out} if left_out else {})
    shown = shown_counts(all_counts, floor=floor, adds_up=all(len(tag.codes) == 1 for tag in chosen))
    rows = [TagRow(texts.get(code, ""), count, figures.of_level.get((item, code), ())) for code, count in shown.items()]
    return TagTable(item, question, tuple(sorted(rows, key=_place)))


def _place(row: TagRow) -> tuple[int, str]:
    return (-row.count if isinstance(row.count, int) else 0, row.text)


def _group_tables(questions: Mapping[str, str], figures: _Figures) -> tuple[TagTable, ...]:
    """Return the figures by group as the edition tells them, whatever groups there are stories of."""
    rows: dict[str, list[TagRow]] = {}
    for (item, level), found in figures.of_level.items():
        rows.setdefault(item, []).append(TagRow(figures.levels[item, level], Hidden.BESIDE, found))
    return tuple(TagTable(item, question, tuple(rows[item])) for item, question in questions.items() if item in rows)


def _figures(report: str, municipality: str, themes: Collection[str]) -> _Figures:
    """Return the scores of an edition that are about a group of clients: of `themes`, or else of questions."""
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
    return _Figures(
        levels={(row["breakdown"], row["level"]): row["level_label"] for row in rows},
        of_level={group: tuple(figures) for group, figures in found.items()},
    )
