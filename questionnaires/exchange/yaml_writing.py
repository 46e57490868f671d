"""Writing YAML: a definition becomes the text that the strict reader reads back as the same definition.

What has its default value is left out. Short parts without much in them stand on one line, as people write them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

from questionnaires.comparability.crosswalks import Crosswalk
from questionnaires.definition import Library
from questionnaires.modules import Extension, Module
from questionnaires.texts import TextsFile
from questionnaires.yaml_nodes import Written

Definition: TypeAlias = Library | Module | Extension | TextsFile | Crosswalk

WIDTH: Final = 110  # characters on a line, where lines can be broken
MAX_NUMBER: Final = 10**15  # what the strict reader takes has at most 15 digits
MAX_NESTING: Final = 2  # how deep brackets may stand in each other on one line; conditions may go deeper

# The key of a named entry says its id, and its version where it has one.
_NAMED: Final[Mapping[str, tuple[str, ...]]] = {
    "concepts": ("id",),
    "scales": ("id", "version"),
    "items": ("id", "version"),
    "composites": ("id", "version"),
    "calculations": ("id",),
}
_EXPRESSIONS: Final = frozenset({"show_if", "when", "expr"})
# Names and references need no quotes; a word that some reader of YAML takes for a value does.
_PLAIN: Final = re.compile(r"[a-z][a-z0-9_]*(?:[.@-][A-Za-z0-9_]+)*|[A-Z]{3}[0-9]{2}(?:@[0-9]+)?")
_VALUES: Final = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
_NOT_PRINTABLE: Final = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def write_definition(definition: Definition) -> str:
    """Return a definition as YAML. The strict reader makes an equal definition of it."""
    lines: list[str] = []
    for key, value in plain_form(definition).items():
        found = list(_mapping({key: value}, deep=False))
        if len(found) > 1:
            lines.append("")
        lines += found
    return "\n".join(lines) + "\n"


def plain_form(definition: Definition) -> dict[str, Written]:
    """Return a definition as it is written: plain values, without defaults, and ids only in the keys of entries."""
    written = definition.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    for section, inside in _NAMED.items():
        entries = written.get(section)
        if isinstance(entries, dict):  # in a module, composites are a list of references
            written[section] = {
                key: {name: value for name, value in entry.items() if name not in inside}
                for key, entry in entries.items()
            }
    return written


def file_name(definition: Definition) -> str:
    """Return the name of the file for a definition, such as `nl.ceo.wmo-2.yaml`, `nl.ceo.wmo-2.tr.yaml` for its Turkish texts."""
    if isinstance(definition, TextsFile):
        return f"{definition.of.replace('@', '-')}.{definition.language}.yaml"
    version = f"-{definition.version}" if isinstance(definition, Module | Extension) else ""
    return f"{definition.id}{version}.yaml"


def write_number(number: float) -> str:
    """Return a number in the one way in which the strict reader takes it.

    >>> write_number(5), write_number(2.0), write_number(0.00001)
    ('5', '2.0', '0.00001')
    """
    assert abs(number) < MAX_NUMBER, f"{number} does not come from a definition"
    if isinstance(number, int):
        return str(number)
    text = f"{number:.8f}".rstrip("0")
    text += "0" if text.endswith(".") else ""
    assert float(text) == number, f"{number} does not come from a definition"
    return text


def _mapping(parts: Mapping[str, Written], *, deep: bool) -> Iterator[str]:
    for key, value in parts.items():
        below = deep or key in _EXPRESSIONS
        head = f"{_text(key)}:"
        if _on_one_line(value, head, deep=below):
            yield f"{head} {_flow(value)}"
        else:
            yield head
            yield from (f"  {line}" for line in _block(value, deep=below))


def _block(value: Written, *, deep: bool) -> Iterator[str]:
    if isinstance(value, dict):
        yield from _mapping(value, deep=deep)
        return
    assert isinstance(value, list), "a single value stands on one line"
    for part in value:
        lines = [_flow(part)] if _on_one_line(part, "-", deep=deep) else _block(part, deep=deep)
        yield from (f"  {line}" if number else f"- {line}" for number, line in enumerate(lines))


def _on_one_line(value: Written, head: str, *, deep: bool) -> bool:
    if not isinstance(value, dict | list):
        return True
    return (deep or _nesting(value) <= MAX_NESTING) and len(head) + 1 + len(_flow(value)) <= WIDTH


def _nesting(value: Written) -> int:
    if isinstance(value, dict):
        return 1 + max(map(_nesting, value.values()), default=0)
    return 1 + max(map(_nesting, value), default=0) if isinstance(value, list) else 0


def _flow(value: Written) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_text(key)}: {_flow(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, str):
        return _text(value)
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    return write_number(value)


def _text(text: str) -> str:
    if _PLAIN.fullmatch(text) and text not in _VALUES:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return _NOT_PRINTABLE.sub(lambda sign: f"\\u{ord(sign.group()):04x}", quoted)
