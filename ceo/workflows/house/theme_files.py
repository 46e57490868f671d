"""What a theme file of the NL Design System says: names with their values and lines, whatever they hold.

CSS: custom properties of rules at the top; what stands under a condition, such as `@media print`, is left out. JSON: design tokens,
where the path to a `$value` (or `value`) is the name, from the part `basis` on, and `{basis.focus.color}` is the value of another token.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from questionnaires.problems import Problem

_VALUE_KEYS: Final = frozenset({"$value", "value"})
_REFERENCE: Final = re.compile(r"\{([^{}]+)\}")
# A chain of tokens that stand for each other is followed so far: themes have two or three.
_LONGEST_CHAIN: Final = 10
# The text is known to be JSON when this takes it apart: strings, signs, ends of lines, and numbers and words in one.
_JSON_PARTS: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,\n]|[^\s"{}\[\]:,]+')


@dataclass(frozen=True, slots=True)
class Written:
    """One name of a theme file, such as `--basis-focus-color`, with its value as text and its line, counted from 1."""

    name: str
    value: str
    line: int


def read_css(text: str, file_name: str) -> list[Written] | Problem:
    """Return the custom properties of a style sheet in order, or the first mistake in it."""
    import tinycss2

    found: list[Written] = []
    for rule in tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True):
        if rule.type == "error":
            return _unreadable(file_name, rule.source_line, "CSS")
        if rule.type == "qualified-rule":
            parts = tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True)
            found += [
                Written(part.name, tinycss2.serialize(part.value).strip(), part.source_line)
                for part in parts
                if part.type == "declaration" and part.name.startswith("--")
            ]
    return found


def read_json(text: str, file_name: str) -> list[Written] | Problem:
    """Return the tokens of a JSON file in order, or the first mistake in it."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return _unreadable(file_name, error.lineno, "JSON")
    except RecursionError:
        return _unreadable(file_name, 1, "JSON")
    tokens = [(_from_basis(path), value, line) for path, value, line in _leaves(text)]
    values = {".".join(path): value for path, value, _ in reversed(tokens)}
    return [Written("--" + "-".join(path), _resolved(value, values), line) for path, value, line in tokens]


def _unreadable(file_name: str, line: int, form: str) -> Problem:
    cause = f"Dit bestand is geen {form} die wij kunnen lezen."
    return Problem(file_name, line, "", "T01", cause, "Verander deze regel, of haal het thema opnieuw op.")


def _leaves(text: str) -> Iterator[tuple[tuple[str, ...], str, int]]:
    """Yield path, value and line of each token. Objects only: a list holds no tokens."""
    path: list[str] = []
    name, line, is_value = "", 1, False
    for part in _JSON_PARTS.findall(text):
        if part == "\n":
            line += 1
        elif part in "{[":
            if is_value and name in _VALUE_KEYS:  # a list or a group where one value belongs
                yield tuple(path[1:]), part, line
            path.append(name)
            name, is_value = "", False
        elif part in "}]":
            path.pop()
        elif part in ":,":
            is_value = part == ":"
        elif not is_value:
            name = json.loads(part) if part.startswith('"') else ""
        elif name in _VALUE_KEYS:
            yield tuple(path[1:]), str(json.loads(part)), line


def _from_basis(path: tuple[str, ...]) -> tuple[str, ...]:
    """Leave out the names of the sets in which a theme is kept, such as `common`."""
    return path[path.index("basis") :] if "basis" in path else path


def _resolved(value: str, values: Mapping[str, str]) -> str:
    """Return what a value stands for in the end; itself when that is nowhere, or goes round."""
    last = value
    for _ in range(_LONGEST_CHAIN):
        reference = _REFERENCE.fullmatch(last.strip())
        if reference is None:
            return last
        last = values.get(reference[1].strip(), value)
    return value
