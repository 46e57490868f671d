"""Questionnaires so small that every client can be walked: what is decided with a few answers is compared with all of them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from itertools import chain, combinations, product

from hypothesis import strategies as st

from questionnaires.answers import Answer, Missing
from questionnaires.expressions.atoms import RESPONSE, SAMPLE, find_atoms
from questionnaires.expressions.facts import Circumstances
from questionnaires.questionnaire import Questionnaire

Written = st.SearchStrategy[object]

YES_NO = {"codes": [{"code": "ja", "text": "Ja"}, {"code": "nee", "text": "Nee"}], "type": "nominal"}
SCALES: Mapping[str, Mapping[str, object]] = {
    "ja_nee": {**YES_NO, "missing": [{"code": "weet_niet", "text": "Weet ik niet", "reason": "dont_know"}]},
    "soms": {**YES_NO, "codes": [*YES_NO["codes"], {"code": "soms", "text": "Soms"}]},  # type: ignore[misc]  # a list
    "hulp": {
        "type": "multi",
        "codes": [{"code": code, "text": code} for code in ("huis", "vervoer", "fiets")],
        "exclusive": [{"code": "geen", "text": "Geen hulp"}],
    },
    "eens": {
        "type": "ordinal",
        "codes": [{"code": "eens", "text": "Eens", "value": 2}, {"code": "oneens", "text": "Oneens", "value": 1}],
        "score": {"map": "linear_0_100"},
    },
}
TYPES: Mapping[str, Mapping[str, object]] = {
    "GES01": {"scale": "ja_nee@1"},
    "GES02": {"scale": "soms@1"},
    "HUL01": {"scale": "hulp@1"},
    "KWA01": {"scale": "eens@1"},
    "WEK01": {"integer": {"min": 0, "max": 3, "unit": "week"}},
    "DAG01": {"date": {"earliest": "2026-01-30", "latest": "2026-02-02"}},
    "VER01": {"narrative": {"max_chars": 50}},
    "EIN01": {"integer": {"min": 0, "max": 9, "unit": "keer"}},
}
ITEMS = tuple(TYPES)[:-1]


def world(
    *pages: Mapping[str, object],
    types: Mapping[str, object] | None = None,
    scales: Mapping[str, object] | None = None,
    calculations: Mapping[str, object] | None = None,
    **other: object,
) -> Questionnaire:
    """Return a questionnaire of these pages: each with `items`, and perhaps `show_if` and `when_unknown`."""
    kinds, all_scales = {**TYPES, **(types or {})}, {**SCALES, **(scales or {})}
    asked = [item for page in pages for item in page["items"]]  # type: ignore[attr-defined]  # a list of ids
    written = {
        "id": "nl.proef.klein",
        "version": 1,
        "title": "Klein",
        "parts": ["nl.proef.klein@1"],
        "concepts": [],
        "scales": [{"id": name, "version": 1, **scale} for name, scale in all_scales.items()],  # type: ignore[dict-item]
        "items": [_item(item, kinds[item]) for item in asked],
        "pages": [{"id": f"p{number}", "part": "nl.proef.klein@1", **page} for number, page in enumerate(pages)],
        "calculations": [{"id": name, **one} for name, one in (calculations or {}).items()],  # type: ignore[dict-item]
        **other,
    }
    return Questionnaire.model_validate_json(json.dumps(written))


def conditions(items: Collection[str], calculations: Collection[str] = (), depth: int = 2) -> Written:
    """Conditions that read some of these items, how a client answers, and what the sample says."""
    simple = st.sampled_from([*_simple(items), *({"calc": name} for name in calculations)])
    if depth == 0:
        return simple
    parts = conditions(items, calculations, depth - 1)
    several = st.lists(parts, min_size=1, max_size=3)
    return st.one_of(
        simple,
        several.map(lambda some: {"all": some}),
        several.map(lambda some: {"any": some}),
        several.map(lambda some: {"first_known": some}),
        parts.map(lambda part: {"not": part}),
        st.tuples(parts, parts, parts).map(lambda branches: {"if": list(branches)}),
    )


@st.composite
def small_worlds(draw: st.DrawFn, items: tuple[str, ...] | None = None) -> Questionnaire:
    """A few pages of one item, most with a condition, and a last page under a condition."""
    chosen = items or tuple(draw(st.lists(st.sampled_from(ITEMS), min_size=1, max_size=3, unique=True)))
    pages: list[dict[str, object]] = []
    for number, item in enumerate((*chosen, "EIN01")):
        page: dict[str, object] = {"items": [item]}
        if number and draw(st.integers(0, 3)):
            page["show_if"] = draw(conditions(chosen[:number], ["lang"] if "WEK01" in chosen[:number] else []))
            page["when_unknown"] = draw(st.sampled_from(["show", "hide"]))
        pages.append(page)
    lang = {"lang": {"type": "bool", "expr": {"gt": [{"answer": "WEK01"}, 1]}}}
    sample = {"brief": {"type": {"scale": "soms@1"}}}
    return world(*pages, calculations=lang if "WEK01" in chosen else {}, sample=sample, modes=["web", "paper"])


def all_clients(*questionnaires: Questionnaire) -> Iterator[tuple[dict[str, Answer], Circumstances]]:
    """Yield every client who can answer questionnaires that have the same answers; what nothing reads is left out."""
    read = {source for one in questionnaires for source in _read(one)}
    kinds = {item.id: item for item in questionnaires[0].items if item.id in read}
    ways = [list(_answers(questionnaires[0], item)) for item in kinds]
    modes = questionnaires[0].modes if f"{RESPONSE}mode" in read else ("web",)
    letters = ("ja", "nee", "soms", None) if f"{SAMPLE}brief" in read else (None,)
    for answers, mode, letter in product(product(*ways), modes, letters):
        circumstances = Circumstances(mode=mode, sample={} if letter is None else {"brief": letter})
        yield {answer.item: answer for answer in answers}, circumstances


def _item(name: str, kind: object) -> Mapping[str, object]:
    texts = {"title": name, "reference_period": "now", "text": {"stem": "Vraag?"}}
    return {"id": name, "version": 1, "concept": "local", "type": kind, **texts}


def _read(questionnaire: Questionnaire) -> Iterator[str]:
    scope = questionnaire.routes.scope
    conditions_of_pages = (page.show_if for page in questionnaire.pages if page.show_if is not None)
    for condition in conditions_of_pages:
        yield from chain.from_iterable(atom.sources for atom in find_atoms(condition, scope))


def _answers(questionnaire: Questionnaire, item: str) -> Iterator[Answer]:
    scale = questionnaire.scale_of(questionnaire.item(item))
    values: list[object]
    if scale is not None:
        codes, alone = [code.code for code in scale.codes], [code.code for code in scale.exclusive]
        sets = chain.from_iterable(combinations(codes, size) for size in range(1, len(codes) + 1))
        values = [*sets, *((code,) for code in alone)] if scale.type == "multi" else codes
    elif item == "WEK01":
        values = [0, 1, 2, 3]
    elif item == "DAG01":
        values = [date(2026, 1, 30), date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 2)]
    else:
        values = ["Een verhaal."]
    reasons = [Missing.SKIPPED, *(option.reason for option in (scale.missing if scale else ()))]
    yield from (Answer(item, 1, value=value) for value in values)  # type: ignore[arg-type]  # of the type of the item
    yield from (Answer(item, 1, missing=reason) for reason in reasons)


def _simple(items: Collection[str]) -> Iterator[object]:
    """Yield the conditions that need no others."""
    yield from [True, {"eq": [{"response": "mode"}, {"code": "web"}]}]
    yield {"in": [{"sample": "brief"}, [{"code": "ja"}, {"code": "soms"}]]}
    for item in items:
        yield from _OF_ONE.get(item, ())
        yield {"answered": {"answer": item}}
        yield from ({"reason_is": [{"answer": item}, reason]} for reason in ("skipped", "dont_know", "not_asked"))
    for pair in combinations(sorted(items), 2):
        yield from _OF_TWO.get(pair, ())


def _number(item: str) -> object:
    return {"answer": item} if item == "WEK01" else {"count_selected": {"answer": item}}


_OF_ONE: Mapping[str, list[object]] = {
    "GES01": [{sign: [{"answer": "GES01"}, {"code": code}]} for sign in ("eq", "ne") for code in ("ja", "nee")],
    "GES02": [{"in": [{"answer": "GES02"}, [{"code": "ja"}, {"code": "soms"}]]}],
    "HUL01": [
        *({"includes": [{"answer": "HUL01"}, {"code": code}]} for code in ("huis", "vervoer", "geen")),
        *({"ge": [_number("HUL01"), count]} for count in (1, 2, 3, 4)),
    ],
    "KWA01": [
        {"eq": [{"answer": "KWA01"}, {"code": "eens"}]},
        {"gt": [{"mean": {"of": ["KWA01"], "as": "score", "min_valid": 1}}, 50]},
    ],
    "WEK01": [
        *({sign: [_number("WEK01"), limit]} for sign in ("gt", "le", "eq") for limit in (-1, 0, 1.5, 2, 3)),
        {"eq": [{"mul": [_number("WEK01"), _number("WEK01")]}, 4]},
        {"gt": [{"if": [{"lt": [_number("WEK01"), 2]}, 1, _number("WEK01")]}, 1]},
    ],
    "DAG01": [
        *({"lt": [{"answer": "DAG01"}, {"date": day}]} for day in ("2026-01-30", "2026-02-01", "2026-02-03")),
        {"ge": [{"months_between": [{"answer": "DAG01"}, {"date": "2026-03-01"}]}, 1]},
    ],
}
_OF_TWO: Mapping[tuple[str, str], list[object]] = {
    ("GES01", "WEK01"): [
        {"in": [{"if": [{"gt": [_number("WEK01"), 1]}, {"answer": "GES01"}, {"code": "nee"}]}, [{"code": "nee"}]]}
    ],
    ("GES01", "GES02"): [{"eq": [{"answer": "GES01"}, {"answer": "GES02"}]}],
    ("HUL01", "WEK01"): [
        {"gt": [_number("HUL01"), _number("WEK01")]},
        {"eq": [{"add": [_number("HUL01"), _number("WEK01")]}, 4]},
    ],
    ("DAG01", "WEK01"): [{"eq": [{"months_between": [{"answer": "DAG01"}, {"date": "2026-02-28"}]}, _number("WEK01")]}],
    ("KWA01", "WEK01"): [
        {"ge": [{"add": [{"sum": {"of": ["KWA01"], "as": "score", "min_valid": 1}}, _number("WEK01")]}, 101]}
    ],
}
