"""Facts: what an expression may look at, and what it may refer to."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from questionnaires.answers import Answers
from questionnaires.expressions.nodes import Expression

Known: TypeAlias = bool | int | float | str | date | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """How a client answers, apart from the answers. What is not known is None, or absent from `sample`.

    `started_on` is fixed when the client starts, so that a path does not change overnight.
    """

    language: str = "nl"
    mode: str = "web"
    register: str = "standard"
    started_on: date | None = None
    sample: Mapping[str, Known] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Facts:
    """What an expression may look at. `pending` items are asked but open: even whether they are answered is unknown.

    `calculated` remembers what calculations were worth with these answers.
    """

    answers: Answers
    circumstances: Circumstances = field(default_factory=Circumstances)
    pending: AbstractSet[str] = frozenset()
    calculated: dict[str, Known | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scope:
    """What expressions of a questionnaire may refer to beside answers.

    `exclusive`: codes by item that do not count as selected. `scores`: by item, the score 0-100 of each code or number.
    """

    exclusive: Mapping[str, AbstractSet[str]] = field(default_factory=dict)
    scores: Mapping[str, Mapping[str | int, float]] = field(default_factory=dict)
    calculations: Mapping[str, Expression] = field(default_factory=dict)
