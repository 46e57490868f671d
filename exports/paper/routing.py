"""The way through a printed form: which option leads to which question, and who fills in which questions.

What a condition does is not read from how it is written: it is tried with every option of the question that it depends on, by the
evaluator that decides on the web.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final, TypeVar

from exports.paper.words import FormWords
from questionnaires.answers import Answer, Missing
from questionnaires.checks.paper import printed_instruction, question_numbers
from questionnaires.compiling import CompiledPage
from questionnaires.expressions.facts import Circumstances, Facts
from questionnaires.expressions.leaves import CalculationOf, ResponseOf, SampleOf
from questionnaires.expressions.nodes import Expression
from questionnaires.expressions.tree import walk
from questionnaires.questionnaire import Questionnaire
from questionnaires.scales import AnswerScale, MissingOption, ScaleCode, ScaleType
from questionnaires.wording import Wording

Option = TypeVar("Option", ScaleCode, MissingOption)


@dataclass(frozen=True, slots=True)
class Instruction:
    """Who fills in a question, as a sentence; `several` says it for questions with gaps for the first and the last number."""

    one: str
    several: str


NOBODY_HAS_TO_BE_TOLD: Final = Instruction("", "")


@dataclass(frozen=True, slots=True)
class PaperRoutes:
    """The way through a form.

    `leading`: by item and code the number of the question that comes next, where that is not simply the next one; 0 is the end.
    `instructions`: what stands above the first question of a page, by page. `untold`: pages of which nothing can be said.
    """

    leading: Mapping[tuple[str, str], int] = field(default_factory=dict)
    instructions: Mapping[str, str] = field(default_factory=dict)
    untold: tuple[str, ...] = ()


def pages_on_paper(questionnaire: Questionnaire, wording: Wording) -> Questionnaire:
    """Return the questionnaire as it is printed: without pages that never come on paper, its options in the words of the wording."""
    circumstances = _circumstances(wording)
    kept = tuple(
        compiled.page
        for compiled in questionnaire.routes.pages
        if not (_is_settled(compiled, questionnaire) and not _shows(compiled, {}, circumstances))
    )
    scales = tuple(_worded(scale, wording) for scale in questionnaire.scales)
    fields = {name: getattr(questionnaire, name) for name in Questionnaire.model_fields}
    return Questionnaire(**fields | {"pages": kept, "scales": scales})


def find_routes(printed: Questionnaire, wording: Wording, words: FormWords) -> PaperRoutes:
    """Return the way through a form that is printed as `pages_on_paper` says."""
    return _Finder(printed, wording, words).find()


@dataclass(frozen=True, slots=True)
class _Dependence:
    """A page that depends on one earlier question with options, and the codes of the options that leave it out."""

    item: str
    page: int  # place of the page of that question
    hidden: frozenset[str]
    when_unknown: bool  # whether it is asked when that question is empty


@dataclass(frozen=True, slots=True)
class _Finder:
    printed: Questionnaire
    wording: Wording
    words: FormWords

    def find(self) -> PaperRoutes:
        pages = self.printed.routes.pages
        found = {place: one for place, page in enumerate(pages) if (one := self._dependence(place, page)) is not None}
        leading = dict(self._leading(found))
        said: dict[str, Instruction] = {}
        untold = []
        for place, compiled in enumerate(pages):
            if compiled.condition is None or _is_settled(compiled, self.printed):
                continue
            instruction = self._instruction(compiled, place, found)
            if instruction is None:
                untold.append(compiled.page.id)
            elif instruction.one:
                said[compiled.page.id] = instruction
        return PaperRoutes(leading, dict(self._together(said)), tuple(untold))

    def _dependence(self, place: int, compiled: CompiledPage) -> _Dependence | None:
        if len(compiled.reads) != 1 or not _reads_answers_only(compiled.page.show_if, self.printed):
            return None
        (item,) = compiled.reads
        before = self._page_of(item)
        scale = self.printed.scale_of(self.printed.item(item))
        if scale is None or scale.type is ScaleType.MULTI or before is None or before >= place:
            return None
        circumstances, version = _circumstances(self.wording), self.printed.item(item).version
        hidden = frozenset(
            option.code
            for option in scale.options
            if not _shows(compiled, {item: _answer(item, version, option)}, circumstances)
        )
        empty = {item: Answer(item, version, missing=Missing.SKIPPED)}
        return _Dependence(item, before, hidden, _shows(compiled, empty, circumstances))

    def _page_of(self, item: str) -> int | None:
        return next((place for place, page in enumerate(self.printed.pages) if item in page.items), None)

    def _leading(self, found: Mapping[int, _Dependence]) -> Iterator[tuple[tuple[str, str], int]]:
        """Yield where options lead: past all pages right behind the page of their question that they leave out."""
        numbers = question_numbers(self.printed)
        for source in {(one.item, one.page) for one in found.values()}:
            item, place = source
            if self.printed.pages[place].items[-1] != item:
                continue
            for code in frozenset[str]().union(*(one.hidden for one in found.values() if one.item == item)):
                following = _after(found, item, code, place)
                if following > place + 1:
                    last = following == len(self.printed.pages)
                    yield (item, code), 0 if last else numbers[self.printed.pages[following].items[0]]

    def _instruction(self, compiled: CompiledPage, place: int, found: Mapping[int, _Dependence]) -> Instruction | None:
        """Return what stands above a page, with an empty sentence when options lead past it; None when nothing can be said."""
        dependence = found.get(place)
        if compiled.page.paper is None and dependence is not None:
            return self._of_options(place, dependence, found)
        if self.wording.language != self.printed.language or not self._is_asked(compiled):
            return None
        told = printed_instruction(self.printed, compiled.page)
        if told is None:
            return None
        return Instruction(told, f"Vraag {{first}} tot en met {{last}}: {_kept(told[:1].lower() + told[1:])}")

    def _is_asked(self, compiled: CompiledPage) -> bool:
        """Tell whether everything that a condition reads is on the form."""
        return all(self._page_of(item) is not None for item in compiled.reads)

    def _of_options(self, place: int, dependence: _Dependence, found: Mapping[int, _Dependence]) -> Instruction | None:
        source = self.printed.pages[dependence.page]
        reached = (_after(found, dependence.item, code, dependence.page) > place for code in dependence.hidden)
        if not dependence.hidden or (source.items[-1] == dependence.item and all(reached)):
            return NOBODY_HAS_TO_BE_TOLD
        scale = self.printed.scale_of(self.printed.item(dependence.item))
        assert scale is not None, "a page depends on options only where there are options"
        skip = dependence.when_unknown
        codes = [option.code for option in scale.options if (option.code in dependence.hidden) is skip]
        if not codes:
            return None
        labels = self._labels(scale, codes)
        number = question_numbers(self.printed)[dependence.item]
        one = (self.words.skip if skip else self.words.only).format(number=number, labels=labels)
        several = self.words.skip_more if skip else self.words.only_more
        return Instruction(one, several.format(number=number, labels=_kept(labels), first="{first}", last="{last}"))

    def _labels(self, scale: AnswerScale, codes: list[str]) -> str:
        labels = [f"‘{self.wording.label(scale, code)}’" for code in codes]
        return f" {self.words.or_word} ".join(filter(None, (", ".join(labels[:-1]), labels[-1])))

    def _together(self, said: Mapping[str, Instruction]) -> Iterator[tuple[str, str]]:
        """Yield what stands above pages: what is the same for pages that follow each other is said once, above the first."""
        numbers = question_numbers(self.printed)
        for instruction, group in groupby(self.printed.pages, key=lambda page: said.get(page.id)):
            if instruction is None:
                continue
            pages = list(group)
            first, last = numbers[pages[0].items[0]], numbers[pages[-1].items[-1]]
            yield pages[0].id, instruction.one if first == last else instruction.several.format(first=first, last=last)


def _kept(text: str) -> str:
    """Return a text so that braces of its own stay what they are when its gaps are filled."""
    return text.replace("{", "{{").replace("}", "}}")


def _after(found: Mapping[int, _Dependence], item: str, code: str, place: int) -> int:
    """Return the place of the first page behind that of a question which an option of it does not leave out."""
    following = place + 1
    while following in found and found[following].item == item and code in found[following].hidden:
        following += 1
    return following


def _circumstances(wording: Wording) -> Circumstances:
    return Circumstances(language=wording.language, mode="paper", register=wording.register)


def _shows(compiled: CompiledPage, answers: Mapping[str, Answer], circumstances: Circumstances) -> bool:
    assert compiled.condition is not None, "a page without a condition is always asked"
    holds = compiled.condition(Facts(answers, circumstances))
    return compiled.shown_when_unknown if holds is None else bool(holds)


def _answer(item: str, version: int, option: ScaleCode | MissingOption) -> Answer:
    if isinstance(option, MissingOption):
        return Answer(item, version, missing=option.reason)
    return Answer(item, version, value=option.code)


def _is_settled(compiled: CompiledPage, questionnaire: Questionnaire) -> bool:
    """Tell whether a condition depends on nothing but what is known when a form is printed, such as that it is on paper."""
    if compiled.condition is None:
        return False
    return not compiled.reads and _reads_answers_only(compiled.page.show_if, questionnaire)


def _reads_answers_only(expression: Expression | None, questionnaire: Questionnaire) -> bool:
    """Tell whether an expression reads nothing of a client beside answers and what every printed form has in common."""
    waiting, seen = [expression], set[str]()
    calculations = {one.id: one.expr for one in questionnaire.calculations}
    while waiting:
        part = waiting.pop()
        if part is None:
            continue
        for _, _, node in walk(part):
            if isinstance(node, SampleOf) or (isinstance(node, ResponseOf) and node.what == "started_on"):
                return False
            if isinstance(node, CalculationOf) and node.name not in seen:
                seen.add(node.name)
                waiting.append(calculations[node.name])
    return True


def _worded(scale: AnswerScale, wording: Wording) -> AnswerScale:
    def say(options: tuple[Option, ...]) -> tuple[Option, ...]:
        return tuple(option.model_copy(update={"text": wording.label(scale, option.code)}) for option in options)

    worded = {"codes": say(scale.codes), "exclusive": say(scale.exclusive), "missing": say(scale.missing)}
    return scale.model_copy(update=worded)
