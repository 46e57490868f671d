"""The document of the API as a page shows it: tables of words, and names that lead to their meaning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ceo.web.api.openapi.examples import requests_of

_WHERE: Final = {"path": "in het adres", "query": "na het vraagteken"}
_REFERENCE: Final = "$ref"


@dataclass(frozen=True, slots=True)
class Kind:
    """One word of what a value is; `target` is the name of the part of the page that says more, "" where nothing does."""

    word: str
    target: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table: what it is about, what it is, and what it means. `where` and `example` may be empty."""

    name: str
    kinds: tuple[Kind, ...]
    meaning: str
    where: str = ""
    example: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """Something that can be asked."""

    id: str
    title: str
    address: str
    meaning: str
    asked: tuple[Line, ...]
    answered: tuple[Line, ...]
    example: str


@dataclass(frozen=True, slots=True)
class Described:
    """All of it: the introduction in paragraphs, what can be asked, and what the documents look like, by name."""

    title: str
    introduction: tuple[str, ...]
    parts: tuple[Part, ...]
    schemas: Mapping[str, tuple[Line, ...]]


def described(document: Mapping[str, Any]) -> Described:
    """Return an OpenAPI document as words."""
    examples = requests_of(document)
    info, schemas = document["info"], document["components"]["schemas"]
    return Described(
        title=info["title"],
        introduction=tuple(info["description"].split("\n\n")),
        parts=tuple(_part(path, item, examples[path]) for path, item in document["paths"].items()),
        schemas={name: _properties(schema) for name, schema in schemas.items()},
    )


def _part(path: str, item: Mapping[str, Any], example: str) -> Part:
    operation = item["get"]
    parameters = (*item.get("parameters", ()), *operation["parameters"])
    return Part(
        id=operation["operationId"],
        title=operation["summary"],
        address=f"GET {path}",
        meaning=operation["description"],
        asked=tuple(_parameter(one) for one in parameters),
        answered=tuple(_answer(code, one) for code, one in sorted(operation["responses"].items())),
        example=example,
    )


def _parameter(one: Mapping[str, Any]) -> Line:
    example = one.get("example", "")
    return Line(
        name=one["name"],
        kinds=_kinds(one["schema"]),
        meaning=one["description"],
        where=_WHERE[one["in"]],
        example=", ".join(map(str, example)) if isinstance(example, list) else str(example),
        required=one["required"],
    )


def _answer(code: str, one: Mapping[str, Any]) -> Line:
    forms = ((Kind(form), *_kinds(content["schema"])) for form, content in one.get("content", {}).items())
    return Line(code, tuple(kind for kinds in forms for kind in kinds), one["description"])


def _properties(schema: Mapping[str, Any]) -> tuple[Line, ...]:
    if "enum" in schema:
        return tuple(Line(str(value), (), "") for value in schema["enum"])
    lines = schema.get("properties", {}).items()
    return tuple(Line(name, _kinds(part), part.get("description", "")) for name, part in lines)


def _kinds(schema: Mapping[str, Any]) -> tuple[Kind, ...]:
    """Return what a value is."""
    if _REFERENCE in schema:
        name = schema[_REFERENCE].rpartition("/")[2]
        return (Kind(name, name),)
    if schema.get("type") == "array":
        return (Kind("array"), *_kinds(schema.get("items", {})))
    if "anyOf" in schema:
        return tuple(kind for one in schema["anyOf"] for kind in _kinds(one))
    told = schema.get("enum") or ([schema["const"]] if "const" in schema else schema.get("type", ()))
    return tuple(Kind(str(word)) for word in ([told] if isinstance(told, str) else told))
