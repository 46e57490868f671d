"""The codebook of a published version: variables, labels, codes, missing reasons and who was asked."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from questionnaires.answers import Missing
from questionnaires.compiling import scores_of
from questionnaires.definition import IntegerAnswer, IntegerRange, Item, answer_kind
from questionnaires.expressions.words import describe_universe
from questionnaires.names import id_of
from questionnaires.publishing import PublishedVersion
from questionnaires.questionnaire import Page
from questionnaires.scales import AnswerScale, Polarity, Stance

LOCAL: Final = "lokaal"  # the domain of what a municipality or region added


class VariableKind(StrEnum):
    """How answers to an item are counted."""

    ORDINAL = "ordinal"
    NOMINAL = "nominal"
    MULTI = "multi"
    INTEGER = "integer"
    DATE = "date"
    TEXT = "text"
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
    """One item in the data. `label` is the wording that was asked; `title` is short; `universe` says who was asked.

    `measurement` and `context` are its fingerprints: equal ones mean the same measurement, in the same surroundings.
    """

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
    measurement: str = ""
    context: str = ""


@dataclass(frozen=True, slots=True)
class CompositeVariable:
    """A theme score: the mean score of its items, when at least `minimum_valid` of them have a score.

    `theme` is "" for a score outside the themes of the law. Scores of items are higher for a better experience; where
    `higher_is_better` is false, the composite is 100 minus their mean.
    """

    composite: str
    version: int
    title: str
    theme: str
    items: tuple[str, ...]
    minimum_valid: int
    higher_is_better: bool = True


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
        CompositeVariable(
            composite=one.id,
            version=one.version,
            title=one.title,
            theme=one.theme.value if one.theme is not None else "",
            items=tuple(map(id_of, one.items)),
            minimum_valid=one.min_valid,
            higher_is_better=one.direction == "higher_is_better",
        )
        for one in questionnaire.composites
    )
    return Codebook(
        questionnaire=questionnaire.id,
        version=questionnaire.version,
        title=questionnaire.title,
        content_hash=published.content_hash,
        variables=tuple(_variable(published, page, item) for page in questionnaire.pages for item in page.items),
        composites=tuple(composites),
    )


def _variable(published: PublishedVersion, page: Page, item_id: str) -> Variable:
    questionnaire, fingerprints = published.questionnaire, published.fingerprints[item_id]
    item = questionnaire.item(item_id)
    scale = questionnaire.scale_of(item)
    limits = item.type.integer if isinstance(item.type, IntegerAnswer) else None
    domains = {concept.id: concept.domain for concept in questionnaire.concepts}
    kind = VariableKind(scale.type.value if scale is not None else answer_kind(item.type))
    codes = _scale_codes(item, scale) if scale is not None else _grade_codes(item, limits)
    return Variable(
        item=item.id,
        version=item.version,
        kind=kind,
        title=item.title,
        label=questionnaire.wording().stem(item, {}),
        domain=domains.get(item.concept, LOCAL),
        universe=describe_universe(questionnaire, page),
        codes=codes,
        missing=tuple(MissingCode(one.code, one.text, one.reason) for one in scale.missing) if scale else (),
        minimum=limits.min if limits else None,
        maximum=limits.max if limits else None,
        breakdown=item.id in questionnaire.breakdowns,
        measurement=fingerprints.measurement,
        context=fingerprints.context,
    )


def _scale_codes(item: Item, scale: AnswerScale) -> tuple[Code, ...]:
    scores = scores_of(item, scale)
    turned = item.polarity is not None and {item.polarity, scale.polarity} == {Polarity.POSITIVE, Polarity.NEGATIVE}
    positive = Stance.NEGATIVE if turned else Stance.POSITIVE
    return tuple(
        Code(one.code, number, one.text, scores.get(one.code), one.stance is positive)
        for number, one in enumerate((*scale.codes, *scale.exclusive), start=1)
    )


def _grade_codes(item: Item, limits: IntegerRange | None) -> tuple[Code, ...]:
    """Return a code for every grade; a number without score has no codes."""
    if limits is None or limits.score is None:
        return ()
    positive_from, turned = limits.score.positive_from, item.polarity is Polarity.NEGATIVE
    return tuple(
        Code(str(grade), number, str(grade), score, (grade >= positive_from) is not turned)
        for number, (grade, score) in enumerate(scores_of(item, None).items(), start=1)
        if isinstance(grade, int)
    )
