"""A list as text: rows of cells with a separator, as programs for spreadsheets and administrations write them."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterable, Iterator
from typing import Final

from ceo.workflows.frames.rows import Cell, Row, UnreadableListError, row_of

_SEPARATORS: Final = ";,\t|"
# What Excel takes as a word about the separator, and no row of the list.
_TOLD: Final = re.compile(r"sep=([;,\t|])\s*", re.IGNORECASE)
_LINE_END: Final = re.compile(r"\r\n|\n|\r")
# Longer is no line of a list: a file without ends of lines must not fill the memory.
_LONGEST_LINE: Final = 1_000_000
_BOMS: Final = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def read_csv(pieces: Iterable[bytes]) -> Iterator[Row]:
    r"""Yield the rows of a list that comes in pieces of any size, one after the other. Raises `UnreadableListError`.

    Encodings: UTF-8 and UTF-16 (a mark at the beginning tells), and Windows-1252 when it cannot be UTF-8.

    >>> list(read_csv([b"nummer;naam\r\n", b"12;Ren\xe9e\r\n"]))
    [Row(number=1, cells=('nummer', 'naam')), Row(number=2, cells=('12', 'Renée'))]
    """
    lines = _lines(_decoded(pieces))
    first = next(lines, "")
    told = _TOLD.fullmatch(first)
    skipped = 1 if told else 0
    separator = told[1] if told else _separator(first)
    rows = csv.reader(lines if told else _with(first, lines), delimiter=separator, strict=True)
    number = skipped
    while True:
        number += 1
        try:
            written = next(rows, None)
        except csv.Error:  # a quotation mark that is never closed
            raise UnreadableListError("quotes", number) from None
        if written is None:
            return
        cells: list[Cell] = [text.strip() for text in written]
        if (row := row_of(number, cells)) is not None:
            yield row


def _with(first: str, lines: Iterator[str]) -> Iterator[str]:
    yield first
    yield from lines


def _separator(line: str) -> str:
    """Return what stands most often between the names of columns, outside quotation marks."""
    outside = re.sub(r'"[^"]*"', "", line)
    return max(_SEPARATORS, key=outside.count)


def _lines(texts: Iterable[str]) -> Iterator[str]:
    """Yield lines with their ends, which stand within a cell too. Only the ends that files have: not those of `str.splitlines`."""
    rest = ""
    for text in texts:
        waiting, start = rest + text, 0
        # A \r at the end may have its \n in the next piece; what was looked through before has no other end.
        whole = len(waiting) - (1 if waiting.endswith("\r") else 0)
        for found in _LINE_END.finditer(waiting, max(0, len(rest) - 1), whole):
            yield waiting[start : found.end()]
            start = found.end()
        rest = waiting[start:]
        if len(rest) > _LONGEST_LINE:
            raise UnreadableListError("no-list")
    if rest:
        yield rest + "\n"


def _decoded(pieces: Iterable[bytes]) -> Iterator[str]:
    """Yield the text. Whatever cannot be UTF-8 is Windows-1252, unless there was real UTF-8 before it: then the file is broken."""
    waiting, encoding, marked = b"", "", False
    decoder: codecs.IncrementalDecoder = codecs.getincrementaldecoder("utf-8")()
    beyond_ascii = False
    for piece in pieces:
        waiting += piece
        if not encoding:
            if len(waiting) < 4:  # noqa: PLR2004 - as long as the longest mark and a sign
                continue
            encoding, mark = _encoding(waiting)
            marked = bool(mark)
            decoder, waiting = codecs.getincrementaldecoder(encoding)(), waiting[len(mark) :]
        try:
            text = decoder.decode(waiting)
        except UnicodeDecodeError as error:
            real = beyond_ascii or not error.object[: error.start].isascii()
            if marked or real or encoding != "utf-8":
                raise UnreadableListError("encoding") from None
            pending = decoder.getstate()[0]
            encoding, decoder = "cp1252", codecs.getincrementaldecoder("cp1252")("replace")
            text = decoder.decode(pending + waiting)
        waiting = b""
        beyond_ascii = beyond_ascii or not text.isascii()
        yield _without_nul(text)
    yield _without_nul(_last(decoder, waiting, strict=marked or beyond_ascii))


def _encoding(beginning: bytes) -> tuple[str, bytes]:
    for mark, encoding in _BOMS:
        if beginning.startswith(mark):
            return encoding, mark
    if beginning[1:4:2] == b"\x00\x00":
        return "utf-16-le", b""
    return ("utf-16-be", b"") if beginning[0:3:2] == b"\x00\x00" else ("utf-8", b"")


def _last(decoder: codecs.IncrementalDecoder, waiting: bytes, *, strict: bool) -> str:
    """Return what is left at the end of the file."""
    pending = decoder.getstate()[0] + waiting
    try:
        return decoder.decode(waiting, final=True)
    except UnicodeDecodeError:
        if strict:
            raise UnreadableListError("encoding") from None
        return pending.decode("cp1252", "replace")


def _without_nul(text: str) -> str:
    if "\x00" in text:
        raise UnreadableListError("no-list")
    return text
