"""Definitions that hypothesis makes: anything that the form allows, whether it makes sense or not."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import Any, TypeVar

from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter

from questionnaires.definition import Library
from questionnaires.expressions.nodes import NODES, Expression
from questionnaires.modules import Extension, Module

M = TypeVar("M", bound=BaseModel)
Schema = Mapping[str, Any]

# What stands in texts: letters of many kinds, and signs that some file format could trip over.
SIGNS = st.sampled_from(list("=+-@'\"“”:#{}[],;|>&*!%`\\/~<_x005F^ \n\t\r…éß١中😀\u200f\u2028\x85\xa0"))
TEXT = st.text(SIGNS | st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)
FEW = 2  # entries in a list or block, above what is needed
_RECURSIVE = frozenset(node.__name__ for node in NODES.values()) - {
    *("AnswerOf", "CalculationOf", "SampleOf", "ResponseOf", "CodeLiteral", "DateLiteral"),
    *("CountSelected", "Answered", "ReasonIs", "SumOf", "MeanOf"),
}


@cache
def made(model: type[M]) -> st.SearchStrategy[M]:
    """Definitions of a kind."""
    written = _values(model.model_json_schema())
    if model in {Library, Module, Extension}:
        written = written.map(_named_by_key)
    return written.map(lambda value: model.model_validate_json(json.dumps(value)))


@cache
def made_expressions() -> st.SearchStrategy[Any]:
    """Expressions as YAML holds them."""
    adapter: TypeAdapter[Any] = TypeAdapter(Expression)
    return _values(adapter.json_schema())


def _values(schema: Schema) -> st.SearchStrategy[Any]:
    return _Maker(schema.get("$defs", {})).part(schema, 2)


class _Maker:
    """Makes the values that a JSON schema allows; named parts once for each depth that is left for expressions."""

    def __init__(self, known: Schema) -> None:
        self.known = known
        self.named: dict[tuple[str, int], st.SearchStrategy[Any]] = {}

    def part(self, schema: Schema, depth: int) -> st.SearchStrategy[Any]:
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            return self.reference(name, depth - (name in _RECURSIVE))
        if choices := [*schema.get("anyOf", ()), *schema.get("oneOf", ())]:
            shallow = [one for one in choices if one.get("$ref", "").rpartition("/")[2] not in _RECURSIVE]
            return st.one_of(self.part(one, depth) for one in (choices if depth > 0 else shallow))
        if "const" in schema or "enum" in schema:
            return st.sampled_from(schema.get("enum", [schema.get("const")]))
        return _KINDS[schema["type"]](schema, lambda one: self.part(one, depth))

    def reference(self, name: str, depth: int) -> st.SearchStrategy[Any]:
        if (name, depth) not in self.named:
            self.named[name, depth] = st.deferred(lambda: self.part(self.known[name], depth))
        return self.named[name, depth]


Part = Callable[[Schema], st.SearchStrategy[Any]]


def _text(schema: Schema, _part: Part) -> st.SearchStrategy[str]:
    longest = schema.get("maxLength", 10_000)
    if schema.get("format") == "date":
        return st.dates(date(1900, 1, 1)).map(date.isoformat)
    if "pattern" in schema:
        found = st.from_regex(schema["pattern"].removesuffix("$"), fullmatch=True)
        return found.filter(lambda text: len(text) <= longest)
    return TEXT.map(lambda text: text.strip()[:longest].strip()).filter(bool)


def _list(schema: Schema, part: Part) -> st.SearchStrategy[list[Any]]:
    if "prefixItems" in schema:
        return st.tuples(*(part(one) for one in schema["prefixItems"])).map(list)
    least = schema.get("minItems", 0)
    return st.lists(part(schema["items"]), min_size=least, max_size=least + FEW)


def _block(schema: Schema, part: Part) -> st.SearchStrategy[dict[str, Any]]:
    if "properties" in schema:
        parts = {key: part(one) for key, one in schema["properties"].items()}
        needed = {key: parts.pop(key) for key in schema["required"]} if "required" in schema else {}
        return st.fixed_dictionaries(needed, optional=parts)
    ((pattern, inside),) = schema.get("patternProperties", {None: schema.get("additionalProperties")}).items()
    names = schema.get("propertyNames", {"type": "string"})
    keys = part({"type": "string", **names} | ({"pattern": pattern} if pattern else {}))
    return st.dictionaries(keys, part(inside), max_size=FEW)


# What the strict reader takes for numbers: at most 15 digits.
_KINDS: Mapping[str, Callable[[Schema, Part], st.SearchStrategy[Any]]] = {
    "string": _text,
    "array": _list,
    "object": _block,
    "null": lambda *_: st.none(),
    "boolean": lambda *_: st.booleans(),
    "integer": lambda schema, *_: st.integers(schema.get("minimum", -(10**15) + 1), schema.get("maximum", 10**15 - 1)),
    "number": lambda *_: st.integers(-(10**9), 10**9).map(lambda number: number / 1000),
}


def _named_by_key(written: dict[str, Any]) -> dict[str, Any]:
    """The key of an entry is its id, with its version where it has one."""
    for section in ("concepts", "scales", "items", "composites", "calculations"):
        entries = written.get(section)
        if isinstance(entries, dict):
            written[section] = {_key(entry): entry for entry in entries.values()}
    return written


def _key(entry: Mapping[str, Any]) -> str:
    return f"{entry['id']}@{entry['version']}" if "version" in entry else str(entry["id"])
