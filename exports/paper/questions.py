"""The questions of a form: what stands above an answer, and the boxes in which it is given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Final, assert_never

from exports.paper.column import BODY, POINT, SMALL, Block, Row, ends_at, line_height, lines_of, stacked, text_tag
from exports.paper.form import BOX, LEFT, PITCH, RIGHT, Box, BoxKind, Mark, PaperContext, Shape, Stroke, Tag
from exports.paper.routing import PaperRoutes
from exports.paper.words import FormWords
from exports.typeface import text_width
from questionnaires.checks.paper import question_numbers
from questionnaires.consents import SCOPES
from questionnaires.definition import DateAnswer, IntegerAnswer, Item, NarrativeAnswer, ScaleAnswer, TextAnswer
from questionnaires.questionnaire import Page, Questionnaire
from questionnaires.scales import MissingOption, ScaleType
from questionnaires.wording import Wording

NUMBER_ROOM: Final = 10.0  # for the number of a question, left of it
TEXT_LEFT: Final = LEFT + NUMBER_ROOM
_LABEL_LEFT: Final = TEXT_LEFT + BOX + 2.5
_GAP: Final = 5.5  # above a question
_BESIDE: Final = 14.0  # between options on one line
MOST_IN_A_ROW: Final = 11  # numbers that stand in a row, each with its own box, such as grades
_GRADE_PITCH: Final = 14.0
_LINE_PITCH: Final = 9.0  # between lines to write on
LINE_SIGNS: Final = 45  # so many letters of handwriting on a line
_MOST_LINES: Final = 12
_DATE: Final = (("day", 2), ("month", 2), ("year", 4))
_DATE_GAP: Final = 5.0
_ARROW_ROOM: Final = 5.0


@dataclass(frozen=True, slots=True)
class Setting:
    """What is needed to set the questions of a form."""

    printed: Questionnaire
    wording: Wording
    words: FormWords
    routes: PaperRoutes
    context: PaperContext
    numbers: Mapping[str, int]
    document: Tag


def question_blocks(setting: Setting) -> Iterator[Block]:
    """Yield a block for each question, in the order of the pages."""
    for page in setting.printed.pages:
        for item in page.items:
            block = Block(gap=_GAP)
            section = setting.document.child("Sect")
            if item == page.items[0]:
                _set_page_head(block, page, section, setting)
            _Question(block, section, setting.printed.item(item), setting).write()
            yield block


def numbers_of(printed: Questionnaire) -> Mapping[str, int]:
    """Return the number of each question."""
    return question_numbers(printed)


def written_lines(signs: int) -> int:
    """Return how many lines there are for so many signs.

    >>> written_lines(60), written_lines(3000)
    (2, 12)
    """
    return min(ceil(signs / LINE_SIGNS), _MOST_LINES)


def _set_page_head(block: Block, page: Page, section: Tag, setting: Setting) -> None:
    title = setting.wording.page_title(page.id)
    if title:
        block.text(text_tag(section, "P", title), title, bold=True)
        block.space(2)
    instruction = setting.routes.instructions.get(page.id, "")
    if instruction:
        tag = text_tag(section, "P", instruction)
        rows = [Row(line_height(BODY), (words,)) for words in lines_of(tag, instruction, LEFT + 4, RIGHT - LEFT - 4)]
        height, marks = stacked(rows)
        block.add(height + 2.5, Stroke(LEFT + 0.75, 0.4, LEFT + 0.75, height, weight=1.5), *marks)


@dataclass(frozen=True, slots=True)
class _Question:
    """One question, being set into a block."""

    block: Block
    section: Tag
    item: Item
    setting: Setting

    def write(self) -> None:
        """Set the number and the words of the question, then the room for its answer."""
        wording, block = self.setting.wording, self.block
        stem, explanation = wording.stem(self.item, {}), wording.explanation(self.item, {})
        heading = text_tag(self.section, "H2", f"{self.setting.numbers[self.item.id]} {stem}")
        number = next(lines_of(heading, f"{self.setting.numbers[self.item.id]}", LEFT, NUMBER_ROOM, bold=True))
        lines = list(lines_of(heading, stem, TEXT_LEFT, RIGHT - TEXT_LEFT, bold=True))
        for place, words in enumerate(lines):
            block.add(line_height(BODY), *([number] if place == 0 else []), words)
        self._remark(explanation)
        self._set_answer()

    def _remark(self, text: str) -> None:
        if text:
            self.block.text(text_tag(self.section, "P", text), text, x=TEXT_LEFT, size=SMALL)

    def _set_answer(self) -> None:
        match self.item.type:
            case ScaleAnswer():
                self._set_options()
            case IntegerAnswer(integer=limits):
                if limits.min >= 0 and limits.max - limits.min < MOST_IN_A_ROW and limits.max < 1000:  # noqa: PLR2004
                    self._set_grades(range(limits.min, limits.max + 1))
                else:
                    self._set_number(max(len(str(limits.max)), len(str(limits.min))))
            case DateAnswer():
                self._set_date()
            case TextAnswer(text=limits):
                self._remark(self.setting.words.room.format(count=limits.max_chars))
                self._set_frame("text", limits.max_chars)
            case NarrativeAnswer(narrative=limits):
                fitting = min(limits.max_chars, written_lines(limits.max_chars) * LINE_SIGNS)
                self._remark(f"{self.setting.words.room.format(count=fitting)} {self.setting.words.no_names}")
                self._set_frame("text", limits.max_chars)
                self._set_consent()
            case _:
                assert_never(self.item.type)

    def _set_options(self) -> None:
        scale = self.setting.printed.scale_of(self.item)
        assert scale is not None, "an item with a scale has one"
        if scale.type is ScaleType.MULTI:
            self._remark(self.setting.words.several)
        self.block.space(1.2)
        options = [(option.code, self.setting.wording.label(scale, option.code)) for option in scale.options]
        missing = [one for one, option in zip(options, scale.options, strict=True) if isinstance(option, MissingOption)]
        beside = self._fit_beside(missing)
        listed = self.section.child("L")
        for code, label in options[: len(options) - len(missing)] if beside else options:
            self._set_option(listed, "choice", code, label)
        if beside:
            self._set_beside(listed, missing)

    def _fit_beside(self, options: Sequence[tuple[str, str]]) -> bool:
        """Tell whether options fit on one line: those that say why there is no answer, where none leads elsewhere."""
        if len(options) < 2 or any((self.item.id, code) in self.setting.routes.leading for code, _ in options):  # noqa: PLR2004
            return False
        return sum(_option_width(label) for _, label in options) + _BESIDE * (len(options) - 1) <= RIGHT - TEXT_LEFT

    def _set_beside(self, listed: Tag, options: Sequence[tuple[str, str]]) -> None:
        marks: list[Mark] = []
        x = TEXT_LEFT
        for code, label in options:
            entry = listed.child("LI")
            marks.append(self._box(entry, "choice", code, x))
            marks += lines_of(text_tag(entry, "LBody", label), label, x + _LABEL_LEFT - TEXT_LEFT, RIGHT)
            x += _option_width(label) + _BESIDE
        self.block.add(PITCH, *marks)

    def _set_option(self, listed: Tag, kind: BoxKind, code: str, label: str) -> None:
        entry = listed.child("LI")
        body = text_tag(entry, "LBody", label)
        rows: list[list[Mark]] = [[words] for words in lines_of(body, label, _LABEL_LEFT, RIGHT - _LABEL_LEFT)]
        rows[0].insert(0, self._box(entry, kind, code, TEXT_LEFT))
        number = self.setting.routes.leading.get((self.item.id, code))
        if number is not None:
            self._set_leading(rows, body, number)
        for place, marks in enumerate(rows, start=1):
            self.block.add(line_height(BODY) if place < len(rows) else PITCH, *marks)

    def _set_leading(self, rows: list[list[Mark]], body: Tag, number: int) -> None:
        """Add where an option leads: behind its text, or on a line of its own where that is full."""
        words = self.setting.words
        text = words.go_to.format(number=number) if number else words.finished
        (leading,) = lines_of(body.child("Span"), text, 0, RIGHT, bold=True)
        left = ends_at(rows[-1][-1]) + 4
        if left + _ARROW_ROOM + ends_at(leading) > RIGHT:
            rows.append([])
            left = _LABEL_LEFT
        rows[-1] += [Shape(None, left, 1.0, "arrow"), replace(leading, x=left + _ARROW_ROOM)]

    def _set_grades(self, numbers: range) -> None:
        listed = self.section.child("L")
        marks: list[Mark] = []
        for place, number in enumerate(numbers):
            x = TEXT_LEFT + place * _GRADE_PITCH
            entry = listed.child("LI")
            middle = x + BOX / 2 - text_width(str(number), BODY) * POINT / 2
            marks.append(
                Box(entry.child("Lbl", actual=self.setting.words.box), self.item.id, "choice", str(number), x, 6.4)
            )
            marks += lines_of(entry.child("LBody"), str(number), middle, RIGHT)
        self.block.space(1)
        self.block.add(6.4 + PITCH, *marks)

    def _set_number(self, signs: int) -> None:
        unit = self.setting.wording.unit(self.item)
        self.block.space(2)
        comb = self.section.child("Figure", alternative=self.setting.words.digits)
        boxes = self._comb(comb, "number", signs, TEXT_LEFT)
        beside = TEXT_LEFT + signs * PITCH + 2
        tag = text_tag(self.section, "P", unit)
        rows = [Row(line_height(BODY), (words,)) for words in lines_of(tag, unit, beside, RIGHT - beside)]
        height, marks = stacked(rows)
        self.block.add(max(height, PITCH), *boxes, *marks)

    def _set_date(self) -> None:
        words = self.setting.words
        names = {"day": words.day, "month": words.month, "year": words.year}
        self.block.space(2)
        x, marks = TEXT_LEFT, list[Mark]()
        for part, signs in _DATE:
            name = self.section.child("P")
            marks += lines_of(name, names[part], x, RIGHT, SMALL)
            comb = self.section.child("Figure", alternative=f"{words.digits} {names[part]}")
            marks += [*self._comb(comb, part, signs, x, y=5.6)]
            x += max(signs * PITCH, text_width(names[part], SMALL) * POINT) + _DATE_GAP
        self.block.add(5.6 + PITCH, *marks)

    def _comb(self, tag: Tag, code: str, signs: int, x: float, y: float = 0.4) -> Iterator[Box]:
        for place in range(signs):
            yield Box(tag, self.item.id, "digit", code, x + place * PITCH, y, place=place + 1)

    def _set_frame(self, code: str, signs: int) -> None:
        lines = written_lines(signs)
        frame = self.section.child("Figure", alternative=self.setting.words.frame)
        width, height = RIGHT - TEXT_LEFT, lines * _LINE_PITCH + 2
        rules = (
            Stroke(TEXT_LEFT + 3, place * _LINE_PITCH, RIGHT - 3, place * _LINE_PITCH) for place in range(1, lines + 1)
        )
        self.block.space(1.5)
        self.block.add(height + 1.5, Box(frame, self.item.id, "text", code, TEXT_LEFT, 0, width, height), *rules)

    def _set_consent(self) -> None:
        """Ask what a story may be used for. Nobody is called back from paper: a number would lead from the answers to a person."""
        words, consent = self.setting.words, self.item.consent
        if consent is None:
            return
        asked = [scope for scope in SCOPES if scope in consent.scopes and scope in words.scopes]
        self.block.space(2)
        if asked:
            self.block.text(self.section.child("H3"), words.uses, x=TEXT_LEFT, bold=True)
            self._remark(words.uses_how)
            self.block.space(1.2)
            listed = self.section.child("L")
            for scope in asked:
                self._set_option(listed, "consent", scope, words.scopes[scope])
        if set(consent.scopes) - set(asked):
            self._remark(words.call.format(phone=self.setting.context.phone))

    def _box(self, entry: Tag, kind: BoxKind, code: str, x: float) -> Box:
        return Box(entry.child("Lbl", actual=self.setting.words.box), self.item.id, kind, code, x, 0.5)


def _option_width(label: str) -> float:
    return _LABEL_LEFT - TEXT_LEFT + text_width(label, BODY) * POINT
