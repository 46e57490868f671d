"""The library: concepts, answer scales, items and composites, each version of them under its own reference.

Read from YAML and frozen. What the types cannot say, `checks` says. Modules that draw on libraries are in `modules`.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Literal, TypeAlias

from pydantic import Discriminator, Field, Tag

from questionnaires.expressions.nodes import Expression
from questionnaires.names import (
    ConceptId,
    DefinitionId,
    ItemId,
    ItemReference,
    Name,
    ScaleId,
    ScaleReference,
    VersionNumber,
)
from questionnaires.parts import Day, DefinitionPart, Period, SmallInt, Text, Title
from questionnaires.scales import AnswerScale, Polarity, SpellingRepair


class Theme(StrEnum):
    """The three themes of the law."""

    ACCESS = "access"
    QUALITY = "quality"
    EFFECT = "effect"


class Concept(DefinitionPart):
    """What is measured; never reused for something else. `origin` names the instrument whose concept it follows."""

    id: ConceptId
    domain: Literal["toegang", "kwaliteit", "effect", "leven", "verhaal", "profiel"]
    definition: Text
    origin: Text | None = None


class GradeScore(DefinitionPart):
    """How a number becomes a score; numbers from `positive_from` count as a positive answer."""

    map: Literal["linear_0_100"]
    positive_from: int


class IntegerRange(DefinitionPart):
    """A whole number from `min` to `max`, both included."""

    min: SmallInt
    max: SmallInt
    unit: Text
    score: GradeScore | None = None


class DateRange(DefinitionPart):
    """A day, not before `earliest` and not after `latest`."""

    earliest: Day | None = None
    latest: Day | None = None


class TextLimits(DefinitionPart):
    """How long a short text may be, in characters."""

    max_chars: Annotated[int, Field(ge=1, le=200)]


class NarrativeLimits(DefinitionPart):
    """How long a told story may be, in characters, and how it may be told."""

    max_chars: Annotated[int, Field(ge=1, le=20_000)]
    media: Annotated[tuple[Literal["text", "audio"], ...], Field(min_length=1)] = ("text",)


class ScaleAnswer(DefinitionPart):
    """Answered by choosing from a scale."""

    scale: ScaleReference


class IntegerAnswer(DefinitionPart):
    """Answered with a whole number."""

    integer: IntegerRange


class DateAnswer(DefinitionPart):
    """Answered with a day."""

    date: DateRange


class TextAnswer(DefinitionPart):
    """Answered with a few words."""

    text: TextLimits


class NarrativeAnswer(DefinitionPart):
    """Answered with a story in own words."""

    narrative: NarrativeLimits


def answer_kind(answer: DefinitionPart) -> str:
    """Return how an item is answered: scale, integer, date, text or narrative."""
    return next(iter(type(answer).model_fields))


def written_kind(written: object) -> str | None:
    """Return the one key under which a part is written, None when there is not one."""
    if isinstance(written, Mapping):
        return str(next(iter(written))) if len(written) == 1 else None
    return answer_kind(written) if isinstance(written, DefinitionPart) else None


AnswerType: TypeAlias = Annotated[
    Annotated[ScaleAnswer, Tag("scale")]
    | Annotated[IntegerAnswer, Tag("integer")]
    | Annotated[DateAnswer, Tag("date")]
    | Annotated[TextAnswer, Tag("text")]
    | Annotated[NarrativeAnswer, Tag("narrative")],
    Discriminator(written_kind),
]


class ItemText(DefinitionPart):
    """The question or statement itself, and an explanation below it; `_easy` is the same for who reads with difficulty.

    `{name}` in a text is a gap for a param or a pipe of the item.
    """

    stem: Text
    stem_easy: Text | None = None
    help: Text | None = None
    help_easy: Text | None = None
    audio: Name | None = None


class Pipe(DefinitionPart):
    """An earlier answer inside a text; the fallback stands there when that answer is unknown."""

    answer: ItemId
    fallback: Text
    fallback_easy: Text | None = None


class SoftCheck(DefinitionPart):
    """An answer that is possible but unlikely: `ask` asks once whether it is right."""

    id: Name
    when: Expression
    ask: Text
    ask_easy: Text | None = None


ConsentScope: TypeAlias = Literal["leren_intern", "delen_anoniem", "landelijk_delen", "terugbellen"]


class Consent(DefinitionPart):
    """What a story may be used for. Asked after telling: people decide once they know what they told."""

    ask: Literal["after"]
    scopes: Annotated[tuple[ConsentScope, ...], Field(min_length=1)]
    default: Literal["none"] | tuple[ConsentScope, ...]


class Disclosure(DefinitionPart):
    """Whether the answer, together with others, could point at a person."""

    quasi_identifier: bool


class Provenance(DefinitionPart):
    """From which question of another municipality or region this one was copied, and the hash of the version in which that stands."""

    item: ItemReference
    content_hash: Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$", examples=["sha256:" + "0123456789abcdef" * 4])]


class Item(DefinitionPart):
    """One question; keeps its id over versions. `title` names it in tables and charts.

    `polarity` is that of the scale unless the item says otherwise, as a negative statement does. `role: effect` is for
    items of before and after: an earlier answer is never shown with them. `adopted_from` is for items of extensions; it
    says where a question came from, and changes nothing of what it measures.
    """

    id: ItemId
    version: VersionNumber
    concept: ConceptId
    title: Title
    type: AnswerType
    reference_period: Period
    text: ItemText
    polarity: Polarity | None = None
    role: Literal["effect"] | None = None
    params: tuple[Name, ...] = ()
    pipes: dict[Name, Pipe] = Field(default_factory=dict)
    soft_checks: tuple[SoftCheck, ...] = ()
    consent: Consent | None = None
    disclosure: Disclosure | None = None
    spelling: SpellingRepair | None = None
    adopted_from: Provenance | None = None

    @property
    def reference(self) -> str:
        """How pages point at this version of the item: `id@version`."""
        return f"{self.id}@{self.version}"


class Composite(DefinitionPart):
    """A theme score: the mean score of its items, when at least `min_valid` of them have one."""

    id: ScaleId
    version: VersionNumber
    title: Text
    theme: Theme | None = None
    items: Annotated[tuple[ItemReference, ...], Field(min_length=2)]
    min_valid: Annotated[int, Field(ge=1)]
    direction: Literal["higher_is_better", "higher_is_worse"]

    @property
    def reference(self) -> str:
        """How modules point at this version of the composite: `id@version`."""
        return f"{self.id}@{self.version}"


class UsedLibraries(DefinitionPart):
    """The libraries whose parts a definition refers to."""

    libraries: Annotated[tuple[DefinitionId, ...], Field(min_length=1)]


class Library(DefinitionPart):
    """Concepts, scales, items and composites that questionnaires draw on; `retired` ids are never used again.

    Scales, items and composites are kept by reference (`id@version`), concepts by id.
    """

    format: Literal["ceo-def/1"]
    kind: Literal["library"]
    id: DefinitionId
    source_language: Literal["nl"]
    uses: UsedLibraries | None = None
    retired: tuple[ItemId | ScaleId, ...] = ()
    concepts: dict[str, Concept] = Field(default_factory=dict)
    scales: dict[str, AnswerScale] = Field(default_factory=dict)
    items: dict[str, Item] = Field(default_factory=dict)
    composites: dict[str, Composite] = Field(default_factory=dict)
