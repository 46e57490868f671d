"""Questions as people fill them in on a form: texts, and the way of answering."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from questionnaires.definition import ConsentScope

MissingReason: TypeAlias = Literal["dont_know", "not_applicable", "refused"]
OwnScaleKind: TypeAlias = Literal["nominal", "ordinal", "multi"]


@dataclass(frozen=True, slots=True)
class ChosenScale:
    """Answered with a scale that is there already: `eens5@1`, or an own one that another question has."""

    reference: str


@dataclass(frozen=True, slots=True)
class Option:
    """An answer to choose. `code` is None for a new one; one that stays keeps its code, and gets another when its words change."""

    text: str
    text_easy: str = ""
    code: str | None = None


@dataclass(frozen=True, slots=True)
class MissingChoice:
    """An answer that says why there is none."""

    reason: MissingReason
    text: str
    text_easy: str = ""


@dataclass(frozen=True, slots=True)
class OwnScale:
    """Answered with options of the municipality's own: without order, in order, or several at once.

    `exclusive` are options that go together with no other, where several can be chosen.
    """

    kind: OwnScaleKind
    options: tuple[Option, ...]
    missing: tuple[MissingChoice, ...] = ()
    exclusive: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class Number:
    """Answered with a whole number from the lowest to the highest, both included."""

    lowest: int
    highest: int
    unit: str


@dataclass(frozen=True, slots=True)
class Day:
    """Answered with a date."""

    earliest: date | None = None
    latest: date | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """Answered with a few words."""

    max_chars: int


@dataclass(frozen=True, slots=True)
class Story:
    """Answered with a story, for which consent is asked afterwards: `scopes` are the uses that are asked for."""

    max_chars: int
    scopes: tuple[ConsentScope, ...]


Answering: TypeAlias = ChosenScale | OwnScale | Number | Day | Words | Story


@dataclass(frozen=True, slots=True)
class Question:
    """A local question. `title` names it in tables; `_easy` is for who reads with difficulty; "" where there is no such text.

    `reference_period` is "now" or such as "P12M". `quasi_identifier`: the answer, with others, could point at a person.
    """

    title: str
    stem: str
    stem_easy: str
    answer: Answering
    help: str = ""
    help_easy: str = ""
    reference_period: str = "now"
    quasi_identifier: bool = False
    page_title: str = ""
