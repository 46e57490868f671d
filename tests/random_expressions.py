"""Expressions and answers as hypothesis makes them, on the items of `expressing`: types always fit."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from functools import cache

from hypothesis import strategies as st

from questionnaires.answers import Answer, Missing
from questionnaires.expressions.facts import Circumstances

Written = st.SearchStrategy[object]

CODES: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("GES01", "GES02", "PIP01"), ("ja", "nee")),
    **dict.fromkeys(("KWA01", "KWA02"), ("eens", "tussenin", "oneens")),
}
NUMBERS: Mapping[str, tuple[int, int]] = {"WEK01": (0, 9), "WEK02": (0, 9), "CIJ01": (1, 5), "LAA01": (0, 9)}
SEVERAL = ("HUL01",)
DAYS = ("DAG01", "DAG02")
WORDS = ("TXT01", "VER01")
SCORED = ("KWA01", "KWA02", "CIJ01")
ITEMS = (*CODES, *NUMBERS, *SEVERAL, *DAYS, *WORDS)
DATES = st.dates(date(2025, 1, 1), date(2027, 12, 31))


def among(*several: Collection[str], items: Collection[str]) -> list[str]:
    """Return the items of these lists that may be read."""
    return [item for part in several for item in part if item in items]


def truths(items: Collection[str], calculations: Mapping[str, str], depth: int = 2) -> Written:
    """Conditions that read some of these items and calculations (name -> type)."""
    simple = [st.booleans(), *_comparisons(items, calculations, depth), *_tests(items), *_named("bool", calculations)]
    simple += [st.sampled_from(["web", "paper"]).map(lambda mode: {"eq": [{"response": "mode"}, {"code": mode}]})]
    simple += [st.sampled_from(["ja", "nee"]).map(lambda code: {"in": [{"sample": "brief"}, [{"code": code}]]})]
    if depth == 0:
        return st.one_of(simple)
    parts = truths(items, calculations, depth - 1)
    several = st.lists(parts, min_size=1, max_size=3)
    return st.one_of(
        *simple,
        several.map(lambda some: {"all": some}),
        several.map(lambda some: {"any": some}),
        several.map(lambda some: {"first_known": some}),
        parts.map(lambda part: {"not": part}),
        st.tuples(st.one_of(simple[1:]), parts).map(lambda sides: {"eq": list(sides)}),
        st.tuples(parts, parts, parts).map(lambda branches: {"if": list(branches)}),
    )


def numbers(items: Collection[str], calculations: Mapping[str, str], depth: int = 1) -> Written:
    """Numbers that read some of these items and calculations, or that are written down."""
    simple = [*_read_numbers(items, calculations), st.integers(0, 9), st.sampled_from([0.5, 50.25])]
    if depth == 0:
        return st.one_of(simple)
    parts = numbers(items, calculations, depth - 1)
    several = st.lists(parts, min_size=1, max_size=3)
    return st.one_of(
        *simple,
        *(several.map(lambda some, key=key: {key: some}) for key in ("add", "mul", "min", "max", "first_known")),
        st.tuples(parts, parts).map(lambda sides: {"sub": list(sides)}),
        st.tuples(truths(items, calculations, 0), parts, parts).map(lambda branches: {"if": list(branches)}),
    )


def days(items: Collection[str], calculations: Mapping[str, str]) -> Written:
    """Days that read some of these items and calculations, or that are written down."""
    simple = [*_read_days(items, calculations), DATES.map(lambda day: {"date": day.isoformat()})]
    several = st.lists(st.one_of(simple), min_size=1, max_size=3)
    return st.one_of(
        *simple, *(several.map(lambda some, key=key: {key: some}) for key in ("min", "max", "first_known"))
    )


def of_type(name: str, items: Collection[str], calculations: Mapping[str, str]) -> Written:
    """Expressions of the type of a calculation."""
    if name == "bool":
        return truths(items, calculations)
    return days(items, calculations) if name == "date" else numbers(items, calculations)


def random_answers(items: Collection[str]) -> st.SearchStrategy[dict[str, Answer]]:
    """Answers to some of these items: values of their type, and reasons for having none."""
    choices = st.fixed_dictionaries({}, optional={item: _answer(item) for item in items})
    return choices.map(dict)


CIRCUMSTANCES = st.builds(
    Circumstances,
    language=st.sampled_from(["nl", "tr"]),
    mode=st.sampled_from(["web", "paper"]),
    register=st.sampled_from(["standard", "easy"]),
    started_on=st.none() | DATES,
    sample=st.fixed_dictionaries(
        {}, optional={"brief": st.sampled_from(["ja", "nee"]), "leeftijd": st.integers(18, 110)}
    ),
)


@cache
def _answer(item: str) -> st.SearchStrategy[Answer]:
    values: st.SearchStrategy[object]
    if item in CODES:
        values = st.sampled_from(CODES[item])
    elif item in NUMBERS:
        values = st.integers(*NUMBERS[item])
    elif item in SEVERAL:
        values = st.sampled_from([("huis",), ("vervoer",), ("huis", "vervoer"), ("geen",)])
    else:
        values = DATES if item in DAYS else st.just("woord")
    reasons = st.sampled_from([Missing.SKIPPED, Missing.DONT_KNOW])
    return values.map(lambda value: Answer(item, 1, value=value)) | reasons.map(  # type: ignore[arg-type]  # of its type
        lambda reason: Answer(item, 1, missing=reason)
    )


def _named(kind: str, calculations: Mapping[str, str]) -> list[Written]:
    names = [name for name, found in calculations.items() if found == kind]
    return [st.sampled_from(names).map(lambda name: {"calc": name})] if names else []


def _tests(items: Collection[str]) -> list[Written]:
    """Presence, codes and choices of some item; nothing where there is no item for it."""
    found: list[Written] = []
    for item in items:
        answer = {"answer": item}
        found += [st.just({"answered": answer}), st.just({"reason_is": [answer, "skipped"]})]
    for item in among(CODES, items=items):
        code = st.sampled_from(CODES[item])
        found.append(code.map(lambda one, item=item: {"ne": [{"answer": item}, {"code": one}]}))
        found.append(st.lists(code, min_size=1).map(lambda some, item=item: _in(item, some)))
    for item in among(SEVERAL, items=items):
        code = st.sampled_from(["huis", "vervoer", "geen"])
        found.append(code.map(lambda one, item=item: {"includes": [{"answer": item}, {"code": one}]}))
    return found


def _in(item: str, codes: list[str]) -> object:
    return {"in": [{"answer": item}, [{"code": code} for code in codes]]}


def _comparisons(items: Collection[str], calculations: Mapping[str, str], depth: int) -> list[Written]:
    keys = st.sampled_from(["eq", "ne", "lt", "le", "gt", "ge"])
    read = _read_numbers(items, calculations)
    found = [st.tuples(keys, st.one_of(read), numbers(items, calculations, min(depth, 1)))] if read else []
    read_days = _read_days(items, calculations)
    found += [st.tuples(keys, st.one_of(read_days), days(items, calculations))]
    return [one.map(lambda part: {part[0]: [part[1], part[2]]}) for one in found]


def _read_numbers(items: Collection[str], calculations: Mapping[str, str]) -> list[Written]:
    found: list[Written] = [
        *_named("int", calculations),
        *_named("decimal", calculations),
        st.just({"sample": "leeftijd"}),
    ]
    whole, scored = among(NUMBERS, items=items), among(SCORED, items=items)
    for names, take in ((whole, "value"), (scored, "score")):
        if names:
            several = st.lists(st.sampled_from(names), min_size=1, unique=True)
            found.append(several.flatmap(lambda some, take=take: _gathered(some, take)))
    found += [st.sampled_from(whole).map(lambda item: {"answer": item})] if whole else []
    found += [st.just({"count_selected": {"answer": item}}) for item in among(SEVERAL, items=items)]
    both = st.tuples(st.one_of(_read_days(items, calculations)), DATES)
    return [*found, both.map(lambda pair: {"months_between": [pair[0], {"date": pair[1].isoformat()}]})]


def _gathered(items: list[str], take: str) -> Written:
    return st.tuples(st.sampled_from(["sum", "mean"]), st.integers(1, len(items))).map(
        lambda pair: {pair[0]: {"of": items, "as": take, "min_valid": pair[1]}}
    )


def _read_days(items: Collection[str], calculations: Mapping[str, str]) -> list[Written]:
    read = [st.just({"answer": item}) for item in among(DAYS, items=items)]
    return [*read, *_named("date", calculations), st.just({"response": "started_on"})]
