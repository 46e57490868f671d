"""Strict YAML: what is written is what is meant, and every mistake has a line.

The rules are those of YAML 1.2, and narrower where a reader could guess wrong: only null, true, false, plain whole
numbers and plain fractions have a type; everything else is text. A number that would not come back as it was written
(0344, 1.10, 1e5) must be quoted. Anchors, merge keys, tags, tabs, double keys, several documents and files that are far
larger than a definition are mistakes.
Codes: Y.. for the text itself, F.. for the form that a file of its kind must have.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from questionnaires.problems import Problem
from questionnaires.yaml_nodes import (
    Build,
    Place,
    Written,
    find_size,
    find_tabs,
    show_place,
    syntax_problem,
)

M = TypeVar("M", bound=BaseModel)

SHOWN = 60  # characters of a wrong value in a message


@dataclass(frozen=True, slots=True)
class YamlDocument:
    """The content of one file. `lines` gives the line of every place, counted from 1."""

    file: str
    data: Written
    lines: Mapping[Place, int]

    def problem(self, place: Place, code: str, cause: str, cure: str, *, warning: bool = False) -> Problem:
        """Return a problem at a place in this file, with the line of that place or of the nearest one around it."""
        around = (place[:length] for length in range(len(place), -1, -1))
        line = next((self.lines[part] for part in around if part in self.lines), 1)
        return Problem(self.file, line, show_place(place), code, cause, cure, warning)


def decode_yaml(content: bytes, file: str) -> str | Problem:
    """Return the text of a file; text that is not UTF-8 is a problem at the line of the first wrong byte."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        cause = f"Het bestand is geen UTF-8: byte {error.start} is niet te lezen."
        return Problem(file, line, "", "Y01", cause, "Sla het bestand op als UTF-8.")


def read_yaml(text: str, file: str) -> YamlDocument | tuple[Problem, ...]:
    """Return the content of a YAML text, or every problem in it."""
    text = text.removeprefix("\ufeff")
    problems = [*find_size(text, file)] or [*find_tabs(text, file)]
    if problems:
        return tuple(sorted(problems))
    build = Build(text, file)
    try:
        data = build.document()
    except yaml.YAMLError as error:
        return (syntax_problem(error, text, file),)
    problems = build.refused or build.problems
    return tuple(sorted(problems)) if problems else YamlDocument(file, data, build.lines)


def validate(model: type[M], document: YamlDocument) -> M | tuple[Problem, ...]:
    """Return the content of a document as a model, or a problem for everything that does not fit."""
    try:
        # By way of JSON, because there a list is the only way to write a tuple, and strict typing still holds.
        return model.model_validate_json(json.dumps(document.data))
    except ValidationError as error:
        schema = model.model_json_schema()
        details = error.errors(include_url=False)
        inside = {detail["loc"][:length] for detail in details for length in range(len(detail["loc"]))}
        # A list is called too short when a part of it is wrong: then the part is the news.
        news = [detail for detail in details if not (detail["type"] == "too_short" and detail["loc"] in inside)]
        problems = [_form_problem(document, schema, detail) for detail in news]
        return tuple(sorted(set(problems)))


def suggest(word: str, known: Iterable[str]) -> str:
    """Return a cure for a misspelt word: the nearest known ones, or all when none is near.

    >>> suggest("show_iff", ["items", "show_if"])
    'Bedoelt u show_if?'
    >>> suggest("xyz", ["items", "show_if"])
    'U kunt kiezen uit: items, show_if.'
    """
    names = sorted(set(known))
    near = get_close_matches(word, names, n=2)
    if near:
        return f"Bedoelt u {' of '.join(near)}?"
    return f"U kunt kiezen uit: {', '.join(names)}." if names else "Haal dit weg."


_TYPES: Mapping[str, str] = {
    "string": "een tekst",
    "int": "een heel getal",
    "float": "een getal",
    "bool": "true of false",
    "tuple": "een lijst",
    "list": "een lijst",
    "dict": "een blok met sleutels",
    "model": "een blok met sleutels",
}
_LIMITS: Mapping[str, tuple[str, str]] = {
    "greater_than_equal": ("ge", "Het getal moet {} of hoger zijn."),
    "greater_than": ("gt", "Het getal moet hoger dan {} zijn."),
    "less_than_equal": ("le", "Het getal moet {} of lager zijn."),
    "less_than": ("lt", "Het getal moet lager dan {} zijn."),
    "too_short": ("min_length", "Er moeten er ten minste {} staan."),
    "too_long": ("max_length", "Er mogen er hoogstens {} staan."),
    "string_too_short": ("min_length", "De tekst moet ten minste {} teken lang zijn."),
    "string_too_long": ("max_length", "De tekst mag hoogstens {} tekens lang zijn."),
    "string_pattern_mismatch": ("pattern", "De vorm is anders: {}"),
}


def _form_problem(document: YamlDocument, schema: Mapping[str, Any], detail: ErrorDetails) -> Problem:
    place = _place(document.data, detail["loc"])
    explained = _explain_key(schema, place, detail) or _explain_value(schema, place, detail)
    return document.problem(place, *explained)


def _explain_key(schema: Mapping[str, Any], place: Place, detail: ErrorDetails) -> tuple[str, str, str] | None:
    """Return code, cause and cure of a key that is missing or does not belong here; None when it is something else."""
    kind, context = detail["type"], detail.get("ctx", {})
    name = place[-1] if place else "het bestand"
    if kind == "missing" and isinstance(name, int):
        return "F01", f"In deze lijst ontbreekt onderdeel {name + 1}.", "Vul de lijst aan."
    if kind == "missing":
        return "F01", f"De sleutel {name} ontbreekt.", f"Voeg {name} toe."
    if kind == "extra_forbidden":
        known = {key for part in _schemas_at(schema, place[:-1]) for key in part.get("properties", ())}
        return "F02", f"De sleutel {name} hoort hier niet.", suggest(str(name), known)
    if kind == "union_tag_invalid":
        tag = str(context["tag"])
        return "F02", f"De sleutel {tag} hoort hier niet.", suggest(tag, _quoted(context))
    return None


def _explain_value(schema: Mapping[str, Any], place: Place, detail: ErrorDetails) -> tuple[str, str, str]:
    kind, context, written = detail["type"], detail.get("ctx", {}), _show(detail["input"])
    if kind == "union_tag_not_found":
        tags = [tag for part in _schemas_at(schema, place) for tag in part.get("properties", ())]
        return "F03", f"Hier hoort een blok met één sleutel; er staat {written}.", suggest("", tags)
    if kind in {"literal_error", "enum"}:
        return "F04", f"Dit is hier niet bekend: {written}.", suggest(str(detail["input"]), _quoted(context))
    if kind in _LIMITS:
        key, cure = _LIMITS[kind]
        examples = [one for part in _schemas_at(schema, place) for one in part.get("examples", ())]
        like = f" Bijvoorbeeld: {examples[0]}." if examples else ""
        return "F05", f"Dit past hier niet: {written}.", cure.format(context[key]) + like
    if kind == "value_error":
        return "F06", str(context["error"]), "Pas dit aan."
    wanted = _TYPES.get(kind.partition("_")[0], "een andere waarde")
    return "F03", f"Hier hoort {wanted}; er staat {written}.", f"Schrijf hier {wanted}."


def _place(data: Written, location: Sequence[str | int]) -> Place:
    """Return the place in the data. What pydantic adds to it, such as the branch of a choice, is left out."""
    place: list[str | int] = []
    for number, step in enumerate(location, start=1):
        parts: Mapping[Any, Written] = {}
        if isinstance(data, dict):
            parts = data
        elif isinstance(data, list):
            parts = dict(enumerate(data))
        if step in parts:
            data = parts[step]
            place.append(step)
        elif number == len(location) and step != "[key]" and isinstance(data, dict | list):
            place.append(step)
    return tuple(place)


def _schemas_at(schema: Mapping[str, Any], place: Place) -> list[Mapping[str, Any]]:
    """Return the JSON schemas that may hold at a place: more than one where the form leaves a choice."""
    found = _alternatives(schema, schema)
    for step in place:
        below = [part for one in found for part in _below(one, step)]
        found = [part for one in below for part in _alternatives(schema, one)]
    return found


def _below(schema: Mapping[str, Any], step: str | int) -> Iterator[Mapping[str, Any]]:
    if isinstance(step, int):
        prefix = schema.get("prefixItems", [])
        parts = [prefix[step]] if step < len(prefix) else [schema.get("items")]
    else:
        named = schema.get("patternProperties", {}).values()
        parts = [schema.get("properties", {}).get(step, schema.get("additionalProperties")), *named]
    yield from (part for part in parts if isinstance(part, Mapping))


def _alternatives(root: Mapping[str, Any], schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    if "$ref" in schema:
        return _alternatives(root, root["$defs"][schema["$ref"].rpartition("/")[2]])
    choices = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
    return [part for choice in choices for part in _alternatives(root, choice)] if choices else [schema]


def _quoted(context: Mapping[str, Any]) -> list[str]:
    return re.findall(r"'([^']*)'", str(context.get("expected", context.get("expected_tags", ""))))


def _show(value: object) -> str:
    if isinstance(value, dict):
        return f"een blok met {len(value)} sleutels"
    if isinstance(value, list):
        return f"een lijst van {len(value)}"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
