"""What stands before the first question of a form and behind the last one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from exports.paper.column import BODY, HEADING, TITLE, Block, Row, line_height, lines_of, stacked, text_tag
from exports.paper.form import (
    BOX,
    CODE_GROUP,
    CODE_SIGNS,
    LEFT,
    PITCH,
    RIGHT,
    Box,
    LinkCode,
    Mark,
    Shape,
    Stroke,
)
from exports.paper.questions import Setting

_COLUMN: Final = 81.0  # two of them beside each other
_SECOND: Final = RIGHT - _COLUMN
_EXAMPLE_ROOM: Final = 15.0
_LINK_CODE: Final = 26.0
_GROUP_GAP: Final = 2.4


def opening_block(setting: Setting) -> Block:
    """Return the title, what is promised, how to fill in, how to send back, and how to do it on the web instead."""
    words, context, document = setting.words, setting.context, setting.document
    block = Block()
    title = setting.wording.title
    block.text(text_tag(document, "H1", title), title, size=TITLE, bold=True)
    block.space(2)
    promise = words.anonymous if context.anonymous else words.pseudonymous
    for text in (
        f"{words.asks.format(municipality=context.municipality)} {words.voluntary}",
        f"{promise} {words.destroyed}",
    ):
        block.text(text_tag(document, "P", text), text)
        block.space(2)
    block.space(1)
    left = _Column(setting, LEFT)
    left.fill_in()
    left.send_back()
    right = _Column(setting, _SECOND)
    right.go_online()
    (left_height, left_marks), (right_height, right_marks) = stacked(left.block.rows), stacked(right.block.rows)
    block.add(max(left_height, right_height), *left_marks, *right_marks)
    block.space(2.5)
    block.add(1, Stroke(LEFT, 0, RIGHT, 0, weight=0.4))
    return block


def closing_block(setting: Setting) -> Block:
    """Return the thanks, and once more where the form goes."""
    block = Block(gap=8)
    block.text(setting.document.child("P"), setting.words.thanks, bold=True)
    for sentence in _sending(setting):
        block.text(text_tag(setting.document, "P", sentence), sentence)
    return block


def empty_block(setting: Setting) -> Block:
    """Return what a page without questions says."""
    block = Block()
    block.text(setting.document.child("P"), setting.words.empty)
    return block


def day_words(day: date, language: str) -> str:
    """Return a day in words of a language.

    >>> day_words(date(2026, 12, 31), "nl")
    '31 december 2026'
    """
    from babel.dates import format_date

    return format_date(day, "d MMMM y", locale=language)


def _sending(setting: Setting) -> Iterator[str]:
    words, context = setting.words, setting.context
    yield words.send.format(day=day_words(context.closes_on, setting.wording.language))
    if context.address:
        yield words.bring.format(address=context.address)


class _Column:
    """One of the two columns of the opening."""

    def __init__(self, setting: Setting, x: float) -> None:
        self.setting = setting
        self.x = x
        self.block = Block()
        self.section = setting.document.child("Sect")

    def fill_in(self) -> None:
        """Show how boxes are filled in, with two examples."""
        words = self.setting.words
        self._heading(words.filling_in)
        self._example("crossed", words.crossed, words.cross)
        self._example("corrected", words.corrected, words.mistake)
        self.block.space(2)

    def send_back(self) -> None:
        """Say where the form goes, and who helps."""
        words = self.setting.words
        self._heading(words.sending_back)
        for sentence in (*_sending(self.setting), words.help.format(phone=self.setting.context.phone)):
            self._text(sentence)
            self.block.space(1.2)

    def go_online(self) -> None:
        """Show the way to the web, and the code."""
        words, context = self.setting.words, self.setting.context
        self._heading(words.online)
        link = LinkCode(self.section.child("Figure", alternative=words.square_code), self.x, 0.5, _LINK_CODE)
        beside = self.x + _LINK_CODE + 4
        tag = text_tag(self.section, "P", words.camera)
        lines = [Row(line_height(BODY), (one,)) for one in lines_of(tag, words.camera, beside, RIGHT - beside)]
        height, marks = stacked(lines)
        self.block.add(max(height, _LINK_CODE + 2.5), link, *marks)
        self._text(words.website)
        self._text(context.website, bold=True)
        self.block.space(1.5)
        self._text(words.type_code)
        self.block.space(0.8)
        self.block.add(PITCH, *self._code_boxes())

    def _code_boxes(self) -> Iterator[Box]:
        comb = self.section.child("Figure", alternative=self.setting.words.type_code)
        for place in range(CODE_SIGNS):
            x = self.x + place * PITCH + place // CODE_GROUP * _GROUP_GAP
            yield Box(comb, "", "sign", "code", x, 0.4, place=place + 1)

    def _example(self, kind: str, alternative: str, text: str) -> None:
        figure = self.section.child("Figure", alternative=alternative)
        tag = text_tag(self.section, "P", text)
        left = self.x + _EXAMPLE_ROOM
        rows = [Row(line_height(BODY), (words,)) for words in lines_of(tag, text, left, _COLUMN - _EXAMPLE_ROOM)]
        height, marks = stacked(rows)
        shape: Mark = Shape(figure, self.x, 0.5, "crossed" if kind == "crossed" else "corrected")
        self.block.add(max(height, BOX) + 1.5, shape, *marks)

    def _heading(self, text: str) -> None:
        self.block.text(self.section.child("H2"), text, x=self.x, width=_COLUMN, size=HEADING, bold=True)
        self.block.space(1)

    def _text(self, text: str, *, bold: bool = False) -> None:
        self.block.text(text_tag(self.section, "P", text), text, x=self.x, width=_COLUMN, bold=bold)
