"""The nodes of a YAML text: what is refused in them, and the plain values that they become."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import yaml

from questionnaires.problems import Problem

LOADER: type[yaml.SafeLoader | yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# Far more than any definition needs, and little enough to be read in seconds: who may upload a file may upload a wrong one.
MAX_DEPTH = 24
MAX_CHARACTERS = 2_000_000
MAX_PARTS = 200_000

Written: TypeAlias = "dict[str, Written] | list[Written] | str | int | float | bool | None"
Place: TypeAlias = tuple[str | int, ...]


def show_place(place: Place) -> str:
    """Return a place as people write it.

    >>> show_place(("pages", 2, "show_if"))
    'pages[2].show_if'
    """
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place).removeprefix(".")


def find_size(text: str, file: str) -> Iterator[Problem]:
    """Yield a problem at the line where a text becomes too long."""
    if len(text) > MAX_CHARACTERS:
        cause = f"Het bestand is te groot: {len(text)} tekens, en hoogstens {MAX_CHARACTERS} mag."
        yield Problem(
            file, text.count("\n", 0, MAX_CHARACTERS) + 1, "", "Y13", cause, "Verdeel het over meer bestanden."
        )


def find_tabs(text: str, file: str) -> Iterator[Problem]:
    """Yield a problem for every line that is indented with a tab."""
    for number, line in enumerate(text.split("\n"), start=1):
        if re.match(r" *\t", line):
            cause = "Deze regel begint met een tab."
            yield Problem(file, number, "", "Y03", cause, "Spring in met spaties.")


def find_structure(text: str, file: str) -> Iterator[Problem]:
    """Yield what stands in the stream but not in the tree: anchors, tags, documents, depth, and too many parts."""
    depth = documents = 0
    for number, event in enumerate(yaml.parse(text, Loader=LOADER)):
        line = _line(event)
        documents += isinstance(event, yaml.DocumentStartEvent)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.DocumentStartEvent) and documents > 1:
            cause = "Hier begint een tweede document in hetzelfde bestand."
            yield Problem(file, line, "", "Y08", cause, "Zet elk document in een eigen bestand en haal --- weg.")
        if isinstance(event, yaml.CollectionStartEvent) and depth > MAX_DEPTH:
            cause = f"De inhoud is dieper genest dan {MAX_DEPTH} niveaus."
            yield Problem(file, line, "", "Y09", cause, "Maak de opbouw vlakker.")
            return
        if number > MAX_PARTS:
            cause = f"Het bestand heeft meer dan {MAX_PARTS} onderdelen."
            yield Problem(file, line, "", "Y13", cause, "Verdeel het over meer bestanden.")
            return
        yield from _marks(event, file, line)
    if not documents:
        yield Problem(file, 1, "", "Y02", "Het bestand is leeg.", 'Begin met: format: "ceo-def/1".')


def _line(part: Any) -> int:
    """Return the line where an event or a node starts, counted from 1."""
    return int(part.start_mark.line) + 1


def _marks(event: yaml.Event, file: str, line: int) -> Iterator[Problem]:
    anchor = getattr(event, "anchor", None)
    if anchor is not None:
        sign = "*" if isinstance(event, yaml.AliasEvent) else "&"
        cause = f"Hier staat een verwijzing van YAML zelf: {sign}{anchor}."
        yield Problem(file, line, "", "Y05", cause, "Schrijf de inhoud voluit.")
    tag = getattr(event, "tag", None)
    if tag is not None:
        yield Problem(file, line, "", "Y07", f"Hier staat een type met de hand: {tag}.", "Haal het type weg.")


def syntax_problem(error: yaml.YAMLError, text: str, file: str) -> Problem:
    """Return the problem of a text that is no YAML at all."""
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        line, detail = error.problem_mark.line + 1, error.problem
    else:
        assert isinstance(error, yaml.reader.ReaderError), "what is not misplaced is unreadable"
        line, detail = text.count("\n", 0, error.position) + 1, error.reason
    cause = f"Dit is geen geldige YAML ({detail})."
    cure = "Kijk naar het inspringen, de dubbele punten, de haakjes en de aanhalingstekens op of net boven deze regel."
    return Problem(file, line, "", "Y02", cause, cure)


_WORDS: Mapping[str, Written] = {"null": None, "": None, "true": True, "false": False}
_OTHER_WORDS = re.compile(r"~|null|true|false", re.IGNORECASE)
# At most 15 digits, which every reader of numbers keeps exactly.
_WHOLE = re.compile(r"(?!-0)-?(0|[1-9][0-9]{0,14})")
# No zeros at the end: 1.10 would come back as 1.1.
_FRACTION = re.compile(r"-?(0|[1-9][0-9]{0,6})\.([0-9]|[0-9]{1,7}[1-9])")
# What any version of YAML would take for a number: signs, leading zeros, powers, other bases, underscores, infinity.
_NUMBER_LIKE = re.compile(
    r"[-+]?(\.?[0-9][0-9_]*(\.[0-9_]*)?(e[-+]?[0-9]+)?|0x[0-9a-f_]+|0o[0-7_]+|0b[01_]+|\.inf)|\.nan", re.IGNORECASE
)


class Build:
    """Turns nodes into plain values, and gathers lines and problems on the way."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[Place, int] = {}
        self.problems: list[Problem] = []

    def value(self, node: yaml.Node, place: Place) -> Written:
        """Return the value of a node and of everything below it."""
        self.lines.setdefault(place, _line(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(part, (*place, number)) for number, part in enumerate(node.value)]
        assert isinstance(node, yaml.ScalarNode), "YAML knows mappings, sequences and scalars"
        return str(node.value) if node.style else self._plain(node, place)

    def _mapping(self, node: yaml.MappingNode, place: Place) -> Written:
        found: dict[str, Written] = {}
        for key_node, value_node in node.value:
            line = _line(key_node)
            if not isinstance(key_node, yaml.ScalarNode):
                self._report(line, place, "Y11", "Een sleutel is geen enkel woord.", "Gebruik een woord als sleutel.")
                continue
            key = key_node.value
            if key == "<<" and not key_node.style:
                self._report(line, place, "Y06", "Hier worden sleutels samengevoegd (<<).", "Schrijf ze voluit.")
            elif key in found:
                first = self.lines[*place, key]
                cause = f"De sleutel {key} staat er twee keer; de eerste staat op regel {first}."
                self._report(line, (*place, key), "Y04", cause, "Haal er een weg of geef hem een andere naam.")
            else:
                self.lines[*place, key] = line
                found[key] = self.value(value_node, (*place, key))
        return found

    def _plain(self, node: yaml.ScalarNode, place: Place) -> Written:
        text, line = str(node.value), _line(node)
        if text in _WORDS:
            return _WORDS[text]
        if _WHOLE.fullmatch(text):
            return int(text)
        if _FRACTION.fullmatch(text):
            return float(text)
        if _NUMBER_LIKE.fullmatch(text):
            cause = f"{text} kan als een ander getal worden gelezen dan u bedoelt."
            cure = f'Zet dit tussen aanhalingstekens: "{text}". Of schrijf het als gewoon getal.'
            self._report(line, place, "Y10", cause, cure)
        elif _OTHER_WORDS.fullmatch(text):
            cause = f"{text} kan een woord of een waarde zijn."
            cure = f'Schrijf null, true of false. Of zet dit tussen aanhalingstekens: "{text}".'
            self._report(line, place, "Y12", cause, cure)
        return text

    def _report(self, line: int, place: Place, code: str, cause: str, cure: str) -> None:
        self.problems.append(Problem(self.file, line, show_place(place), code, cause, cure))
