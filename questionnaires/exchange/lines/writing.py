"""Writing expressions for people: `GES01 = ja en niet (PRO01 bevat geen)` for what YAML writes as a tree of mappings.

Every tree has such a text, and `expression_reading` makes the same tree of it. Codes stand bare, or in quotes where they
could be taken for something else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final, cast

from questionnaires.exchange.yaml_writing import write_number
from questionnaires.names import OWNER_PATTERN
from questionnaires.yaml_nodes import Written

ITEM: Final = re.compile(rf"(?:{OWNER_PATTERN}\.)?[A-Z]{{3}}[0-9]{{2}}")
NAME: Final = re.compile(r"[a-z][a-z0-9_]*(?:-[a-z0-9_]+)*")
DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

COMPARISONS: Final[Mapping[str, str]] = {"eq": "=", "ne": "<>", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
JOINED: Final[Mapping[str, str]] = {"any": "of", "all": "en", "add": "+", "mul": "*"}
# Functions of one or more expressions. The joined ones have a name too, for when they join a single part.
FUNCTIONS: Final[Mapping[str, str]] = {
    "any": "een_van",
    "all": "alle",
    "add": "optelling",
    "mul": "product",
    "min": "laagste",
    "max": "hoogste",
    "months_between": "maanden",
    "years_between": "jaren",
    "if": "als",
    "first_known": "eerste_bekende",
}
# Functions of one expression, and functions of one name.
OF_ONE: Final[Mapping[str, str]] = {"count_selected": "aantal", "answered": "ingevuld"}
OF_NAME: Final[Mapping[str, str]] = {"answer": "vraag", "calc": "berekening", "sample": "steekproef"}
GATHERED: Final[Mapping[str, str]] = {"sum": "som", "mean": "gemiddelde"}
TAKEN: Final[Mapping[str, str]] = {"value": "waarden", "score": "scores"}
CIRCUMSTANCES: Final[Mapping[str, str]] = {
    "language": "taal",
    "mode": "afname",
    "register": "register",
    "started_on": "begonnen_op",
}
REASONS: Final[Mapping[str, str]] = {
    "not_asked": "niet_gevraagd",
    "skipped": "overgeslagen",
    "dont_know": "weet_niet",
    "not_applicable": "niet_van_toepassing",
    "refused": "wil_niet_zeggen",
}
RESPONSE: Final = "invullen"
REASON: Final = "reden"
KEYWORDS: Final = frozenset({"en", "of", "niet", "in", "bevat", "waar", "onwaar", "van", "minstens"})

# How tightly a part binds: a looser part inside a tighter one stands in brackets.
_JOIN, _NOT, _COMPARISON, _SUM, _PRODUCT, _ATOM = range(1, 7)
_BINDING: Final[Mapping[str, int]] = {
    **dict.fromkeys(("any", "all"), _JOIN),
    "not": _NOT,
    **dict.fromkeys((*COMPARISONS, "in", "includes"), _COMPARISON),
    **dict.fromkeys(("add", "sub"), _SUM),
    "mul": _PRODUCT,
}


def write_expression(written: Written) -> str:
    """Return an expression, given as it stands in YAML, as a line that people can read and write.

    >>> write_expression({"all": [{"eq": [{"answer": "GES01"}, {"code": "ja"}]}, {"not": {"answered": {"answer": "TOE02"}}}]})
    'GES01 = ja en niet ingevuld(TOE02)'
    """
    if isinstance(written, bool):
        return "waar" if written else "onwaar"
    if isinstance(written, int | float):
        return write_number(written)
    assert isinstance(written, dict), "an expression is a value or a mapping with one key"
    ((key, inside),) = written.items()
    return _WRITERS[key](key, inside)


def quoted(name: str) -> str:
    """Return a name between quotes, on one line."""
    return json.dumps(name, ensure_ascii=False)


def _part(written: Written, least: int) -> str:
    """Return a part, in brackets when it binds looser than its place allows."""
    text = write_expression(written)
    return text if _binding(written) >= least else f"({text})"


def _binding(written: Written) -> int:
    if not isinstance(written, dict):
        return _ATOM
    ((key, inside),) = written.items()
    if key in JOINED and len(_list(inside)) == 1:
        return _ATOM
    return _BINDING.get(key, _ATOM)


def _list(written: Written) -> list[Written]:
    assert isinstance(written, list), "this node is written with a list"
    return written


def _call(name: str, arguments: Iterable[str]) -> str:
    return f"{name}({', '.join(arguments)})"


def _function(key: str, inside: Written) -> str:
    return _call(FUNCTIONS[key], map(write_expression, _list(inside)))


def _joined(key: str, inside: Written) -> str:
    parts = _list(inside)
    if len(parts) == 1:
        return _function(key, inside)
    # En inside of, and the reverse, get brackets too: not everyone knows which goes first.
    least = _NOT if key in {"any", "all"} else _BINDING[key] + 1
    return f" {JOINED[key]} ".join(_part(part, least) for part in parts)


def _subtraction(_key: str, inside: Written) -> str:
    left, right = _list(inside)
    return f"{_part(left, _PRODUCT)} - {_part(right, _PRODUCT)}"


def _comparison(key: str, inside: Written) -> str:
    left, right = _list(inside)
    return f"{_part(left, _SUM)} {COMPARISONS[key]} {_part(right, _SUM)}"


def _not(_key: str, inside: Written) -> str:
    return f"niet {_part(inside, _ATOM)}"


def _one_of(_key: str, inside: Written) -> str:
    choice, codes = _list(inside)
    return f"{_part(choice, _SUM)} in {_call('', map(write_expression, _list(codes)))}"


def _includes(_key: str, inside: Written) -> str:
    choice, code = _list(inside)
    return f"{_part(choice, _SUM)} bevat {write_expression(code)}"


def _of_one(key: str, inside: Written) -> str:
    return _call(OF_ONE[key], [write_expression(inside)])


def _named(key: str, inside: Written) -> str:
    name = str(inside)
    if key == "answer" and ITEM.fullmatch(name):
        return name
    return _call(OF_NAME[key], [_word(name)])


def _code(_key: str, inside: Written) -> str:
    return _word(str(inside))


def _word(name: str) -> str:
    return name if NAME.fullmatch(name) and name not in KEYWORDS else quoted(name)


def _date(_key: str, inside: Written) -> str:
    return str(inside)


def _response(_key: str, inside: Written) -> str:
    return _call(RESPONSE, [CIRCUMSTANCES[str(inside)]])


def _reason(_key: str, inside: Written) -> str:
    answer, reason = _list(inside)
    return _call(REASON, [write_expression(answer), REASONS[str(reason)]])


def _gathered(key: str, inside: Written) -> str:
    gathered = cast("dict[str, Written]", inside)
    items = ", ".join(_named("answer", item) for item in _list(gathered["of"]))
    return f"{GATHERED[key]}({TAKEN[str(gathered['as'])]} van {items}; minstens {gathered['min_valid']})"


_WRITERS: Final[Mapping[str, Callable[[str, Written], str]]] = {
    **dict.fromkeys(FUNCTIONS, _function),
    **dict.fromkeys(JOINED, _joined),
    **dict.fromkeys(COMPARISONS, _comparison),
    **dict.fromkeys(OF_ONE, _of_one),
    **dict.fromkeys(OF_NAME, _named),
    **dict.fromkeys(GATHERED, _gathered),
    "sub": _subtraction,
    "not": _not,
    "in": _one_of,
    "includes": _includes,
    "code": _code,
    "date": _date,
    "response": _response,
    "reason_is": _reason,
}
