"""Reading expressions as people write them, `GES01 = ja en niet (PRO01 bevat geen)`, into the tree that YAML holds.

From loose to tight: `of`, `en`, `niet`, comparisons, `+ -`, `*`. What the tree may hold is for the model to say: here it
only matters that the line can be read in one way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from questionnaires.exchange.lines.tokens import Tokens, Unreadable, UnreadableError, unquoted
from questionnaires.exchange.lines.writing import (
    CIRCUMSTANCES,
    COMPARISONS,
    FUNCTIONS,
    GATHERED,
    ITEM,
    JOINED,
    NAME,
    OF_NAME,
    OF_ONE,
    REASON,
    REASONS,
    RESPONSE,
    TAKEN,
)
from questionnaires.yaml_nodes import Written

MAX_LENGTH: Final = 4000  # characters: far more than the largest expression that the checks allow


def read_expression(text: str) -> Written | Unreadable:
    """Return the expression in a line as YAML would hold it, or where and why it cannot be read.

    >>> read_expression("aantal(PRO01) >= 1")
    {'ge': [{'count_selected': {'answer': 'PRO01'}}, 1]}
    >>> read_expression("GES01 = ")
    Unreadable(position=9, expected='een vraag, een code of een getal', found='niets meer')
    """
    if len(text) > MAX_LENGTH:
        return Unreadable(MAX_LENGTH, f"hoogstens {MAX_LENGTH} tekens", "meer")
    tokens = Tokens(text)
    try:
        found = _any(tokens)
        if tokens.next.kind != "end":
            tokens.refuse("en, of, een vergelijking of het einde")
    except UnreadableError as error:
        return error.fault
    return found


def _any(tokens: Tokens) -> Written:
    return _chain("any", _all, tokens)


def _all(tokens: Tokens) -> Written:
    return _chain("all", _not, tokens)


def _chain(key: str, part: Callable[[Tokens], Written], tokens: Tokens) -> Written:
    first = part(tokens)
    parts = [first]
    while tokens.skip(JOINED[key]):
        parts.append(part(tokens))
    return first if len(parts) == 1 else {key: parts}


def _not(tokens: Tokens) -> Written:
    return {"not": tokens.deeper(_not)} if tokens.skip("niet") else _comparison(tokens)


def _comparison(tokens: Tokens) -> Written:
    left = _sum(tokens)
    for key, sign in COMPARISONS.items():
        if tokens.skip(sign):
            return {key: [left, _sum(tokens)]}
    if tokens.skip("bevat"):
        return {"includes": [left, _code(tokens)]}
    if tokens.skip("in"):
        tokens.take("(")
        return {"in": [left, _list(tokens, _code)]}
    return left


def _sum(tokens: Tokens) -> Written:
    found = _product(tokens)
    while True:
        if tokens.skip("-"):
            found = {"sub": [found, _product(tokens)]}
        elif tokens.skip("+"):
            parts = [found, _product(tokens)]
            while tokens.skip("+"):
                parts.append(_product(tokens))
            found = {"add": parts}
        else:
            return found


def _product(tokens: Tokens) -> Written:
    return _chain("mul", _atom, tokens)


def _atom(tokens: Tokens) -> Written:
    if tokens.skip("("):
        found = tokens.deeper(_any)
        tokens.take(")")
        return found
    if tokens.at_call:
        return tokens.deeper(_call)
    return _literal(tokens)


def _literal(tokens: Tokens) -> Written:
    token = tokens.next
    if tokens.skip("waar", "onwaar"):
        return token.text == "waar"
    if token.kind == "date":
        return {"date": tokens.step().text}
    if token.kind == "number":
        return _number(tokens)
    if tokens.skip("-"):
        return -_number(tokens)
    if ITEM.fullmatch(token.text):
        return {"answer": tokens.step().text}
    return {"code": _name(tokens, "een vraag, een code of een getal")}


def _number(tokens: Tokens) -> int | float:
    if tokens.next.kind != "number":
        tokens.refuse("een getal")
    text = tokens.step().text
    return float(text) if "." in text else int(text)


def _code(tokens: Tokens) -> Written:
    return {"code": _name(tokens, "een code")}


def _name(tokens: Tokens, expected: str) -> str:
    """Return a name that stands bare or in quotes."""
    token = tokens.next
    name = token.text if token.kind == "word" and NAME.fullmatch(token.text) else None
    if token.kind == "text":
        name = unquoted(token.text)
    if name is None:
        tokens.refuse(expected)
    tokens.step()
    return name


def _call(tokens: Tokens) -> Written:
    if tokens.next.text not in _CALLS:
        tokens.refuse(f"een van deze woorden voor het haakje: {', '.join(sorted(_CALLS))}")
    key, read = _CALLS[tokens.step().text]
    tokens.take("(")
    return {key: read(tokens)}


def _arguments(tokens: Tokens) -> Written:
    return _list(tokens, _any)


def _one_argument(tokens: Tokens) -> Written:
    found = _any(tokens)
    tokens.take(")")
    return found


def _one_name(tokens: Tokens) -> Written:
    found = tokens.step().text if ITEM.fullmatch(tokens.next.text) else _name(tokens, "een naam")
    tokens.take(")")
    return found


def _circumstance(tokens: Tokens) -> Written:
    found = tokens.one_of(CIRCUMSTANCES)
    tokens.take(")")
    return found


def _reason(tokens: Tokens) -> Written:
    answer = _any(tokens)
    tokens.take(",")
    reason = tokens.one_of(REASONS)
    tokens.take(")")
    return [answer, reason]


def _gathered(tokens: Tokens) -> Written:
    taken = tokens.one_of(TAKEN)
    tokens.take("van")
    items = [_item(tokens)]
    while tokens.skip(","):
        items.append(_item(tokens))
    tokens.take(";")
    tokens.take("minstens")
    least = _number(tokens)
    tokens.take(")")
    return {"of": items, "as": taken, "min_valid": least}


def _item(tokens: Tokens) -> Written:
    if tokens.at_call and tokens.next.text == OF_NAME["answer"]:
        tokens.step()
        tokens.take("(")
        return _one_name(tokens)
    if not ITEM.fullmatch(tokens.next.text):
        tokens.refuse("een vraag")
    return tokens.step().text


def _list(tokens: Tokens, part: Callable[[Tokens], Written]) -> list[Written]:
    found = [part(tokens)]
    while tokens.skip(","):
        found.append(part(tokens))
    tokens.take(")")
    return found


# What may stand before a bracket: the key of its node, and what stands between the brackets.
_CALLS: Final[Mapping[str, tuple[str, Callable[[Tokens], Written]]]] = {
    **{name: (key, _arguments) for key, name in FUNCTIONS.items()},
    **{name: (key, _one_argument) for key, name in OF_ONE.items()},
    **{name: (key, _one_name) for key, name in OF_NAME.items()},
    **{name: (key, _gathered) for key, name in GATHERED.items()},
    RESPONSE: ("response", _circumstance),
    REASON: ("reason_is", _reason),
}
