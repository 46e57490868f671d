"""The few things that staff are told by themselves, and who is told: whoever has the right to do something about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final

from ceo.workflows.rights import RIGHTS, Right, Role


class NoticeKind(StrEnum):
    """What somebody is told. Each has words in the workplace and in mail."""

    SIGNAL = "signal"  # what is watched lies beyond what is usual
    ACTION_DUE = "action-due"
    STEP_SOON = "step-soon"
    ROUND_ENDS = "round-ends"
    RELEASE_WAITS = "release-waits"
    QUESTION_ANSWERED = "question-answered"
    STORY_WITHDRAWN = "story-withdrawn"  # and something that readers made of it went with it


# Without this right in the place nobody is told, also when the notice was made before the right went.
NEEDED: Final[Mapping[NoticeKind, Right]] = {
    NoticeKind.SIGNAL: Right.EDIT_CYCLE,
    NoticeKind.ACTION_DUE: Right.EDIT_CYCLE,
    NoticeKind.STEP_SOON: Right.EDIT_CYCLE,
    NoticeKind.ROUND_ENDS: Right.RUN_FIELDWORK,
    NoticeKind.RELEASE_WAITS: Right.SIGN_RELEASES,
    NoticeKind.QUESTION_ANSWERED: Right.TAKE_PART,
    NoticeKind.STORY_WITHDRAWN: Right.READ_STORIES,
}
# The first page of a municipality tells these by itself, for as long as they are so.
TOLD_AT_HOME: Final = frozenset({NoticeKind.ROUND_ENDS, NoticeKind.RELEASE_WAITS})
# An action is told of so long before its day, and a round before it closes.
ACTION_BEFORE: Final = timedelta(days=7)
ROUND_BEFORE: Final = timedelta(days=7)
# What happened longer ago is no news; after a while a notice goes, seen or not.
NEWS: Final = timedelta(days=7)
KEPT: Final = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Happening:
    """Something of a place that its staff are told. `name` tells it from all others of its kind there; `path` leads to it.

    `facts` fill its words: titles of rounds, releases and indicators, days. `only`: the one person it concerns, "" for all with the right.
    """

    kind: NoticeKind
    place: str
    name: str
    path: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    only: str = ""


def roles_with(right: Right) -> frozenset[str]:
    """Return the roles that give a right.

    >>> sorted(roles_with(Right.SIGN_RELEASES))
    ['owner']
    """
    return frozenset(role.value for role in Role if right in RIGHTS[role])
