"""The words and signs of a line that holds an expression, gone through once from left to right."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NoReturn, TypeVar

from questionnaires.exchange.lines.writing import DATE, KEYWORDS

T = TypeVar("T")

MAX_BRACKETS: Final = 40

_TOKEN: Final = re.compile(
    rf"(?P<date>{DATE.pattern})"
    r"|(?P<number>(?:(?:[1-9][0-9]{0,6}|0)\.[0-9]{1,8}|[1-9][0-9]{0,14}|0)(?![0-9.]))"
    r'|(?P<text>"(?:[^"\\]|\\.)*"|[“”„][^“”„"\\]*[“”])'
    r"|(?P<word>[A-Za-z_][A-Za-z0-9_]*(?:[.-][A-Za-z0-9_]+)*)"
    r"|(?P<sign><=|>=|<>|!=|[=<>()+*,;≤≥≠-])"
    r"|(?P<space>\s+)"
    r"|(?P<other>.)",
    re.DOTALL,
)
_SIGNS: Final[Mapping[str, str]] = {"≤": "<=", "≥": ">=", "≠": "<>", "!=": "<>"}


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a line is no expression: `position` counts characters from 1."""

    position: int
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class Token:
    """A date, number, text in quotes, word, keyword or sign, or the end."""

    kind: str
    text: str
    position: int


class UnreadableError(Exception):
    """Carries a fault from the place where it is found to `read_expression`, which returns it."""

    def __init__(self, fault: Unreadable) -> None:
        super().__init__(fault.expected)
        self.fault = fault


class Tokens:
    """The tokens of a line, and how far they have been read."""

    def __init__(self, text: str) -> None:
        self._tokens = tuple(_tokens(text))
        self._at = 0
        self._depth = 0

    @property
    def next(self) -> Token:
        """The token that is to be read now."""
        return self._tokens[self._at]

    @property
    def at_call(self) -> bool:
        """Whether a function with its opening bracket stands here."""
        return self.next.kind == "word" and self._tokens[self._at + 1].text == "("

    def step(self) -> Token:
        """Go past a token and return it."""
        token = self.next
        self._at += 1
        return token

    def skip(self, *texts: str) -> bool:
        """Go past a sign or keyword, and return whether it stood here."""
        found = self.next.kind in {"sign", "keyword"} and self.next.text in texts
        self._at += found
        return found

    def take(self, text: str) -> None:
        """Go past a sign or keyword that must stand here."""
        if not self.skip(text):
            self.refuse(text)

    def one_of(self, words: Mapping[str, str]) -> str:
        """Go past one of these words and return its key."""
        found = next((key for key, word in words.items() if word == self.next.text), None)
        if found is None:
            self.refuse(" of ".join(words.values()))
        self._at += 1
        return found

    def deeper(self, read: Callable[[Tokens], T]) -> T:
        """Return what is read one level deeper; nobody means more than a few levels."""
        self._depth += 1
        if self._depth > MAX_BRACKETS:
            self.refuse(f"hoogstens {MAX_BRACKETS} haakjes in elkaar")
        found = read(self)
        self._depth -= 1
        return found

    def refuse(self, expected: str) -> NoReturn:
        """Stop reading: something else should have stood here."""
        raise UnreadableError(Unreadable(self.next.position, expected, self.next.text or "niets meer"))


def unquoted(text: str) -> str | None:
    """Return what stands between quotes, None when it is no text."""
    try:
        found = json.loads(text, strict=False) if text.startswith('"') else text[1:-1]
        found.encode()
    except ValueError:
        return None
    return str(found)


def _tokens(text: str) -> Iterator[Token]:
    for found in _TOKEN.finditer(text):
        kind, written = str(found.lastgroup), found.group()
        if kind == "word" and written.lower() in KEYWORDS:
            yield Token("keyword", written.lower(), found.start() + 1)
        elif kind != "space":
            yield Token(kind, _SIGNS.get(written, written), found.start() + 1)
    yield Token("end", "", len(text) + 1)
