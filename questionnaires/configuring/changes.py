"""Changes: everything that can be done to a configuration, each as a frozen value. `applying` carries them out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from questionnaires.configuring.conditions import Condition
from questionnaires.configuring.questions import Question
from questionnaires.questionnaire import Questionnaire


@dataclass(frozen=True, slots=True)
class SetTitle:
    """Give the questionnaire another title."""

    title: str


@dataclass(frozen=True, slots=True)
class ChooseCore:
    """Stand on another core, or another version of it, such as `nl.ceo.wmo@2`. What fits is kept."""

    core: str


@dataclass(frozen=True, slots=True)
class TurnOnModule:
    """Ask an optional module (`nl.ceo.mantelzorg@1`) in a slot, behind those that stand there."""

    slot: str
    module: str


@dataclass(frozen=True, slots=True)
class TurnOffModule:
    """Do not ask an optional module any more."""

    slot: str
    module: str


@dataclass(frozen=True, slots=True)
class FillParam:
    """Put a local name in the gap of core texts; None for the words that the core has itself."""

    name: str
    value: str | None


@dataclass(frozen=True, slots=True)
class AddQuestion:
    """Ask a new question, on a page of its own. `position` counts the local pages of the slot from 0; None: at the end."""

    slot: str
    question: Question
    position: int | None = None


@dataclass(frozen=True, slots=True)
class ChangeQuestion:
    """Put this in the place of what a question (`gm0344.BUU01`) was. Its name, place and condition stay."""

    item: str
    question: Question


@dataclass(frozen=True, slots=True)
class RemoveQuestion:
    """Do not ask a question any more. Its name never returns once it was published."""

    item: str


@dataclass(frozen=True, slots=True)
class MoveQuestion:
    """Move the page of a question within its slot or to another one. `position` counts the pages that are there without it."""

    item: str
    slot: str
    position: int


@dataclass(frozen=True, slots=True)
class SetCondition:
    """Say who gets the page of a question; None: everyone. `paper` says it on a printed form, "" where that follows by itself."""

    item: str
    condition: Condition | None
    paper: str = ""


@dataclass(frozen=True, slots=True)
class OfferLanguages:
    """Say in which languages people can fill it in. Dutch is always there."""

    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Translated:
    """A text in another language; "" takes the translation away.

    A translation that was made of earlier Dutch words stays stale until its words change, or somebody says that it is
    `still_right`.
    """

    key: str
    text: str
    approved: bool = False
    still_right: bool = False


@dataclass(frozen=True, slots=True)
class TranslateTexts:
    """Keep translations of own texts in one language. What is not named stays as it is."""

    language: str
    texts: tuple[Translated, ...]


@dataclass(frozen=True, slots=True)
class AcceptWarning:
    """Accept a warning, with the reason. `about` is that of the remark."""

    code: str
    about: str
    reason: str


@dataclass(frozen=True, slots=True)
class WithdrawAcceptance:
    """Take back that a warning was accepted."""

    code: str
    about: str


@dataclass(frozen=True, slots=True)
class SetBreakdowns:
    """Say by which questions the results are divided, beside those of the core."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AdoptQuestion:
    """Ask a question (`item`) of another municipality as an own one, under an own name.

    `source` is the published version in which it stands, `content_hash` the hash of that version.
    """

    slot: str
    source: Questionnaire
    content_hash: str
    item: str
    position: int | None = None


Change: TypeAlias = (
    SetTitle
    | ChooseCore
    | TurnOnModule
    | TurnOffModule
    | FillParam
    | AddQuestion
    | ChangeQuestion
    | RemoveQuestion
    | MoveQuestion
    | SetCondition
    | OfferLanguages
    | TranslateTexts
    | AcceptWarning
    | WithdrawAcceptance
    | SetBreakdowns
    | AdoptQuestion
)
