"""A reader of the R calls of the oracle: what survey calls are made of, and no more.

That is calls with named arguments, formulas, operators, indexing and blocks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

_TOKENS = re.compile(
    r"""\s*(?:
    (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?L?)
  | (?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
  | (?P<name>`[^`]*`|[A-Za-z.][\w.]*(?:::[A-Za-z.][\w.]*)?)
  | (?P<operator><-|<=|>=|==|!=|&&|\|\||%in%|%\*%|[-+*/^~:<>=&|!$(){}\[\],;])
    )""",
    re.VERBOSE,
)
_ESCAPED = re.compile(r"\\(.)")
_BINARY = {
    **dict.fromkeys(("<-", "="), 1),
    "~": 3,
    **dict.fromkeys(("||", "|"), 4),
    **dict.fromkeys(("&&", "&"), 5),
    **dict.fromkeys(("==", "!=", "<", ">", "<=", ">="), 7),
    **dict.fromkeys(("+", "-"), 8),
    **dict.fromkeys(("*", "/"), 9),
    **dict.fromkeys(("%in%", "%*%"), 10),
    ":": 11,
    "^": 13,
}
_UNARY = {"~": 3, "!": 6, "-": 12, "+": 12}
_CONSTANTS = {"TRUE": True, "FALSE": False, "NA": np.nan, "Inf": np.inf, "NULL": None}


@dataclass(frozen=True)
class Name:
    """A variable."""

    name: str


@dataclass(frozen=True)
class Constant:
    """A number, text, truth value or nothing."""

    value: Any


@dataclass(frozen=True)
class Call:
    """A function with its arguments; operators, `$`, `[` and `{` are functions, as in R."""

    function: str
    given: tuple[tuple[str, Node], ...]

    def __getitem__(self, place: int) -> Node:
        """Return an argument without a name, by place."""
        return [node for name, node in self.given if not name][place]

    @property
    def unnamed(self) -> tuple[Node, ...]:
        return tuple(node for name, node in self.given if not name)

    @property
    def named(self) -> dict[str, Node]:
        return {name: node for name, node in self.given if name}

    def value(self, name: str, otherwise: Any = None) -> Any:
        """Return the constant (number, text, vector or list) under a name."""
        return plain(self.named[name]) if name in self.named else otherwise


Node: TypeAlias = Name | Constant | Call


def read_r(text: str) -> Node:
    """Return the tree of one R expression."""
    reader = _Reader(f"{{{text}}}")  # several statements stand in one line
    node = reader.expression(0)
    assert isinstance(node, Call)
    return node[0] if len(node.unnamed) == 1 else node


class _Reader:
    def __init__(self, text: str) -> None:
        self._tokens: list[tuple[str, str]] = []
        place = 0
        while text[place:].strip():
            found = _TOKENS.match(text, place)
            if not found:
                raise ValueError(f"no R here: {text[place : place + 30]}")
            assert found.lastgroup
            self._tokens.append((found.lastgroup, found[found.lastgroup]))
            place = found.end()
        self._place = 0

    @property
    def token(self) -> str | None:
        return self._tokens[self._place][1] if self._place < len(self._tokens) else None

    def _take(self, expected: str = "") -> tuple[str, str]:
        kind, text = self._tokens[self._place]
        if expected and text != expected:
            raise ValueError(f"{expected} expected, not {text}")
        self._place += 1
        return kind, text

    def expression(self, strength: int) -> Node:
        node = self._first()
        while (token := self.token) is not None:
            if token == "(":
                node = Call(node.name if isinstance(node, Name) else "(", self._arguments(")"))
            elif token == "[":
                double = self._tokens[self._place + 1][1] == "["
                self._place += double
                node = Call("[[" if double else "[", (("", node), *self._arguments("]")))
                self._place += double
            elif token == "$":
                self._take()
                node = Call("$", (("", node), ("", Name(self._take()[1].strip("`")))))
            elif token in _BINARY and _BINARY[token] >= max(strength, 1) and token != "=":
                self._take()
                right = self.expression(_BINARY[token] + (token not in {"^", "<-"}))
                node = Call(token, (("", node), ("", right)))
            else:
                break
        return node

    def _first(self) -> Node:
        kind, text = self._take()
        if kind == "number":
            return Constant(float(text.rstrip("L")))
        if kind == "string":
            return Constant(_ESCAPED.sub(r"\1", text[1:-1]))
        if kind == "name":
            return Constant(_CONSTANTS[text]) if text in _CONSTANTS else Name(text.strip("`"))
        if text == "(":
            node = self.expression(0)
            self._take(")")
            return node
        if text == "{":
            steps = []
            while self.token != "}":
                steps.append(("", self.expression(0)))
                if self.token == ";":
                    self._take()
            self._take("}")
            return Call("{", tuple(steps))
        return Call(text, (("", self.expression(_UNARY[text])),))

    def _arguments(self, end: str) -> tuple[tuple[str, Node], ...]:
        self._take()
        found: list[tuple[str, Node]] = []
        while self.token != end:
            if self.token == ",":
                self._take()
                continue
            name = ""
            following = self._tokens[self._place + 1][1] if self._place + 1 < len(self._tokens) else ""
            if following == "=":
                name = self._take()[1].strip("`\"'")
                self._take("=")
            found.append((name, self.expression(0)))
        self._take(end)
        return tuple(found)


def plain(node: Node) -> Any:
    """Return the value of constants, `c(...)` and `list(...)`; with names, a dictionary."""
    if isinstance(node, Constant):
        return node.value
    if isinstance(node, Call) and node.function in {"c", "list", "data.frame"}:
        values = [plain(it) for _, it in node.given]
        if any(name for name, _ in node.given):
            return {name: value for (name, _), value in zip(node.given, values, strict=True)}
        return values
    if isinstance(node, Call) and node.function in ARITHMETIC:
        return ARITHMETIC[node.function](*(plain(it) for it in node.unnamed))
    raise ValueError(f"no constant: {node}")


def terms(formula: Node) -> list[Node]:
    """Return the terms of the right side of a formula, or of a sum: `y ~ a + b` and `~a + b` give a and b."""
    if isinstance(formula, Call) and formula.function == "~":
        return terms(formula.unnamed[-1])
    if isinstance(formula, Call) and formula.function == "+":
        return [term for side in formula.unnamed for term in terms(side)]
    return [formula]


def left_side(formula: Node) -> Node | None:
    """Return what stands before the ~."""
    assert isinstance(formula, Call)
    return formula[0] if len(formula.unnamed) > 1 else None


def shown_r(node: Node) -> str:
    """Return an expression as R names a column of it: `factor(q2)`, `a:b`."""
    if isinstance(node, Name):
        return node.name
    if isinstance(node, Constant):
        return f"{node.value:g}" if isinstance(node.value, float) else str(node.value)
    if node.function in _BINARY and len(node.unnamed) == 2:
        return f"{shown_r(node[0])}{node.function}{shown_r(node[1])}"
    return f"{node.function}({', '.join(shown_r(it) for it in node.unnamed)})"


# Of numbers and of arrays of them.
ARITHMETIC: Mapping[str, Callable[..., Any]] = {
    "+": lambda left, right=None: left if right is None else left + right,
    "-": lambda left, right=None: -left if right is None else left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: left / right,
    "^": lambda left, right: left**right,
}
