"""The parts of a YAML text: what is refused in them, and the plain values that they become."""

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


class TooMuchError(Exception):
    """A text goes too deep or has too many parts: nothing behind that point is read."""


def _watched(text: str, file: str, refused: list[Problem]) -> Iterator[yaml.Event]:
    """Yield the events of a text, and gather what stands in the stream but not in the tree: anchors, tags, more documents."""
    depth = documents = 0
    for number, event in enumerate(yaml.parse(text, Loader=LOADER)):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                cause = "Hier begint een tweede document in hetzelfde bestand."
                cure = "Zet elk document in een eigen bestand en haal --- weg."
                refused.append(Problem(file, _line(event), "", "Y08", cause, cure))
        if depth > MAX_DEPTH or number > MAX_PARTS:
            refused.append(_too_much(file, _line(event), deep=depth > MAX_DEPTH))
            raise TooMuchError
        if isinstance(event, yaml.NodeEvent) and (event.anchor or getattr(event, "tag", None)) is not None:
            refused += _marks(event, file)
        yield event
    if not documents:
        refused.append(Problem(file, 1, "", "Y02", "Het bestand is leeg.", 'Begin met: format: "ceo-def/1".'))


def _too_much(file: str, line: int, *, deep: bool) -> Problem:
    if deep:
        cause = f"De inhoud is dieper genest dan {MAX_DEPTH} niveaus."
        return Problem(file, line, "", "Y09", cause, "Maak de opbouw vlakker.")
    cause = f"Het bestand heeft meer dan {MAX_PARTS} onderdelen."
    return Problem(file, line, "", "Y13", cause, "Verdeel het over meer bestanden.")


def _line(event: Any) -> int:
    """Return the line where an event starts, counted from 1."""
    return int(event.start_mark.line) + 1


def _marks(event: yaml.NodeEvent, file: str) -> Iterator[Problem]:
    """Yield the problems of an anchor or alias, and of a tag."""
    if event.anchor is not None:
        sign = "*" if isinstance(event, yaml.AliasEvent) else "&"
        cause = f"Hier staat een verwijzing van YAML zelf: {sign}{event.anchor}."
        yield Problem(file, _line(event), "", "Y05", cause, "Schrijf de inhoud voluit.")
    tag = getattr(event, "tag", None)
    if tag is not None:
        cause = f"Hier staat een type met de hand: {tag}."
        yield Problem(file, _line(event), "", "Y07", cause, "Haal het type weg.")


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
    """Turns the events of a text into plain values in one go, and gathers lines and problems on the way.

    `refused` is what may not stand in the stream; then the values mean nothing, and neither do the problems in them.
    """

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.lines: dict[Place, int] = {}
        self.problems: list[Problem] = []
        self.refused: list[Problem] = []
        self._events = _watched(text, file, self.refused)

    def document(self) -> Written:
        """Return the value of the whole text; None when it goes too far to be read to its end."""
        data: Written = None
        try:
            for event in self._events:
                if isinstance(event, yaml.NodeEvent):
                    data = self._value(event, ())
        except TooMuchError:
            return None
        return data

    def _value(self, event: yaml.Event, place: Place) -> Written:
        """Return the value of a node and of everything below it."""
        self.lines.setdefault(place, _line(event))
        if isinstance(event, yaml.ScalarEvent):
            return str(event.value) if event.style else self._plain(event, place)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(place)
        if isinstance(event, yaml.SequenceStartEvent):
            return [self._value(part, (*place, number)) for number, part in enumerate(self._parts())]
        return None  # an alias, which has been refused

    def _parts(self) -> Iterator[yaml.Event]:
        """Yield the first event of each part until the mapping or sequence ends; who takes one reads all of that part."""
        for event in self._events:
            if isinstance(event, yaml.CollectionEndEvent):
                return
            yield event

    def _mapping(self, place: Place) -> Written:
        found: dict[str, Written] = {}
        for event in self._parts():
            key = self._new_key(event, place, found)
            value = next(self._events)
            if key is None:
                self._pass_over(value)
            else:
                inside = (*place, key)
                self.lines[inside] = _line(event)
                found[key] = self._value(value, inside)
        return found

    def _new_key(self, event: yaml.Event, place: Place, found: Mapping[str, Written]) -> str | None:
        """Return the word of a key; None, and a problem, when it cannot be one or was there before."""
        if not isinstance(event, yaml.ScalarEvent):
            cause = "Een sleutel is geen enkel woord."
            self._report(_line(event), place, "Y11", cause, "Gebruik een woord als sleutel.")
            self._pass_over(event)
            return None
        key = str(event.value)
        if key == "<<" and not event.style:
            cause = "Hier worden sleutels samengevoegd (<<)."
            self._report(_line(event), place, "Y06", cause, "Schrijf ze voluit.")
            return None
        if key in found:
            inside = (*place, key)
            cause = f"De sleutel {key} staat er twee keer; de eerste staat op regel {self.lines[inside]}."
            self._report(_line(event), inside, "Y04", cause, "Haal er een weg of geef hem een andere naam.")
            return None
        return key

    def _pass_over(self, event: yaml.Event) -> None:
        """Leave out a node with everything below it."""
        if isinstance(event, yaml.CollectionStartEvent):
            for part in self._parts():
                self._pass_over(part)

    def _plain(self, event: yaml.ScalarEvent, place: Place) -> Written:
        text = str(event.value)
        if text in _WORDS:
            return _WORDS[text]
        if _WHOLE.fullmatch(text):
            return int(text)
        if _FRACTION.fullmatch(text):
            return float(text)
        line = _line(event)
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
