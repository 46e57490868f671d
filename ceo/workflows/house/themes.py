"""The theme of a municipality: the colours, the font and the rounding of its pages, from a theme of the NL Design System.

A theme comes as CSS with custom properties or as JSON with design tokens. Of the hundreds of names in it only those of `DEFAULTS` are
taken, and only as plain values, which are written anew: whatever stands in the file, what comes out is `#rrggbb`, a length, or known fonts.
Codes: T.. of a theme.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from ceo.workflows.house.theme_files import Written, read_css, read_json
from questionnaires.problems import Problem
from questionnaires.strict_yaml import SHOWN

RADIUS: Final = "--basis-form-control-border-radius"
FONTS: Final = "--basis-text-font-family-default"
# What a municipality can choose, with the look of who chooses nothing. All others are colours.
DEFAULTS: Final[Mapping[str, str]] = {
    "--basis-color-default-bg-document": "#ffffff",
    "--basis-color-default-color-document": "#1b1b1f",
    "--basis-color-default-color-subtle": "#4a4a55",
    "--basis-color-default-border-default": "#6b6b78",
    "--basis-color-action-1-inverse-bg-default": "#0b5a8c",
    "--basis-color-action-1-inverse-bg-hover": "#08456b",
    "--basis-color-action-1-inverse-color-default": "#ffffff",
    "--basis-color-action-1-bg-subtle": "#e8f1f7",
    "--basis-color-action-1-color-default": "#0b5a8c",
    "--basis-color-negative-color-default": "#a8201a",
    "--basis-color-warning-bg-subtle": "#fff3d6",
    "--basis-color-warning-border-default": "#8a6100",
    "--basis-focus-background-color": "#ffdd00",
    "--basis-focus-color": "#1b1b1f",
    FONTS: 'system-ui, -apple-system, "Segoe UI", "Noto Sans", sans-serif',
    RADIUS: "0.25rem",
}
# A theme with all tokens of the community is half a million signs.
_LARGEST: Final = 1_000_000
_WIDEST: Final[Mapping[str, float]] = {"rem": 1.5, "px": 24.0}
_COLOUR_FUNCTIONS: Final = frozenset({"rgb", "rgba", "hsl", "hsla"})
_GENERIC: Final = ("system-ui", "sans-serif", "serif")
# Fonts that devices have: nothing is fetched from elsewhere.
_FAMILIES: Final = (
    "-apple-system",
    "Arial",
    "Aptos",
    "Calibri",
    "Cambria",
    "Candara",
    "Corbel",
    "DejaVu Sans",
    "Georgia",
    "Helvetica",
    "Helvetica Neue",
    "Liberation Sans",
    "Lucida Grande",
    "Noto Sans",
    "Noto Serif",
    "Open Sans",
    "Palatino",
    "Roboto",
    "Segoe UI",
    "Tahoma",
    "Times New Roman",
    "Trebuchet MS",
    "Ubuntu",
    "Verdana",
)
_KNOWN: Final = {name.lower(): name for name in (*_FAMILIES, *_GENERIC)}


@dataclass(frozen=True, slots=True)
class Theme:
    """Plain values by name, those of `DEFAULTS` that the municipality chose. `passed_over`: how many other names the file had."""

    tokens: Mapping[str, str] = field(default_factory=dict)
    passed_over: int = 0

    @property
    def values(self) -> Mapping[str, str]:
        """Return the value of every name, chosen or not."""
        return {**DEFAULTS, **self.tokens}


def read_theme(text: str, file_name: str) -> Theme | list[Problem]:
    """Return the theme in a file (JSON by its ending, otherwise CSS), or every mistake in what would be taken from it."""
    if len(text) > _LARGEST:
        cause = f"Het bestand is te groot: {len(text)} tekens, en hoogstens {_LARGEST} mag."
        return [Problem(file_name, 1, "", "T01", cause, "Geef alleen het deel met de namen die beginnen met --basis-.")]
    read = read_json if file_name.lower().endswith(".json") else read_css
    written = read(text, file_name)
    if isinstance(written, Problem):
        return [written]
    return _taken(written, file_name)


def stored_theme(tokens: Mapping[str, str]) -> Theme:
    """Return a theme that was kept. Names and values that this version of the software would not take are left out."""
    plain = {name: plain_value(name, text) for name, text in tokens.items()}
    return Theme({name: value for name, value in plain.items() if value is not None})


def plain_value(name: str, text: str) -> str | None:
    """Return the value of a name, written anew; None for an unknown name, and for all that is not plain.

    >>> plain_value("--basis-focus-color", "RGB(11 90 140)"), plain_value("--basis-focus-color", "var(--rood)")
    ('#0b5a8c', None)
    >>> plain_value(RADIUS, " 4px "), plain_value(RADIUS, "999px")
    ('4px', None)
    >>> plain_value(FONTS, "'open sans', arial")
    '"Open Sans", Arial, sans-serif'
    """
    if name not in DEFAULTS:
        return None
    import tinycss2

    parts = list(tinycss2.parse_component_value_list(text, skip_comments=True))
    if name == FONTS:
        return _plain_fonts(parts)
    solid = [part for part in parts if part.type != "whitespace"]
    if len(solid) != 1:
        return None
    return _plain_length(solid[0]) if name == RADIUS else _plain_colour(solid[0])


def _taken(written: Iterable[Written], file_name: str) -> Theme | list[Problem]:
    tokens: dict[str, str] = {}
    problems: list[Problem] = []
    passed_over = 0
    for one in written:
        if one.name not in DEFAULTS:
            passed_over += 1
            continue
        value = plain_value(one.name, one.value)
        if value is None:
            problems.append(_refused(one, file_name))
        elif tokens.setdefault(one.name, value) != value:
            problems.append(_twice(one, file_name, tokens[one.name], value))
    if not tokens and not problems:
        cause = "In dit bestand staat geen naam die wij kennen."
        cure = f"De namen zijn die van het NL Design System, zoals {next(iter(DEFAULTS))}."
        problems.append(Problem(file_name, 1, "", "T02", cause, cure))
    return sorted(problems) or Theme(tokens, passed_over)


def _refused(one: Written, file_name: str) -> Problem:
    shown = one.value if len(one.value) <= SHOWN else f"{one.value[:SHOWN]}…"
    kinds = {
        FONTS: ("T05", "rij van bekende lettertypen", f"Kies uit: {', '.join(_KNOWN.values())}."),
        RADIUS: ("T04", "kleine maat", "Schrijf een maat van 0 tot 1.5rem of 24px, zoals 4px."),
    }
    colour = (
        "T03",
        "gewone kleur",
        "Schrijf de kleur uit, zoals #0b5a8c of rgb(11 90 140), zonder doorzicht en zonder var() of url().",
    )
    code, kind, cure = kinds.get(one.name, colour)
    return Problem(file_name, one.line, one.name, code, f"Dit is geen {kind}: {shown.strip() or 'niets'}.", cure)


def _twice(one: Written, file_name: str, first: str, second: str) -> Problem:
    cause = f"Deze naam staat er twee keer, als {first} en als {second}."
    return Problem(file_name, one.line, one.name, "T06", cause, "Geef een bestand met één kleurenschema: het lichte.")


def _plain_colour(part: Any) -> str | None:
    from tinycss2.color4 import parse_color

    if part.type not in {"ident", "hash", "function"}:
        return None
    if part.type == "function" and (part.lower_name not in _COLOUR_FUNCTIONS or not _only_numbers(part.arguments)):
        return None
    colour = parse_color(part)
    if colour is None or isinstance(colour, str) or colour.alpha < 1:
        return None
    channels = colour.to("srgb").coordinates
    return "#" + "".join(f"{round(255 * min(1.0, max(0.0, channel))):02x}" for channel in channels)


def _only_numbers(arguments: Iterable[Any]) -> bool:
    """Tell whether a function of a colour holds finite numbers and what parts them, and nothing that is looked up elsewhere."""
    for part in arguments:
        is_number = part.type in {"number", "percentage", "dimension"} and math.isfinite(part.value)
        is_between = part.type == "whitespace" or (part.type == "literal" and part.value in {",", "/"})
        if not is_number and not is_between:
            return False
    return True


def _plain_length(part: Any) -> str | None:
    if part.type == "number" and part.value == 0:
        return "0"
    if part.type != "dimension" or not 0 <= part.value <= _WIDEST.get(part.lower_unit, -1):
        return None
    return f"{round(part.value, 4):g}{part.lower_unit}"


def _plain_fonts(parts: Iterable[Any]) -> str | None:
    names = list(_font_names(parts))
    if not all(name in _KNOWN for name in names):
        return None
    last = [] if names[-1] in _GENERIC else ["sans-serif"]
    return ", ".join(_quoted(_KNOWN[name]) for name in (*names, *last))


def _font_names(parts: Iterable[Any]) -> Iterator[str]:
    """Yield the names between the commas in small letters: words, or one text in quotes. What is neither gives an unknown name."""
    words: list[str] = []
    for part in parts:
        if part == ",":
            yield " ".join(words)
            words = []
        elif part.type in {"ident", "string"}:
            words.append(part.value.lower())
        elif part.type != "whitespace":
            words.append("?")
    yield " ".join(words)


def _quoted(name: str) -> str:
    return f'"{name}"' if " " in name else name
