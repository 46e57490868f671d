"""Sentences about the stories of a round, from `exports.cycle`, which is heavy: made in a thread. In Dutch, whatever the page is in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ceo.workflows.stories.patterns import CodeRow, Pattern


@dataclass(frozen=True, slots=True)
class ToldCode:
    """What is said of a code: how many stories have it, and whether readers agree."""

    stories: str
    agreement: str


@dataclass(frozen=True, slots=True)
class ToldPattern:
    """What is said of the stories of a round, and by id of every code."""

    coded: str
    no_count: str
    codes: Mapping[str, ToldCode]


def tell_pattern(pattern: Pattern) -> ToldPattern:
    """Return what is said of stories, of how many were given codes, and of these codes."""
    from exports.cycle.stories import NO_COUNT_OF_PEOPLE, codes_sentence

    codes = {row.code.id: ToldCode(_stories(row, pattern), _agreement(row)) for row in pattern.codes}
    return ToldPattern(codes_sentence(pattern.coded, pattern.stories), NO_COUNT_OF_PEOPLE, codes)


def _stories(row: CodeRow, pattern: Pattern) -> str:
    from exports.cycle.stories import few_stories_sentence, stories_sentence

    if not isinstance(row.count, int):
        return few_stories_sentence(row.code.name, pattern.floor)
    return stories_sentence(row.code.name, row.count, pattern.coded)


def _agreement(row: CodeRow) -> str:
    from analysis.results import NotEstimable
    from exports.cycle.stories import (
        HIDDEN_AGREEMENT,
        agreement_sentence,
        no_agreement_sentence,
        rough_agreement_sentence,
    )

    found = row.agreement
    if found is None:
        return HIDDEN_AGREEMENT
    if isinstance(found.measured, NotEstimable):
        return no_agreement_sentence(row.code.name, found.alike, found.read, found.measured.reason)
    measured = found.measured
    if measured.rough:
        return rough_agreement_sentence(row.code.name, found.alike, found.read, kappa=measured.value)
    return agreement_sentence(row.code.name, found.alike, found.read, kappa=measured.value, interval=measured.interval)
