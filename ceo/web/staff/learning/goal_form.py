"""The form of a goal: what was typed about an aim, an indicator with its path, or a measure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

from analysis.results import SHARES, Measure
from ceo.storage.goals import Goal
from ceo.web.languages import N_
from ceo.web.staff.learning.action_form import LONGEST_OWNER
from ceo.web.staff.learning.figure_choice import FigureChoice, key_of
from ceo.web.staff.learning.typed import (
    LONGEST_LINE,
    LONGEST_TEXT,
    NO_DAY,
    NO_TITLE,
    TOO_LONG,
    Form,
    day_of,
    line,
    lines,
    number_of,
)
from ceo.workflows.learning.actions import baseline_of
from ceo.workflows.learning.goals import GoalKind, Target, Wanted, path_of
from ceo.workflows.learning.results import Result
from questionnaires.scales import Polarity

MOST_TARGETS: Final = 6
AS_MEASURED: Final = ""  # the direction of good that belongs to the figure
_LARGEST: Final = 100.0
_LARGEST_OTHER: Final = 999_999.0
_ONE_LINE: Final = ("titel", "wie", "onder", "cijfer", "richting", "ruimte", "opnieuw")
_SEVERAL_LINES: Final = ("tekst", "middelen")

_NO_PARENT: Final = N_("Kies waar dit bij hoort.")
_LONG_OWNER: Final = N_("Gebruik hoogstens 120 tekens.")
_NO_FIGURE: Final = N_("Kies een cijfer uit de lijst.")
_NO_DIRECTION: Final = N_("Kies of hoger of lager beter is, of geen van beide.")
_NO_TARGET: Final = N_("Vul minstens één dag in met het cijfer dat u dan wilt.")
_NO_NUMBER: Final = N_("Vul een getal in dat bij het cijfer past, zoals 72,5.")
_ORDER: Final = N_("Zet de dagen op volgorde. Elke dag komt één keer voor.")
_ALL_PAST: Final = N_(
    "Alle dagen van het pad zijn voorbij. Dan is er niets meer om naartoe te werken: kies een dag die nog komt."
)
_ROOM_AROUND: Final = N_(
    "U koos dat hoger en lager geen van beide beter zijn. Dan moet er ruimte zijn: een cijfer ligt nooit precies op het doel. "
    "Vul een getal boven 0 in, zoals 2."
)
_NO_ROOM: Final = N_("Vul in hoeveel het cijfer ernaast mag liggen, zoals 2. Mag dat niet, vul dan 0 in.")


@dataclass(frozen=True, slots=True)
class Setting:
    """What a goal is checked against: its kind, what it may hang on, the figures to choose from, the day, and the path it has."""

    kind: GoalKind
    parents: Mapping[str, str]
    choice: FigureChoice
    today: date
    kept: tuple[Target, ...] = ()


def row_fields() -> Iterator[tuple[str, str]]:
    """Yield the names of the fields of each target: of its day and of its figure."""
    for number in range(1, MOST_TARGETS + 1):
        yield f"dag-{number}", f"doel-{number}"


def typed_of(row: Goal) -> dict[str, str]:
    """Return a goal as it is typed."""
    baseline = baseline_of(row)
    scale = _scale(baseline)
    typed = {
        "titel": row.title,
        "wie": row.owner,
        "onder": row.parent_id or "",
        "cijfer": key_of(baseline) if baseline is not None else "",
        "richting": row.polarity,
        "ruimte": _written(row.tolerance * scale),
        "opnieuw": "",
        "tekst": row.text,
        "middelen": row.means,
    }
    targets = path_of(row)
    for number, (day, value) in enumerate(row_fields()):
        there = targets[number] if number < len(targets) else None
        typed[day] = there.day.isoformat() if there is not None else ""
        typed[value] = _written(there.value * scale) if there is not None else ""
    return typed


def empty(parent_id: str) -> dict[str, str]:
    """Return a form in which nothing was typed yet."""
    fields = (*_ONE_LINE, *_SEVERAL_LINES, *(name for pair in row_fields() for name in pair))
    return {**dict.fromkeys(fields, ""), "onder": parent_id, "ruimte": "0"}


def read_typed(form: Form) -> dict[str, str]:
    """Return what a posted form holds."""
    names = (*_ONE_LINE, *(name for pair in row_fields() for name in pair))
    return {**{name: line(form, name) for name in names}, **{name: lines(form, name) for name in _SEVERAL_LINES}}


def read_goal(typed: Mapping[str, str], setting: Setting) -> tuple[Wanted | None, dict[str, str]]:
    """Return what is to be kept, or None with everything that is wrong by field."""
    faults: dict[str, str] = {}
    if not 0 < len(typed["titel"]) <= LONGEST_LINE:
        faults["titel"] = NO_TITLE
    faults |= {name: TOO_LONG for name in _SEVERAL_LINES if len(typed[name]) > LONGEST_TEXT}
    if len(typed["wie"]) > LONGEST_OWNER:
        faults["wie"] = _LONG_OWNER
    if setting.kind is not GoalKind.AIM and typed["onder"] not in setting.parents:
        faults["onder"] = _NO_PARENT
    wanted = Wanted(
        kind=setting.kind,
        title=typed["titel"],
        parent_id=typed["onder"] if setting.kind is not GoalKind.AIM else None,
        text=typed["tekst"],
        owner=typed["wie"],
        means=typed["middelen"],
    )
    if setting.kind is GoalKind.INDICATOR:
        wanted = _with_path(typed, setting, wanted, faults)
    return (None, faults) if faults else (wanted, {})


def _with_path(typed: Mapping[str, str], setting: Setting, wanted: Wanted, faults: dict[str, str]) -> Wanted:
    """Return a goal with its figure and its path; what is wrong is added to the faults."""
    baseline = setting.choice.result(typed["cijfer"], newest=bool(typed["opnieuw"]))
    if baseline is None:
        faults["cijfer"] = _NO_FIGURE
    path = _read_path(typed, baseline, faults)
    if path and path != setting.kept and path[-1].day < setting.today:
        faults.setdefault("dag-1", _ALL_PAST)
    room = number_of(typed["ruimte"])
    if room is None or room > _largest(baseline):
        faults["ruimte"] = _NO_ROOM
    polarity = typed["richting"]
    if polarity not in {AS_MEASURED, *Polarity}:
        faults["richting"] = _NO_DIRECTION
    elif room is not None and room <= 0 and _neither(polarity, baseline):
        faults["ruimte"] = _ROOM_AROUND
    if faults or baseline is None or room is None:
        return wanted
    return Wanted(
        kind=wanted.kind,
        title=wanted.title,
        parent_id=wanted.parent_id,
        text=wanted.text,
        owner=wanted.owner,
        means=wanted.means,
        baseline=baseline,
        polarity=Polarity(polarity) if polarity else baseline.polarity,
        path=path,
        tolerance=room / _scale(baseline),
    )


def _neither(polarity: str, baseline: Result | None) -> bool:
    """Return whether neither high nor low is good, as chosen or as it belongs to the figure."""
    return (polarity or (baseline.polarity if baseline is not None else "")) == Polarity.NONE


def _read_path(typed: Mapping[str, str], baseline: Result | None, faults: dict[str, str]) -> tuple[Target, ...]:
    path: list[Target] = []
    for day_field, value_field in row_fields():
        if not typed[day_field] and not typed[value_field]:
            continue
        day, value = day_of(typed[day_field]), number_of(typed[value_field])
        if day is None:
            faults[day_field] = NO_DAY
        if value is None or value > _largest(baseline):
            faults[value_field] = _NO_NUMBER
        elif day is not None:
            path.append(Target(day, value / _scale(baseline)))
    if any(one.day >= other.day for one, other in pairwise(path)):
        faults["dag-1"] = _ORDER
    if not path and not any(name in faults for pair in row_fields() for name in pair):
        faults["dag-1"] = _NO_TARGET
    return tuple(path)


def _scale(baseline: Result | None) -> float:
    """Return by what a figure is multiplied before people see it: shares are percentages."""
    return 100.0 if baseline is not None and baseline.measure in SHARES else 1.0


def _largest(baseline: Result | None) -> float:
    on_scale = baseline is None or baseline.measure in SHARES or baseline.measure is Measure.SCORE
    return _LARGEST if on_scale else _LARGEST_OTHER


def _written(number: float) -> str:
    return f"{number:.4f}".rstrip("0").rstrip(".").replace(".", ",")
