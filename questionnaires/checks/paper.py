"""Checks of the printed form (D18): a form cannot skip pages by itself, so each condition must fit in a short instruction.

Where an unknown answer hides a page, the instruction says who fills it in; where it shows the page, who leaves it empty: so
that someone who left an earlier question empty does on paper what would happen on a screen. Earlier answers inside texts are
printed as their fallback, which is what a wording gives without answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from questionnaires.definition import ScaleAnswer
from questionnaires.expressions.leaves import Answered, AnswerOf, CodeLiteral, Includes
from questionnaires.expressions.nodes import (
    AllOf,
    AnyOf,
    AtLeast,
    AtMost,
    Comparison,
    Equal,
    Expression,
    Greater,
    Less,
    Not,
    NotEqual,
    OneOf,
)
from questionnaires.problems import Problem
from questionnaires.questionnaire import Page, Questionnaire
from questionnaires.resolving import place_pages
from questionnaires.scales import ScaleType

if TYPE_CHECKING:
    from questionnaires.checks.definitions import Candidate

# Comparisons that a reader can hold in mind while looking back through a form.
MOST_COMPARISONS: Final = 3
# As many other options are named; of more it is said that they are another option.
FEW_CODES: Final = 2

_SIGNS: Final[Mapping[type[Comparison], str]] = {
    Less: "minder dan {}",
    AtMost: "hoogstens {}",
    Greater: "meer dan {}",
    AtLeast: "ten minste {}",
    Equal: "het getal {}",
    NotEqual: "iets anders dan {}",
}
_OPPOSITE: Final = {Less: AtLeast, AtMost: Greater, Greater: AtMost, AtLeast: Less, Equal: NotEqual, NotEqual: Equal}
_MIRRORED: Final = {Less: Greater, AtMost: AtLeast, Greater: Less, AtLeast: AtMost, Equal: Equal, NotEqual: NotEqual}


def check_paper(candidate: Candidate) -> Iterator[Problem]:
    """Yield a problem for each condition that a printed form cannot tell, where forms are printed."""
    if "paper" not in candidate.questionnaire.modes:
        return
    for placed in place_pages(candidate.assembly):
        if printed_instruction(candidate.questionnaire, placed.page) is None:
            cause = f"De voorwaarde van de pagina {placed.page.id} is te ingewikkeld om vanzelf op papier te zetten."
            cure = 'Voeg paper toe: een zin die zegt wie de pagina invult, zoals "Alleen als u hulp kreeg."'
            yield placed.source.document.problem((*placed.place, "show_if"), "D18", cause, cure)


def printed_instruction(questionnaire: Questionnaire, page: Page) -> str | None:
    """Return what stands above a page on a printed form: "" when everyone fills it in, None when the author must say it.

    It names questions by their number in `question_numbers`, and addresses nobody: some forms say "u" and others "je".
    """
    if page.paper is not None or page.show_if is None:
        return page.paper or ""
    shown = page.when_unknown == "show"
    sentence = _sentence(page.show_if, _Printing(questionnaire, question_numbers(questionnaire)), holds=not shown)
    if sentence is None:
        return None
    return f"{'Niet' if shown else 'Alleen'} invullen als {sentence}."


def question_numbers(questionnaire: Questionnaire) -> Mapping[str, int]:
    """Return the number of each question on a printed form: in the order of the pages, from 1."""
    asked = (item for page in questionnaire.pages for item in page.items)
    return {item: number for number, item in enumerate(asked, start=1)}


@dataclass(frozen=True, slots=True)
class _Printing:
    """What is needed to put a comparison in words."""

    questionnaire: Questionnaire
    numbers: Mapping[str, int]


def _sentence(condition: Expression, printing: _Printing, *, holds: bool) -> str | None:
    """Return in words when a condition is true, or when it is false (`holds` is False); None when that is too much."""
    while isinstance(condition, Not):
        condition, holds = condition.part, not holds
    if not isinstance(condition, AllOf | AnyOf):
        return _comparison(condition, printing, holds=holds)
    word = " en " if isinstance(condition, AllOf) is holds else " of "
    said = [_comparison(part, printing, holds=holds) for part in condition.parts]
    return word.join(part for part in said if part) if len(said) <= MOST_COMPARISONS and all(said) else None


def _comparison(part: Expression, printing: _Printing, *, holds: bool) -> str | None:
    while isinstance(part, Not):
        part, holds = part.part, not holds
    choice = _choice(part)
    if choice is not None:
        return _chosen(*choice, printing, holds=holds is not isinstance(part, NotEqual))
    if isinstance(part, Comparison):
        return _number(part, printing, holds=holds)
    if isinstance(part, Answered) and not isinstance(printing.questionnaire.item(part.of.item).type, ScaleAnswer):
        return f"vraag {printing.numbers[part.of.item]} {'is' if holds else 'niet is'} ingevuld"
    return None


def _choice(part: Expression) -> tuple[AnswerOf, tuple[str, ...]] | None:
    """Return an answer and the codes that it is compared with; None when something else is compared."""
    if isinstance(part, Includes):
        return part.choice[0], (part.choice[1].code,)
    if isinstance(part, OneOf) and isinstance(part.choice[0], AnswerOf):
        return part.choice[0], tuple(literal.code for literal in part.choice[1])
    if isinstance(part, Equal | NotEqual):
        answers = [side for side in part.sides if isinstance(side, AnswerOf)]
        codes = tuple(side.code for side in part.sides if isinstance(side, CodeLiteral))
        return (answers[0], codes) if answers and codes else None
    return None


def _chosen(answer: AnswerOf, codes: Sequence[str], printing: _Printing, *, holds: bool) -> str:
    """Return that one of these codes is chosen, or that it is not but something else is: an empty answer is neither."""
    scale = printing.questionnaire.scale_of(printing.questionnaire.item(answer.item))
    assert scale is not None, "only an answer from a scale is compared with a code"
    question = f"bij vraag {printing.numbers[answer.item]}"
    labels = {option.code: f"‘{option.text}’" for option in (*scale.codes, *scale.exclusive)}
    others = [code for code in labels if code not in codes]
    if not holds and scale.type is not ScaleType.MULTI and 0 < len(others) <= FEW_CODES:
        codes, holds = others, True
    chosen = [labels[code] for code in codes]
    if holds:
        return f"{question} {_listed(chosen)} is ingevuld"
    excluded = _listed([*chosen, *(f"‘{option.text}’" for option in scale.missing)])
    if scale.type is ScaleType.MULTI:
        return f"{question} wel iets, maar niet {excluded} is ingevuld"
    return f"{question} iets anders dan {excluded} is ingevuld"


def _number(part: Comparison, printing: _Printing, *, holds: bool) -> str | None:
    """Return how a number compares with a constant; None when something else is compared."""
    sign, (left, right) = type(part), part.sides
    if isinstance(right, AnswerOf):
        sign, left, right = _MIRRORED[sign], right, left
    if not isinstance(left, AnswerOf) or not isinstance(right, int | float):
        return None
    words = _SIGNS[sign if holds else _OPPOSITE[sign]].format(f"{right}".replace(".", ","))
    return f"bij vraag {printing.numbers[left.item]} {words} is ingevuld"


def _listed(labels: Sequence[str]) -> str:
    """Return labels as a list in a sentence.

    >>> _listed(["‘Ja’", "‘Nee’", "‘Soms’"])
    '‘Ja’, ‘Nee’ of ‘Soms’'
    """
    return " of ".join(filter(None, (", ".join(labels[:-1]), labels[-1])))
