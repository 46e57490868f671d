"""Reading the conditions of XLSForm (XPath), as far as our expressions can say the same."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, NoReturn, TypeAlias, TypeVar

from questionnaires.exchange.xlsform.trees import Asked, Joined, Leaf, Not, Tree
from questionnaires.yaml_nodes import Written

MAX_LENGTH: Final = 2000
MAX_DEPTH: Final = 20

_TOKEN: Final = re.compile(
    r"\$\{\s*(?P<name>[^{}]+?)\s*\}"
    r"|'(?P<single>[^']*)'|\"(?P<double>[^\"]*)\""
    r"|(?P<number>-?[0-9]{1,9}(?:\.[0-9]{1,6})?(?![0-9.]))"
    r"|(?P<word>and|or)(?![\w-])"
    r"|(?P<call>[a-z][a-z0-9-]*)\s*\("
    r"|(?P<sign><=|>=|!=|=|<|>|\(|\)|,)"
    r"|(?P<space>\s+)"
    r"|(?P<other>.)",
    re.DOTALL,
)
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_COMPARED: Final[Mapping[str, tuple[str, Callable[[float, float], bool]]]] = {
    "=": ("eq", operator.eq),
    "!=": ("ne", operator.ne),
    "<": ("lt", operator.lt),
    "<=": ("le", operator.le),
    ">": ("gt", operator.gt),
    ">=": ("ge", operator.ge),
}
_TURNED: Final[Mapping[str, str]] = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass(frozen=True, slots=True)
class NotSayable:
    """Why a condition cannot be held."""

    why: str


@dataclass(frozen=True, slots=True)
class _Operand:
    """A side of a comparison: a question, something counted of it, or a value; or a whole condition."""

    kind: Literal["answer", "count-selected", "string-length", "text", "number", "day", "condition"]
    value: str | float | Asked | Tree


T = TypeVar("T")
_Known: TypeAlias = Mapping[str, Asked]


class _NotSayableError(Exception):
    """Carries the reason out of the parser; it never leaves this module."""


def read_condition(text: str, known: _Known) -> Tree | NotSayable:
    """Return a condition on questions that come before it (name -> what it became), or why it cannot be held.

    >>> asked = {"hulp": Asked("XLA01", "one", {"1": "c1"})}
    >>> read_condition("${hulp} = '1'", asked)
    Leaf(written={'eq': [{'answer': 'XLA01'}, {'code': 'c1'}]}, item='XLA01', empty=False)
    >>> read_condition("today() > ${hulp}", asked)
    NotSayable(why='De functie today() bestaat hier niet.')
    """
    if len(text) > MAX_LENGTH:
        return NotSayable("De voorwaarde is te lang.")
    parser = _Parser(text, known)
    try:
        return parser.whole()
    except _NotSayableError as error:
        return NotSayable(str(error))


class _Parser:
    """Goes through the condition once, from left to right."""

    def __init__(self, text: str, known: _Known) -> None:
        found = [(str(one.lastgroup), one.group(str(one.lastgroup))) for one in _TOKEN.finditer(text)]
        self._tokens = [*((kind, word) for kind, word in found if kind != "space"), ("end", "")]
        self._at = 0
        self._depth = 0
        self._known = known

    def whole(self) -> Tree:
        """Return the condition; nothing may stand behind it."""
        tree = self._joined("any")
        if self._next[0] != "end":
            _refuse(f"Dit deel is hier niet te lezen: {self._next[1]}")
        return tree

    @property
    def _next(self) -> tuple[str, str]:
        return self._tokens[self._at]

    def _skip(self, *words: str) -> str:
        """Go past one of these words or signs and return it; "" when none stands here."""
        kind, word = self._next
        if kind not in {"word", "sign"} or word not in words:
            return ""
        self._at += 1
        return word

    def _take(self, sign: str) -> None:
        if not self._skip(sign):
            _refuse(f"Hier ontbreekt {sign}")

    def _joined(self, key: Literal["all", "any"]) -> Tree:
        word = "or" if key == "any" else "and"
        parts = [self._joined("all") if key == "any" else self._comparison()]
        while self._skip(word):
            parts.append(self._joined("all") if key == "any" else self._comparison())
        return Joined(key, tuple(parts)) if len(parts) > 1 else parts[0]

    def _comparison(self) -> Tree:
        left = self._operand()
        sign = self._skip(*_COMPARED)
        if sign:
            return _compare(left, sign, self._operand())
        if isinstance(left.value, Leaf | Not | Joined):
            return left.value
        return _refuse("Hier ontbreekt een vergelijking")

    def _operand(self) -> _Operand:
        if self._skip("("):
            return _Operand("condition", self._deeper(self._inside))
        kind, word = self._next
        self._at += 1
        if kind == "name":
            return _Operand("answer", self._asked(word))
        if kind in {"single", "double"}:
            return _Operand("text", word)
        if kind == "number":
            return _Operand("number", float(word) if "." in word else int(word))
        if kind == "call":
            return self._deeper(lambda: self._call(word))
        return _refuse(f"Dit deel is hier niet te lezen: {word}" if word else "De voorwaarde is niet af")

    def _inside(self) -> Tree:
        """Return the condition up to a closing bracket."""
        found = self._joined("any")
        self._take(")")
        return found

    def _deeper(self, read: Callable[[], T]) -> T:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            _refuse("Er staan te veel haakjes in elkaar")
        found = read()
        self._depth -= 1
        return found

    def _call(self, name: str) -> _Operand:
        if name == "not":
            return _Operand("condition", Not(self._inside()))
        if name == "date":
            day = self._operand()
            self._take(")")
            if isinstance(day.value, str) and day.kind == "text" and _DAY.fullmatch(day.value):
                return _Operand("day", day.value)
            _refuse("Bij date() hoort een dag, zoals '2027-01-31'")
        if name not in {"selected", "count-selected", "string-length"}:
            _refuse(f"De functie {name}() bestaat hier niet")
        asked = self._operand().value
        if not isinstance(asked, Asked):
            _refuse(f"Bij {name}() hoort een vraag")
        found = _selected(asked, self._second()) if name == "selected" else asked
        self._take(")")
        if isinstance(found, Asked):
            return _Operand("string-length" if name == "string-length" else "count-selected", found)
        return _Operand("condition", found)

    def _second(self) -> _Operand:
        self._take(",")
        return self._operand()

    def _asked(self, name: str) -> Asked:
        if name not in self._known:
            _refuse(f"De vraag {name} komt later, staat op een plek die niet is overgenomen, of bestaat niet")
        return self._known[name]


def _refuse(why: str) -> NoReturn:
    raise _NotSayableError(f"{why}.")


def _selected(asked: Asked, answer: _Operand) -> Tree:
    code = _code(asked, answer)
    if asked.kind == "many":
        return Leaf({"includes": [{"answer": asked.item}, code]}, asked.item, empty=False)
    return Leaf({"eq": [{"answer": asked.item}, code]}, asked.item, empty=False)


def _code(asked: Asked, answer: _Operand) -> Written:
    if asked.kind not in {"one", "many"} or answer.kind not in {"text", "number"}:
        _refuse("Deze vergelijking past niet bij het soort vraag")
    if str(answer.value) not in asked.codes:
        _refuse(f"Het antwoord {answer.value} staat niet in de lijst")
    return {"code": asked.codes[str(answer.value)]}


def _compare(left: _Operand, sign: str, right: _Operand) -> Tree:
    if not isinstance(left.value, Asked):
        left, sign, right = right, _TURNED[sign], left
    asked = left.value
    if not isinstance(asked, Asked) or isinstance(right.value, Asked | Leaf | Not | Joined):
        _refuse("Alleen een vraag en een vaste waarde zijn hier te vergelijken")
    key, compare = _COMPARED[sign]
    if left.kind == "count-selected":
        number = _number(right)
        return Leaf({key: [{"count_selected": {"answer": asked.item}}, number]}, asked.item, compare(0, number))
    if left.kind == "string-length":
        return _has_length(asked, sign, _number(right))
    if right.value == "" and sign in {"=", "!="}:
        answered = Leaf({"answered": {"answer": asked.item}}, asked.item, None)
        return answered if sign == "!=" else Not(answered)
    return Leaf({key: [{"answer": asked.item}, _side(asked, sign, right)]}, asked.item, empty=sign == "!=")


def _side(asked: Asked, sign: str, right: _Operand) -> Written:
    """Return the fixed side of a comparison with the answer to a question."""
    if asked.kind == "one" and sign in {"=", "!="}:
        return _code(asked, right)
    if asked.kind == "integer":
        return _number(right)
    if asked.kind == "date" and right.kind == "day":
        return {"date": str(right.value)}
    return _refuse("Deze vergelijking past niet bij het soort vraag")


def _number(operand: _Operand) -> float:
    if isinstance(operand.value, int | float):
        return operand.value
    if isinstance(operand.value, str) and re.fullmatch(r"-?[0-9]{1,9}", operand.value):
        return int(operand.value)
    return _refuse("Hier hoort een getal")


def _has_length(asked: Asked, sign: str, length: float) -> Tree:
    """Return whether there is an answer at all: that is what people ask for with the length of a text."""
    answered = Leaf({"answered": {"answer": asked.item}}, asked.item, None)
    if (sign, length) in {(">", 0), ("!=", 0), (">=", 1)}:
        return answered
    if (sign, length) in {("=", 0), ("<", 1), ("<=", 0)}:
        return Not(answered)
    return _refuse("De lengte van een tekst is hier niet te vergelijken")
