"""Overview: the lines in which the pages of staff list a configuration; `describing` fills them in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from questionnaires.configuring.conditions import Condition
from questionnaires.configuring.questions import Question
from questionnaires.definition import Provenance

Age: TypeAlias = Literal["new", "changed", "same"]


@dataclass(frozen=True, slots=True)
class ParamLine:
    """A local name: what the core says, what stands there now (None: the same), and the core texts in which it stands."""

    name: str
    default: str
    value: str | None
    max_chars: int
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ModuleLine:
    """An optional module that a slot takes. `languages` are those in which it is complete."""

    reference: str
    title: str
    on: bool
    minutes: float
    questions: tuple[str, ...]
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """An own question. `age` compares with what was published; `used_by` are the own questions whose condition reads it."""

    item: str
    reference: str
    version: int
    question: Question
    age: Age
    adopted_from: Provenance | None
    used_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PageLine:
    """An own page; `position` counts from 0 in its slot. `condition` is None for everyone, and where it cannot be picked.

    `condition_words` say who gets it, "" while that cannot be told. `picked`: its condition can be changed on the form.
    """

    id: str
    slot: str
    position: int
    title: str
    paper: str
    condition: Condition | None
    picked: bool
    condition_words: str
    questions: tuple[QuestionLine, ...]


@dataclass(frozen=True, slots=True)
class SlotLine:
    """A place where something can be added. `after` is the title of the core question before it, "" at the start."""

    name: str
    after: str
    types: tuple[str, ...]
    max_items: int | None
    max_minutes: int
    modules: tuple[ModuleLine, ...]
    pages: tuple[PageLine, ...]


@dataclass(frozen=True, slots=True)
class ScaleLine:
    """A scale to choose from: its options as people read them; `own`: it is of this municipality."""

    reference: str
    kind: str
    options: tuple[str, ...]
    missing: tuple[str, ...]
    own: bool


@dataclass(frozen=True, slots=True)
class CoreLine:
    """A core that can be chosen."""

    reference: str
    title: str
    act: str


@dataclass(frozen=True, slots=True)
class Overview:
    """A configuration as the pages of staff list it.

    `language_choices` says of each language of the core whether all national texts of this configuration are there in it.
    """

    title: str
    reference: str
    core: CoreLine
    cores: tuple[CoreLine, ...]
    languages: tuple[str, ...]
    language_choices: Mapping[str, bool]
    registers: tuple[str, ...]
    params: tuple[ParamLine, ...]
    slots: tuple[SlotLine, ...]
    scales: tuple[ScaleLine, ...]
    breakdowns: tuple[str, ...]
    breakdown_choices: tuple[tuple[str, str], ...]

    @property
    def questions(self) -> Mapping[str, QuestionLine]:
        """Every own question by its item."""
        return {one.item: one for slot in self.slots for page in slot.pages for one in page.questions}

    @property
    def pages(self) -> Mapping[str, PageLine]:
        """The own page on which each question stands, by its item."""
        return {one.item: page for slot in self.slots for page in slot.pages for one in page.questions}
