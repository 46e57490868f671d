"""Answer scales: the options of a choice, what each says, and how it becomes a score."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from questionnaires.answers import Missing
from questionnaires.names import Name, ScaleId, VersionNumber
from questionnaires.parts import DefinitionPart, Text


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


class Polarity(StrEnum):
    """Whether a high value is a good experience, a bad one, or neither."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    NONE = "none"


class SpellingRepair(DefinitionPart):
    """Says that this version differs from an earlier one (`of`) in spelling or punctuation only; two editors vouch for it."""

    of: VersionNumber
    approved_by: Annotated[tuple[Text, ...], Field(min_length=2)]


class ScaleCode(DefinitionPart):
    """One answer option. `value` gives its place on the scale, for scores; `inline` is how it reads inside a sentence."""

    code: Name
    text: Text
    text_easy: Text | None = None
    inline: Text | None = None
    value: int | None = None
    stance: Stance | None = None


class MissingOption(DefinitionPart):
    """An option that is a reason for having no value."""

    code: Name
    text: Text
    text_easy: Text | None = None
    reason: Literal[Missing.DONT_KNOW, Missing.NOT_APPLICABLE, Missing.REFUSED]


class Score(DefinitionPart):
    """How a value becomes a score: the lowest value 0, the highest 100, evenly between."""

    map: Literal["linear_0_100"]


class AnswerScale(DefinitionPart):
    """Answer options in the order in which they are shown. Polarity `negative`: a high value is a bad experience."""

    id: ScaleId
    version: VersionNumber
    type: ScaleType
    codes: Annotated[tuple[ScaleCode, ...], Field(min_length=2)]
    exclusive: tuple[ScaleCode, ...] = ()
    missing: tuple[MissingOption, ...] = ()
    polarity: Polarity = Polarity.POSITIVE
    score: Score | None = None
    spelling: SpellingRepair | None = None

    @property
    def reference(self) -> str:
        """How items point at this version of the scale: `id@version`."""
        return f"{self.id}@{self.version}"

    @property
    def options(self) -> tuple[ScaleCode | MissingOption, ...]:
        """Everything that can be chosen, in the order in which it is shown."""
        return (*self.codes, *self.exclusive, *self.missing)
