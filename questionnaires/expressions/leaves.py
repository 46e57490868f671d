"""The leaves of expressions: nodes that read something or are written out, and hold no other expressions."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from questionnaires.answers import Missing

Circumstance: TypeAlias = Literal["language", "mode", "register", "started_on"]


class Node(BaseModel):
    """A node of an expression. Its one field is written under the key that `key_of` returns."""

    model_config = ConfigDict(
        frozen=True, strict=True, extra="forbid", serialize_by_alias=True, validate_by_name=True, validate_by_alias=True
    )


class AnswerOf(Node):
    """The answer to an item: a code, codes, a number, a date or a story."""

    item: str = Field(alias="answer")


class CalculationOf(Node):
    """The outcome of a calculation of the questionnaire."""

    name: str = Field(alias="calc")


class SampleOf(Node):
    """What the sample says about this client, such as the kind of support."""

    name: str = Field(alias="sample")


class ResponseOf(Node):
    """How this client answers: in which language, mode and register, and the day on which they started."""

    what: Circumstance = Field(alias="response")


class CodeLiteral(Node):
    """A code of a scale, to compare an answer with."""

    code: str


class DateLiteral(Node):
    """A day, written as year-month-day."""

    day: Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", examples=["2027-01-01"])] = Field(alias="date")


class Includes(Node):
    """The code is among the codes of a multiple choice."""

    choice: tuple[AnswerOf, CodeLiteral] = Field(alias="includes")


class CountSelected(Node):
    """The number of codes chosen in a multiple choice. Exclusive codes, such as "geen hulp", do not count."""

    of: AnswerOf = Field(alias="count_selected")


class Answered(Node):
    """The item has an answer with a value on the path."""

    of: AnswerOf = Field(alias="answered")


class ReasonIs(Node):
    """The item has no value on the path, for this reason. An item that is off the path was not asked."""

    test: tuple[AnswerOf, Missing] = Field(alias="reason_is")


class Gathered(BaseModel):
    """Items of which the known numbers are taken together: their values, or their scores from 0 to 100.

    Unknown when fewer than `min_valid` of the items have a number.
    """

    model_config = Node.model_config

    of: Annotated[tuple[str, ...], Field(min_length=1)]
    take: Literal["value", "score"] = Field(alias="as")
    min_valid: Annotated[int, Field(ge=1)]


class SumOf(Node):
    """The sum of the known numbers of items."""

    gathered: Gathered = Field(alias="sum")


class MeanOf(Node):
    """The mean of the known numbers of items."""

    gathered: Gathered = Field(alias="mean")
