"""Definitions: what authors write (library and module) and the self-contained questionnaire that is made of them.

Library and module are read from YAML; a `Questionnaire` is resolved, published as JSON and opened again. All are
frozen: a published questionnaire never changes. What the types cannot say, `checks` says.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Discriminator, Field, StringConstraints, Tag

from questionnaires.answers import Missing
from questionnaires.conditions import Expression

ItemId: TypeAlias = Annotated[str, Field(pattern=r"^[A-Z]{3}[0-9]{2}$", examples=["TOE01"])]
Name: TypeAlias = Annotated[
    str, Field(pattern=r"^[a-z][a-z0-9_]*(-[a-z0-9_]+)*$", max_length=40, examples=["weet_niet"])
]
ConceptId: TypeAlias = Annotated[
    str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$", max_length=80, examples=["toegang.gesprek"])
]
DefinitionId: TypeAlias = Annotated[
    str, Field(pattern=r"^[a-z][a-z0-9]*(\.[a-z0-9-]+)+$", max_length=80, examples=["nl.ceo.wmo-kern"])
]
ScaleReference: TypeAlias = Annotated[
    str, Field(pattern=r"^[a-z][a-z0-9_]*(-[a-z0-9_]+)*@[1-9][0-9]*$", max_length=50, examples=["eens5@1"])
]
VersionNumber: TypeAlias = Annotated[int, Field(ge=1)]
SmallInt: TypeAlias = Annotated[int, Field(ge=-999_999_999, le=999_999_999)]
Text: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]
Period: TypeAlias = Annotated[str, Field(pattern=r"^(now|P[1-9][0-9]*[DWMY])$", examples=["P12M"])]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", serialize_by_alias=True)


class Theme(StrEnum):
    """The three themes of the law."""

    ACCESS = "access"
    QUALITY = "quality"
    EFFECT = "effect"


class ScaleType(StrEnum):
    """Ordered options, options without order, or several options at once."""

    ORDINAL = "ordinal"
    NOMINAL = "nominal"
    MULTI = "multi"


class Stance(StrEnum):
    """What choosing an option says about the experience."""

    POSITIVE = "positive"
    NEUTRAL = "neutral"
    NEGATIVE = "negative"


class Concept(_Part):
    """What is measured; never reused for something else."""

    id: ConceptId
    domain: Literal["toegang", "kwaliteit", "effect", "leven", "verhaal", "profiel"]
    definition: Text


class ScaleCode(_Part):
    """One answer option. `value` gives its place on the scale, for scores."""

    code: Name
    text: Text
    value: int | None = None
    stance: Stance | None = None


class MissingOption(_Part):
    """An option that is a reason for having no value."""

    code: Name
    text: Text
    reason: Literal[Missing.DONT_KNOW, Missing.NOT_APPLICABLE, Missing.REFUSED]


class Score(_Part):
    """How a value becomes a score: the lowest value 0, the highest 100, evenly between."""

    map: Literal["linear_0_100"]


class AnswerScale(_Part):
    """Answer options in the order in which they are shown. Polarity `negative`: a high value is a bad experience."""

    id: Name
    version: VersionNumber
    type: ScaleType
    codes: Annotated[tuple[ScaleCode, ...], Field(min_length=2)]
    exclusive: tuple[ScaleCode, ...] = ()
    missing: tuple[MissingOption, ...] = ()
    polarity: Literal["positive", "negative"] = "positive"
    score: Score | None = None

    @property
    def reference(self) -> str:
        """How items point at this version of the scale: `id@version`."""
        return f"{self.id}@{self.version}"

    @property
    def options(self) -> tuple[ScaleCode | MissingOption, ...]:
        """Everything that can be chosen, in the order in which it is shown."""
        return (*self.codes, *self.exclusive, *self.missing)


class GradeScore(_Part):
    """How a number becomes a score; numbers from `positive_from` count as a positive answer."""

    map: Literal["linear_0_100"]
    positive_from: int


class IntegerRange(_Part):
    """A whole number from `min` to `max`, both included."""

    min: SmallInt
    max: SmallInt
    unit: Text
    score: GradeScore | None = None


class NarrativeLimits(_Part):
    """How long a told story may be, in characters."""

    max_chars: Annotated[int, Field(ge=1, le=20_000)]


class ScaleAnswer(_Part):
    """Answered by choosing from a scale."""

    scale: ScaleReference


class IntegerAnswer(_Part):
    """Answered with a whole number."""

    integer: IntegerRange


class NarrativeAnswer(_Part):
    """Answered with a story in own words."""

    narrative: NarrativeLimits


def _answer_key(written: object) -> str | None:
    if isinstance(written, Mapping):
        return str(next(iter(written))) if len(written) == 1 else None
    return next(iter(type(written).model_fields)) if isinstance(written, _Part) else None


AnswerType: TypeAlias = Annotated[
    Annotated[ScaleAnswer, Tag("scale")]
    | Annotated[IntegerAnswer, Tag("integer")]
    | Annotated[NarrativeAnswer, Tag("narrative")],
    Discriminator(_answer_key),
]


class ItemText(_Part):
    """The question or statement itself, and an explanation below it."""

    stem: Text
    help: Text | None = None


class Item(_Part):
    """One question; keeps its id over versions. `title` names it in tables and charts."""

    id: ItemId
    version: VersionNumber
    concept: ConceptId
    title: Annotated[str, StringConstraints(min_length=1, max_length=60, strip_whitespace=True)]
    type: AnswerType
    reference_period: Period
    text: ItemText


class Page(_Part):
    """What a client sees at once. Without `show_if` it is always asked."""

    id: Name
    items: Annotated[tuple[ItemId, ...], Field(min_length=1)]
    show_if: Expression | None = None
    when_unknown: Literal["show", "hide"] | None = None


class Composite(_Part):
    """A theme score: the mean score of its items, when at least `min_valid` of them have one."""

    id: Name
    version: VersionNumber
    title: Text
    theme: Theme
    items: Annotated[tuple[ItemId, ...], Field(min_length=2)]
    min_valid: Annotated[int, Field(ge=1)]


class Library(_Part):
    """Concepts, scales and items that questionnaires draw on."""

    format: Literal["ceo-def/1"]
    kind: Literal["library"]
    id: DefinitionId
    source_language: Literal["nl"]
    concepts: dict[str, Concept]
    scales: dict[str, AnswerScale]
    items: dict[str, Item]


class Uses(_Part):
    """The library whose items a module asks."""

    library: DefinitionId


class Module(_Part):
    """A questionnaire as its editors write it: pages with routing, theme scores and breakdowns over a library."""

    format: Literal["ceo-def/1"]
    kind: Literal["module"]
    id: DefinitionId
    version: VersionNumber
    title: Text
    uses: Uses
    pages: Annotated[tuple[Page, ...], Field(min_length=1)]
    composites: dict[str, Composite] = Field(default_factory=dict)
    breakdowns: tuple[ItemId, ...] = ()
    changes: tuple[Text, ...] = ()


class Questionnaire(_Part):
    """A module with everything it uses: self-contained, so that its content can be sealed and opened anywhere.

    Make one with `loading.load_questionnaire`; the checks have passed then, and look-ups of known ids cannot fail.
    """

    format: Literal["ceo-def/1"] = "ceo-def/1"
    kind: Literal["questionnaire"] = "questionnaire"
    id: DefinitionId
    version: VersionNumber
    title: Text
    language: Literal["nl"]
    concepts: tuple[Concept, ...]
    scales: tuple[AnswerScale, ...]
    items: tuple[Item, ...]
    pages: tuple[Page, ...]
    composites: tuple[Composite, ...] = ()
    breakdowns: tuple[ItemId, ...] = ()

    @cached_property
    def items_by_id(self) -> Mapping[str, Item]:
        """Every item by its id."""
        return {item.id: item for item in self.items}

    @cached_property
    def pages_by_id(self) -> Mapping[str, Page]:
        """Every page by its id."""
        return {page.id: page for page in self.pages}

    @cached_property
    def scales_by_reference(self) -> Mapping[str, AnswerScale]:
        """Every scale by its reference, such as `eens5@1`."""
        return {scale.reference: scale for scale in self.scales}

    @cached_property
    def exclusive_codes(self) -> Mapping[str, frozenset[str]]:
        """By item: the codes that cannot be chosen together with others."""
        scales = {item.id: self.scale_of(item) for item in self.items}
        return {item: frozenset(code.code for code in scale.exclusive) for item, scale in scales.items() if scale}

    def item(self, item_id: str) -> Item:
        """Return an item; an unknown id is our bug."""
        return self.items_by_id[item_id]

    def page(self, page_id: str) -> Page:
        """Return a page; an unknown id is our bug."""
        return self.pages_by_id[page_id]

    def scale_of(self, item: Item) -> AnswerScale | None:
        """Return the scale of an item, None when it asks for a number or a story."""
        return self.scales_by_reference[item.type.scale] if isinstance(item.type, ScaleAnswer) else None
