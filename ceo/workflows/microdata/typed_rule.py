r"""A rule as people type it in a form: chosen questions, and lines for groups of answers and for limits of numbers.

A line of a group is `question; code; words; answers`, one of a limit is `question; lowest; highest`, where one of the two may be left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from analysis.microdata.rule import FEWEST_RECORDS, MOST_IDENTIFIERS, AreaGiven, MicrodataFault, MicrodataRule

if TYPE_CHECKING:
    from analysis.microdata.rule import Group, Limits

LARGEST_K: Final = 1000
LARGEST_FEWEST: Final = 300
MOST_LINES: Final = 200
_PARTS_OF_GROUP: Final = 4
_PARTS_OF_LIMITS: Final = 3
_MOST_DIGITS: Final = 6
_WHOLE: Final = 100  # percent


@dataclass(frozen=True, slots=True)
class TypedRule:
    """What was typed, as text. `largest_suppressed` is a percentage (0-100), with a comma or a point."""

    variables: tuple[str, ...]
    quasi_identifiers: str
    k: str
    largest_suppressed: str
    coarsenings: str
    limits: str
    area: str
    fewest_municipalities: str


def read_rule(typed: TypedRule) -> MicrodataRule | tuple[MicrodataFault, ...]:
    """Return the rule, or everything that cannot be read. What is wrong for the questions of an edition is told when it is agreed on."""
    identifiers = tuple(typed.quasi_identifiers.replace(",", " ").split())
    faults = [*_chosen_faults(typed, identifiers)]
    numbers = {
        "k": _number(typed.k, FEWEST_RECORDS, LARGEST_K),
        "largest_suppressed": _share(typed.largest_suppressed),
        "fewest_municipalities": _number(typed.fewest_municipalities, 2, LARGEST_FEWEST),
    }
    faults += [MicrodataFault(name, *_NUMBERS[name]) for name, number in numbers.items() if number is None]
    coarsenings, limits = _groups(typed.coarsenings), _limits(typed.limits)
    faults += [one for part in (coarsenings, limits) if isinstance(part, tuple) for one in part]
    if faults:
        return tuple(faults)
    return MicrodataRule(
        variables=typed.variables,
        quasi_identifiers=identifiers,
        coarsenings=coarsenings,
        limits=limits,
        area=AreaGiven(typed.area),
        **_known(numbers),
    )


_NUMBERS: Final = {
    "k": ("Dit is geen goed aantal.", f"Vul een heel getal in van {FEWEST_RECORDS} tot en met {LARGEST_K}."),
    "largest_suppressed": ("Dit is geen percentage.", "Vul een getal in van 0 tot en met 100, zoals 5 of 2,5."),
    "fewest_municipalities": (
        "Dit is geen goed aantal.",
        f"Vul een heel getal in van 2 tot en met {LARGEST_FEWEST}.",
    ),
}


def _known(numbers: dict[str, Any]) -> dict[str, Any]:
    return {name: number for name, number in numbers.items() if number is not None}


def _chosen_faults(typed: TypedRule, identifiers: tuple[str, ...]) -> Iterator[MicrodataFault]:
    if not typed.variables:
        yield MicrodataFault("variables", "Er is geen vraag gekozen.", "Kies minstens één vraag die meegaat.")
    if not 0 < len(identifiers) < MOST_IDENTIFIERS:
        cause = f"Hier staan {len(identifiers)} vragen."
        yield MicrodataFault("quasi_identifiers", cause, f"Noem er 1 tot en met {MOST_IDENTIFIERS - 1}.")
    if typed.area not in set(AreaGiven):
        yield MicrodataFault("area", "Dit gebied kennen wij niet.", "Kies er een uit de lijst.")


def _groups(text: str) -> dict[str, tuple[Group, ...]] | tuple[MicrodataFault, ...]:
    from analysis.microdata.rule import Group

    found, wrong = dict[str, tuple[Group, ...]](), list[int]()
    lines = _lines(text, _PARTS_OF_GROUP)
    for place, parts in lines:
        name, code, label, answers = parts or ("", "", "", "")
        codes = tuple(answers.replace(",", " ").split())
        if name and code and label and codes:
            found[name] = (*found.get(name, ()), Group(code=code, label=label, codes=codes))
        else:
            wrong.append(place)
    return _unreadable("coarsenings", wrong, "vraag; code; naam; antwoorden", lines) or found


def _limits(text: str) -> dict[str, Limits] | tuple[MicrodataFault, ...]:
    from analysis.microdata.rule import Limits

    found, wrong = dict[str, Limits](), list[int]()
    lines = _lines(text, _PARTS_OF_LIMITS)
    for place, parts in lines:
        name, *ends = parts or ("", "", "")
        bottom, top = (_number(end, 0, 10**_MOST_DIGITS) if end else None for end in ends)
        read = [number is not None for number in (bottom, top)] == [bool(end) for end in ends]
        ordered = bottom is None or top is None or bottom < top
        if name and name not in found and any(ends) and read and ordered:
            found[name] = Limits(bottom=bottom, top=top)
        else:
            wrong.append(place)
    return _unreadable("limits", wrong, "vraag; laagste; hoogste", lines) or found


def _lines(text: str, number: int) -> list[tuple[int, list[str] | None]]:
    """Return the lines that are not empty, each with its place from 1 and its parts; None when there are not so many parts."""
    lines = [(place, line) for place, line in enumerate(text.splitlines(), 1) if line.strip()]
    split = [(place, [part.strip() for part in line.split(";")]) for place, line in lines]
    return [
        (place, parts if len(parts) == number and all(map(str.isprintable, parts)) else None) for place, parts in split
    ]


def _unreadable(where: str, wrong: list[int], form: str, lines: list[Any]) -> tuple[MicrodataFault, ...]:
    if len(lines) > MOST_LINES:
        return (MicrodataFault(where, f"Dit zijn {len(lines)} regels.", f"Schrijf er hoogstens {MOST_LINES}."),)
    if not wrong:
        return ()
    cause = f"Dit kunnen wij niet lezen: regel {', '.join(map(str, wrong))}."
    return (MicrodataFault(where, cause, f"Schrijf elke regel zo: {form}."),)


def _number(text: str, least: int, most: int) -> int | None:
    """Return a whole number within limits; None when it is none."""
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(most))):
        return None
    return int(text) if least <= int(text) <= most else None


def _share(text: str) -> float | None:
    """Return a percentage as a share from 0 to 1; None when it is none."""
    whole, _, rest = text.replace(",", ".").partition(".")
    if not (whole.isascii() and whole.isdecimal() and len(whole) <= _MOST_DIGITS):
        return None
    if rest and not (rest.isascii() and rest.isdecimal() and len(rest) <= _MOST_DIGITS):
        return None
    percentage = float(f"{whole}.{rest or 0}")
    return percentage / _WHOLE if percentage <= _WHOLE else None
