"""Conditions that can be picked: for who a page is, as a few sentences about earlier answers. Others stay as they are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal, TypeAlias

from questionnaires.yaml_nodes import Written

Match: TypeAlias = Literal["all", "any"]
WhenUnknown: TypeAlias = Literal["show", "hide"]


class Sign(StrEnum):
    """How an answer is looked at. The value is the key of the expression."""

    IS = "eq"
    IS_ONE_OF = "in"
    INCLUDES = "includes"
    ANSWERED = "answered"
    EQUALS = "eq-number"
    LESS = "lt"
    AT_MOST = "le"
    MORE = "gt"
    AT_LEAST = "ge"


CODED: Final = (Sign.IS, Sign.IS_ONE_OF, Sign.INCLUDES)
NUMBERED: Final = (Sign.EQUALS, Sign.LESS, Sign.AT_MOST, Sign.MORE, Sign.AT_LEAST)


@dataclass(frozen=True, slots=True)
class Pick:
    """One sentence about an earlier answer. `item` has no version; `codes` are options, `number` is what is compared with."""

    item: str
    sign: Sign
    codes: tuple[str, ...] = ()
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """Who gets a page: those for whom all or any of the picks hold; `when_unknown` says what happens to who skipped a question."""

    match: Match
    picks: tuple[Pick, ...]
    when_unknown: WhenUnknown = "hide"


def write_condition(condition: Condition) -> Written:
    """Return a condition as an expression.

    >>> write_condition(Condition("all", (Pick("GES01", Sign.IS, codes=("ja",)),)))
    {'eq': [{'answer': 'GES01'}, {'code': 'ja'}]}
    """
    parts = [_write_pick(pick) for pick in condition.picks]
    return parts[0] if len(parts) == 1 else {condition.match: parts}


def read_condition(expression: Written, when_unknown: str | None) -> Condition | None:
    """Return an expression as picks; None when it says more than can be picked.

    >>> read_condition({"ge": [{"answer": "LEV01"}, 7]}, "show")
    Condition(match='all', picks=(Pick(item='LEV01', sign=<Sign.AT_LEAST: 'ge'>, codes=(), number=7),), when_unknown='show')
    >>> read_condition({"not": {"answered": {"answer": "LEV01"}}}, "show") is None
    True
    """
    match: Match = "any" if isinstance(expression, dict) and "any" in expression else "all"
    whole = expression.get(match) if isinstance(expression, dict) else None
    parts = whole if isinstance(whole, list) and len(whole) > 1 else [expression]
    picks = tuple(pick for pick in map(_read_pick, parts) if pick is not None)
    condition = Condition(match, picks, "show" if when_unknown == "show" else "hide")
    # What does not come out as it went in says something that picks cannot say.
    return condition if len(picks) == len(parts) and write_condition(condition) == expression else None


def _write_pick(pick: Pick) -> Written:
    answer: Written = {"answer": pick.item}
    codes: list[Written] = [{"code": code} for code in pick.codes]
    if pick.sign is Sign.ANSWERED:
        return {"answered": answer}
    if pick.sign is Sign.IS_ONE_OF:
        return {"in": [answer, codes]}
    if pick.sign in CODED:
        return {pick.sign.value: [answer, codes[0]]}
    return {"eq" if pick.sign is Sign.EQUALS else pick.sign.value: [answer, pick.number]}


def _read_pick(written: Written) -> Pick | None:
    if not isinstance(written, dict) or len(written) != 1:
        return None
    [(key, inside)] = written.items()
    if key == "answered" and isinstance(inside, dict):
        return Pick(str(inside.get("answer")), Sign.ANSWERED)
    if not isinstance(inside, list) or len(inside) != len(("answer", "with")):
        return None
    answer, other = inside
    item = answer.get("answer") if isinstance(answer, dict) else None
    return _read_comparison(key, item, other) if isinstance(item, str) else None


def _read_comparison(key: str, item: str, other: Written) -> Pick | None:
    if key == "eq" and isinstance(other, int) and not isinstance(other, bool):
        return Pick(item, Sign.EQUALS, number=other)
    if key in _COMPARED and isinstance(other, int) and not isinstance(other, bool):
        return Pick(item, _COMPARED[key], number=other)
    listed = other if isinstance(other, list) else [other]
    codes = tuple(str(one["code"]) for one in listed if isinstance(one, dict) and "code" in one)
    sign = _CHOSEN.get(key)
    return Pick(item, sign, codes) if sign is not None and codes and len(codes) == len(listed) else None


_COMPARED: Final[Mapping[str, Sign]] = {sign.value: sign for sign in NUMBERED if sign is not Sign.EQUALS}
_CHOSEN: Final[Mapping[str, Sign]] = {sign.value: sign for sign in CODED}
