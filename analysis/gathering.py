"""Gathering: stored submissions and their codebook become a data set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from analysis.dataset import FIRST_CODE, MISSING_CODES, NOT_ASKED, VALID, Dataset, assemble
from analysis.design import Stratum
from analysis.plan import NOT_COUNTED, ChoicesItem, NumberItem, ScaleItem, plan_of
from analysis.reading.encoding import Encoded, Findings, code_numbers, make_columns, stratum_problems
from questionnaires.answers import JsonAnswers, Missing
from questionnaires.codebook import Codebook
from questionnaires.problems import Problem

_FILE = "inzendingen"
_Entry: TypeAlias = Mapping[str, str | int | list[str]]
_SWITCH = "Kies het codeboek van de versie die is ingevuld."


@dataclass(frozen=True, slots=True)
class Record:
    """One submission: the name of its stratum and its answers as they are stored.

    `composites` are those that exist for the version that was filled in; None for all of them.
    """

    stratum: str
    answers: JsonAnswers
    composites: frozenset[str] | None = None


def gather(records: Iterable[Record], codebook: Codebook, strata: Sequence[Stratum]) -> Dataset | tuple[Problem, ...]:
    """Return the data set of submissions to one published version, or everything that does not fit.

    An item without an entry was not asked. Composites are computed per respondent. Each respondent stands for the
    population of the stratum divided by its respondents.
    """
    plan = plan_of(codebook)
    listed = tuple(records)
    findings = Findings(_FILE, range(1, len(listed) + 1))
    numbers = {stratum.name: number for number, stratum in enumerate(strata)}
    counts: dict[str, int] = {}
    for row, record in enumerate(listed):
        counts[record.stratum] = counts.get(record.stratum, 0) + 1
        if record.stratum not in numbers:
            cause = f"Het stratum {record.stratum} bestaat niet."
            findings.add(row, "stratum", "A11", cause, "Voeg het stratum toe of verbeter de naam.")
    _check_entries(listed, codebook, findings)
    encoded = {name: _encode(listed, name, item, findings) for name, item in plan.items.items()}
    problems = (*findings.problems(), *stratum_problems(strata, counts, "strata", range(1, len(strata) + 1)))
    if problems or not listed:
        return problems or (_no_records(),)
    stratum = np.array([numbers[record.stratum] for record in listed], dtype=np.int32)
    applies = {
        name: np.array([record.composites is None or name in record.composites for record in listed])
        for name in plan.composites
    }
    return assemble(make_columns(plan, encoded, applies=applies), strata, stratum)


def _no_records() -> Problem:
    return Problem(_FILE, 1, "", "A10", "Er zijn nog geen inzendingen.", "Wacht tot de eerste inzending er is.")


def _check_entries(records: Sequence[Record], codebook: Codebook, findings: Findings) -> None:
    """Note answers to other items, or to other versions of items, than those of the codebook."""
    versions = {variable.item: variable.version for variable in codebook.variables}
    told = {variable.item for variable in codebook.variables if variable.kind in NOT_COUNTED}
    for row, record in enumerate(records):
        for item, entry in record.answers.items():
            if item not in versions:
                findings.add(row, item, "A14", f"De vraag {item} staat niet in het codeboek.", _SWITCH)
            elif item not in told and entry.get("version") != versions[item]:
                cause = f"Versie {entry.get('version')} van {item} is niet versie {versions[item]} van het codeboek."
                findings.add(row, item, "A15", cause, _SWITCH)


def _encode(
    records: Sequence[Record], name: str, item: ScaleItem | ChoicesItem | NumberItem, findings: Findings
) -> Encoded:
    entries = [record.answers.get(name) for record in records]
    if isinstance(item, NumberItem):
        return _encode_numbers(entries, name, item, findings)
    if isinstance(item, ChoicesItem):
        return _encode_choices(entries, name, item, findings)
    numbers = code_numbers(item)
    codes = np.full((1, len(entries)), NOT_ASKED, dtype=np.int8)
    for row, entry in enumerate(entries):
        if entry is None:
            continue
        value = entry.get("value")
        # A grade is stored as a whole number; its code is that number in text.
        code = _reason(entry) if value is None else numbers.get(str(value))
        codes[0, row] = _known(code, row, name, value, findings)
    return Encoded(codes=codes)


def _encode_choices(entries: Sequence[_Entry | None], name: str, item: ChoicesItem, findings: Findings) -> Encoded:
    """Return one row an option: no or yes for those who answered, the same reason in all rows for those who did not."""
    places = {code: place for place, code in enumerate(item.codes)}
    codes = np.full((len(places), len(entries)), NOT_ASKED, dtype=np.int8)
    for row, entry in enumerate(entries):
        if entry is None:
            continue
        value = entry.get("value")
        if not isinstance(value, list):
            code = _reason(entry) if value is None else None
            codes[:, row] = _known(code, row, name, value, findings)
            continue
        codes[:, row] = FIRST_CODE
        for chosen in value:
            if chosen in places:
                codes[places[chosen], row] = FIRST_CODE + 1
            else:
                _known(None, row, name, chosen, findings)
    return Encoded(codes=codes)


def _encode_numbers(entries: Sequence[_Entry | None], name: str, item: NumberItem, findings: Findings) -> Encoded:
    values = np.zeros(len(entries))
    status = np.full(len(entries), NOT_ASKED, dtype=np.int8)
    low = -np.inf if item.minimum is None else item.minimum
    high = np.inf if item.maximum is None else item.maximum
    for row, entry in enumerate(entries):
        if entry is None:
            continue
        value = entry.get("value")
        if isinstance(value, int) and low <= value <= high:
            values[row], status[row] = value, VALID
            continue
        code = _reason(entry) if value is None else None
        status[row] = _known(code, row, name, value, findings)
    return Encoded(values=values, status=status)


def _reason(entry: _Entry) -> int | None:
    reason = entry.get("missing")
    return MISSING_CODES[Missing(reason)] if reason in set(Missing) else None


def _known(code: int | None, row: int, name: str, value: object, findings: Findings) -> int:
    """Return the code, or note that this answer does not exist."""
    if code is None:
        shown = "zonder antwoord en zonder reden" if value is None else f"{value}"
        findings.add(
            row,
            name,
            "A16",
            f"Het antwoord {shown} bestaat niet bij {name}.",
            "Controleer de opgeslagen antwoorden.",
        )
        return NOT_ASKED
    return code
