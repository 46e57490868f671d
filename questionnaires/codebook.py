"""The codebook of a published version: variables, labels, codes, missing reasons and who was asked."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from questionnaires.answers import Missing
from questionnaires.definition import AnswerScale, IntegerAnswer, IntegerRange, Page, Questionnaire, ScaleCode, Stance
from questionnaires.publishing import PublishedVersion
from questionnaires.universe import describe_universe


class VariableKind(StrEnum):
    """How answers to an item are counted."""

    ORDINAL = "ordinal"
    NOMINAL = "nominal"
    MULTI = "multi"
    INTEGER = "integer"
    NARRATIVE = "narrative"


@dataclass(frozen=True, slots=True)
class Code:
    """One answer option. `number` counts from 1 in order; `score` is 0-100 or None; `positive` counts in the share."""

    code: str
    number: int
    label: str
    score: float | None
    positive: bool


@dataclass(frozen=True, slots=True)
class MissingCode:
    """An option that is a reason for having no value, such as "weet ik niet"."""

    code: str
    label: str
    reason: Missing


@dataclass(frozen=True, slots=True)
class Variable:
    """One item in the data. `label` is the wording that was asked; `title` is short; `universe` says who was asked."""

    item: str
    version: int
    kind: VariableKind
    title: str
    label: str
    domain: str
    universe: str
    codes: tuple[Code, ...] = ()
    missing: tuple[MissingCode, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    breakdown: bool = False


@dataclass(frozen=True, slots=True)
class CompositeVariable:
    """A theme score: the mean score of its items, when at least `minimum_valid` of them have a score."""

    composite: str
    version: int
    title: str
    theme: str
    items: tuple[str, ...]
    minimum_valid: int


@dataclass(frozen=True, slots=True)
class Codebook:
    """Everything that a reader of the data must know. `content_hash` names the published version exactly."""

    questionnaire: str
    version: int
    title: str
    content_hash: str
    variables: tuple[Variable, ...]
    composites: tuple[CompositeVariable, ...]

    def variable(self, item: str) -> Variable:
        """Return the variable of an item; an unknown item is our bug."""
        return next(variable for variable in self.variables if variable.item == item)


def build_codebook(published: PublishedVersion) -> Codebook:
    """Return the codebook of a published version, with the variables in the order of the questions."""
    questionnaire = published.questionnaire
    composites = (
        CompositeVariable(one.id, one.version, one.title, one.theme.value, one.items, one.min_valid)
        for one in questionnaire.composites
    )
    return Codebook(
        questionnaire=questionnaire.id,
        version=questionnaire.version,
        title=questionnaire.title,
        content_hash=published.content_hash,
        variables=tuple(_variable(questionnaire, page, item) for page in questionnaire.pages for item in page.items),
        composites=tuple(composites),
    )


def linear_score(value: int, lowest: int, highest: int) -> float:
    """Return the score of a value: 0 for the lowest, 100 for the highest, evenly between.

    100 · (value − lowest) / (highest − lowest)

    >>> linear_score(4, 1, 5)
    75.0
    """
    return 100 * (value - lowest) / (highest - lowest)


def _variable(questionnaire: Questionnaire, page: Page, item_id: str) -> Variable:
    item = questionnaire.item(item_id)
    scale = questionnaire.scale_of(item)
    limits = item.type.integer if isinstance(item.type, IntegerAnswer) else None
    domains = {concept.id: concept.domain for concept in questionnaire.concepts}
    if scale is not None:
        kind, codes = VariableKind(scale.type.value), _scale_codes(scale)
    elif limits is not None:
        kind, codes = VariableKind.INTEGER, _grade_codes(limits)
    else:
        kind, codes = VariableKind.NARRATIVE, ()
    return Variable(
        item=item.id,
        version=item.version,
        kind=kind,
        title=item.title,
        label=item.text.stem,
        domain=domains[item.concept],
        universe=describe_universe(questionnaire, page),
        codes=codes,
        missing=tuple(MissingCode(one.code, one.text, one.reason) for one in scale.missing) if scale else (),
        minimum=limits.min if limits else None,
        maximum=limits.max if limits else None,
        breakdown=item.id in questionnaire.breakdowns,
    )


def _scale_codes(scale: AnswerScale) -> tuple[Code, ...]:
    return tuple(
        Code(one.code, number, one.text, _scale_score(scale, one), one.stance is Stance.POSITIVE)
        for number, one in enumerate((*scale.codes, *scale.exclusive), start=1)
    )


def _scale_score(scale: AnswerScale, code: ScaleCode) -> float | None:
    values = [one.value for one in scale.codes if one.value is not None]
    if scale.score is None or code.value is None:
        return None
    score = linear_score(code.value, min(values), max(values))
    return score if scale.polarity == "positive" else 100 - score


def _grade_codes(limits: IntegerRange) -> tuple[Code, ...]:
    """Return a code for every grade; a number without score has no codes."""
    if limits.score is None:
        return ()
    return tuple(
        Code(
            code=str(grade),
            number=number,
            label=str(grade),
            score=linear_score(grade, limits.min, limits.max),
            positive=grade >= limits.score.positive_from,
        )
        for number, grade in enumerate(range(limits.min, limits.max + 1), start=1)
    )
