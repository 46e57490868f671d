"""Questions of an XLSForm become items, with the texts of their other languages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from string import ascii_uppercase
from typing import Final, cast

from questionnaires.exchange.xlsform.choices import Scales
from questionnaires.exchange.xlsform.form import Form, FormRow
from questionnaires.exchange.xlsform.languages import SOURCE, Languages
from questionnaires.exchange.xlsform.limits import day_bounds, number_bounds
from questionnaires.exchange.xlsform.row_kinds import RowKind
from questionnaires.exchange.xlsform.trees import Asked, Kind
from questionnaires.exchange.xlsform.wording import MAX_TEXT, held_texts, short_title
from questionnaires.yaml_nodes import Written

LONGEST_ANSWER: Final = 200  # characters of a short text

DOMAIN: Final = "profiel"  # a form does not say what a question measures
UNIT: Final = "keer"  # a form says no unit

# XLA01, XLA02 and so on: more than a form has rows.
_IDS: Final = tuple(
    f"X{second}{third}{number:02}"
    for second, third, number in product(ascii_uppercase[11:], ascii_uppercase, range(1, 100))
)
_FITTING: Final = re.compile(r"[A-Z]{3}[0-9]{2}")
_CONSTRAINT: Final = ("bind", "constraint")


@dataclass(slots=True)
class Questions:
    """The items and concepts so far, as they are written; texts in other languages by key; what each name became."""

    form: Form
    languages: Languages
    scales: Scales
    written: dict[str, Written] = field(default_factory=dict)
    concepts: dict[str, Written] = field(default_factory=dict)
    texts: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: dict[str, Asked] = field(default_factory=dict)
    _ids: Iterator[str] = field(default_factory=lambda: iter(_IDS))
    _used: set[str] = field(default_factory=set)

    def hold(self, row: FormRow, kind: RowKind, notes: Sequence[FormRow]) -> Asked | None:
        """Return what a question became, None when it is not held. Notes become its help, if they are short enough."""
        if kind.kind in {"one", "many"} and row.value("choice_filter"):
            self.form.lose_row(row, "Antwoorden die van een eerder antwoord afhangen, zijn er hier niet.")
            return None
        answered = self._answered(row, kind)
        if answered is None:
            self.form.lose_row(row, "Een keuzelijst heeft hier ten minste twee antwoorden.")
            return None
        answer, codes = answered
        row.take("type")
        name = row.take("name")
        assert name is not None, "pyxform refuses a question without a name"
        asked = Asked(self._new_id(name.value), cast("Kind", kind.kind), codes)
        stems = {SOURCE: name.value[:MAX_TEXT], **held_texts(self.form, self.languages.take(self.form, row, "label"))}
        helps = self._helps(row, notes)
        self._write(asked.item, answer, stems[SOURCE], helps.get(SOURCE))
        for part, texts in (("stem", stems), ("help", helps)):
            for language in (one for one in texts if one != SOURCE):
                self.texts.setdefault(language, {})[f"item.{asked.item}@1.{part}"] = texts[language]
        self.asked[name.value] = asked
        return asked

    def _answered(self, row: FormRow, kind: RowKind) -> tuple[Written, Mapping[str, str]] | None:
        """Return how a question is answered, and the code of each answer by its name in the form."""
        if kind.kind == "integer":
            return {"integer": self._numbers(row)}, {}
        if kind.kind == "date":
            return {"date": self._days(row)}, {}
        if kind.kind == "text":
            return {"text": {"max_chars": LONGEST_ANSWER}}, {}
        scale = self.scales.hold(kind.detail, several=kind.kind == "many")
        if scale is None:
            return None
        if kind.own_answer:
            self.form.lose(
                row.cells["type",], "Een eigen antwoord erbij kan niet; maak zelf een antwoord zoals Anders."
            )
        return {"scale": scale.reference}, scale.codes

    def _numbers(self, row: FormRow) -> Written:
        bounds = number_bounds(row.value(*_CONSTRAINT))
        if bounds is not None:
            row.take(*_CONSTRAINT)
        found = bounds or number_bounds("")
        assert found is not None, "no constraint leaves the widest bounds"
        if not found.said:
            why = (
                f"Een getal heeft hier altijd een laagste en een hoogste: nu {found.lowest} tot en met {found.highest}."
            )
            self.form.lose(row.cells["type",], why)
        return {"min": found.lowest, "max": found.highest, "unit": UNIT}

    def _days(self, row: FormRow) -> Written:
        bounds = day_bounds(row.value(*_CONSTRAINT))
        if bounds is None:
            return {}
        row.take(*_CONSTRAINT)
        days = {"earliest": bounds.earliest, "latest": bounds.latest}
        return {name: day.isoformat() for name, day in days.items() if day is not None}

    def _helps(self, row: FormRow, notes: Sequence[FormRow]) -> dict[str, str]:
        """Return what stands below a question, by language: the notes before it and its hint, if that is not too long."""
        texts: list[dict[str, str]] = []
        room = MAX_TEXT - _longest(row, "hint")
        for note in notes:
            room -= _longest(note, "label") + 1
            if room < 0:
                self.form.lose_row(note, f"Een uitleg heeft hier hoogstens {MAX_TEXT} tekens.")
                continue
            note.take("type")
            note.take("name")
            note.take("bind", "relevant")
            texts.append(self.languages.texts(self.form, note, "label"))
        texts.append(self.languages.texts(self.form, row, "hint"))
        languages = {language: None for one in texts for language in one}
        return {language: "\n".join(one[language] for one in texts if language in one) for language in languages}

    def _write(self, item: str, answer: Written, stem: str, explanation: str | None) -> None:
        text: dict[str, Written] = {"stem": stem} if explanation is None else {"stem": stem, "help": explanation}
        concept = f"{DOMAIN}.{item.lower()}"
        self.concepts[concept] = {"id": concept, "domain": DOMAIN, "definition": stem}
        self.written[f"{item}@1"] = {
            "id": item,
            "version": 1,
            "concept": concept,
            "title": short_title(stem),
            "type": answer,
            "reference_period": "now",
            "text": text,
        }

    def _new_id(self, name: str) -> str:
        """Return the name of a question as it is when it fits, and otherwise the next of XLA01, XLA02 and so on."""
        fitting = name.upper()
        if not _FITTING.fullmatch(fitting) or fitting in self._used:
            fitting = next(one for one in self._ids if one not in self._used)
        self._used.add(fitting)
        return fitting


def _longest(row: FormRow, column: str) -> int:
    return max((len(cell.value) for path, cell in row.cells.items() if path[0] == column), default=0)
