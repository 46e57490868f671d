"""Measurement: everything about an item that makes its answers mean what they mean.

Help, sound, titles and layout are not in it, nor is the order of the answer options: those are `context` or presentation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from questionnaires.comparability.audiences import audiences_of
from questionnaires.definition import IntegerAnswer, Item, answer_kind
from questionnaires.questionnaire import Questionnaire
from questionnaires.scales import AnswerScale, MissingOption, Polarity, ScaleCode
from questionnaires.texts import gaps_in


@dataclass(frozen=True, slots=True)
class Option:
    """What choosing a code means; `stance` is "none" where it says nothing. `alone`: it cannot be chosen together with others."""

    text: str
    value: int | None
    stance: str
    alone: bool


@dataclass(frozen=True, slots=True)
class NumberRange:
    """The numbers that can be answered, both included."""

    lowest: int
    highest: int
    unit: str


@dataclass(frozen=True, slots=True)
class Piped:
    """An earlier answer in the question itself: of which item, its words by code, and what stands there when it is unknown."""

    answer: str
    words: Mapping[str, str]
    fallback: str


@dataclass(frozen=True, slots=True)
class Measurement:
    """What an item measures. `kind` is the kind of scale, or of answer where there is none.

    `options` are by code; `missing` are the texts of the reasons for having no value, by reason: that is how they are kept.
    `score` is how an answer becomes a score, "" when it does not. `stem` has its gaps unfilled; `params` are those with a
    local name. `audience` is the hash of who is asked.
    """

    concept: str
    kind: str
    options: Mapping[str, Option]
    missing: Mapping[str, str]
    numbers: NumberRange | None
    score: str
    polarity: str
    stem: str
    reference_period: str
    params: tuple[str, ...]
    pipes: Mapping[str, Piped]
    audience: str

    @property
    def points(self) -> int:
        """The number of points of a rating scale: ordered options with values; 0 for all else."""
        rated = self.kind == "ordinal" and any(option.value is not None for option in self.options.values())
        return len(self.options) if rated else 0


def measurements_of(questionnaire: Questionnaire) -> dict[str, Measurement]:
    """Return what each item measures, by id."""
    audiences = audiences_of(questionnaire)
    return {item.id: _measurement(questionnaire, item, audiences[item.id]) for item in questionnaire.items}


def _measurement(questionnaire: Questionnaire, item: Item, audience: str) -> Measurement:
    scale = questionnaire.scale_of(item)
    gaps = sorted(set(gaps_in(item.text.stem)))
    return Measurement(
        concept=item.concept,
        kind=scale.type.value if scale is not None else answer_kind(item.type),
        options=_options(scale) if scale is not None else {},
        missing={one.reason.value: one.text for one in scale.missing} if scale is not None else {},
        numbers=_numbers(item),
        score=_score(item, scale),
        polarity=(item.polarity or (scale.polarity if scale is not None else Polarity.POSITIVE)).value,
        stem=item.text.stem,
        reference_period=item.reference_period,
        params=tuple(gap for gap in gaps if gap not in item.pipes),
        pipes={gap: _piped(questionnaire, item, gap) for gap in gaps if gap in item.pipes},
        audience=audience,
    )


def _options(scale: AnswerScale) -> dict[str, Option]:
    alone = {code.code for code in scale.exclusive}
    return {
        code.code: Option(
            code.text, code.value, code.stance.value if code.stance is not None else "none", code.code in alone
        )
        for code in (*scale.codes, *scale.exclusive)
    }


def _numbers(item: Item) -> NumberRange | None:
    if not isinstance(item.type, IntegerAnswer):
        return None
    return NumberRange(item.type.integer.min, item.type.integer.max, item.type.integer.unit)


def _score(item: Item, scale: AnswerScale | None) -> str:
    if isinstance(item.type, IntegerAnswer):
        score = item.type.integer.score
        return f"{score.map} positive from {score.positive_from}" if score is not None else ""
    return scale.score.map if scale is not None and scale.score is not None else ""


def _piped(questionnaire: Questionnaire, item: Item, gap: str) -> Piped:
    pipe = item.pipes[gap]
    source = questionnaire.scale_of(questionnaire.item(pipe.answer))
    options: tuple[ScaleCode | MissingOption, ...] = source.options if source is not None else ()
    words = {one.code: one.inline for one in options if isinstance(one, ScaleCode) and one.inline is not None}
    return Piped(pipe.answer, words, pipe.fallback)
