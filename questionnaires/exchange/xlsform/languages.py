"""Languages of an XLSForm: which column holds Dutch, and which code each other language has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from questionnaires.exchange.xlsform.form import Form, FormCell, FormRow
from questionnaires.exchange.xlsform.wording import held_texts

SOURCE: Final = "nl"
# Languages that people in the Netherlands write questionnaires in, for names such as Türkçe.
_COMMON: Final = (
    "nl",
    "en",
    "fy",
    "de",
    "fr",
    "es",
    "it",
    "pt",
    "pl",
    "uk",
    "ru",
    "ro",
    "bg",
    "tr",
    "ar",
    "fa",
    "so",
    "ti",
    "zh",
)
_CODE: Final = re.compile(r"\(([a-z]{2,3})(?:[-_]([A-Z][a-z]{3}))?(?:[-_][A-Z]{2})?\)\s*$")


@dataclass(frozen=True, slots=True)
class Languages:
    """The code of each language of a form by the name behind its columns ("" where there is none); without a match, None."""

    codes: Mapping[str, str | None]

    def take(self, form: Form, row: FormRow, column: str) -> dict[str, FormCell]:
        """Take the cells of a text in all languages, by code; what has no known language is put in the account."""
        found: dict[str, FormCell] = {}
        for path in [path for path in row.cells if path[0] == column and len(path) <= len(("label", "language"))]:
            cell = row.cells.pop(path)
            code = self.codes.get("".join(path[1:]))
            if code is None:
                form.lose(cell, "Deze taal is niet herkend. Zet de code erachter, zoals label::Türkçe (tr).")
            elif code in found:
                form.lose(cell, "In deze taal staat er al een tekst.")
            else:
                found[code] = cell
        return found

    def texts(self, form: Form, row: FormRow, column: str) -> dict[str, str]:
        """Take the texts of a column, by code. Without a Dutch one, the others have nothing to belong to."""
        cells = self.take(form, row, column)
        if SOURCE in cells:
            return held_texts(form, cells)
        for cell in cells.values():
            form.lose(cell, "Er is geen Nederlandse tekst waar deze bij hoort.")
        return {}


def find_languages(form: Form) -> Languages:
    """Return the languages of a form. Without labels in Dutch, its own first language stands for it, and that is told."""
    rows = [*form.survey, *form.choices]
    labels = {"".join(path[1:]): cell for row in rows for path, cell in row.cells.items() if path[0] == "label"}
    names = dict.fromkeys("".join(path[1:]) for row in rows for path in row.cells if path[0] in {"label", "hint"})
    default = next((row.value("default_language") for row in form.settings), "")
    codes = {name: language_code(name or default) for name in names}
    source = next((name for name in labels if codes[name] == SOURCE), None)
    if source is not None:
        return Languages(_unique(codes, [source]))
    source = next((name for name in ("", default, *labels) if name in labels), "")
    if source in labels:
        why = "Dit is niet als Nederlands herkend; de teksten staan nu wel als Nederlands in het bestand."
        form.lose_heading(labels[source], why)
    # What has no language of its own belongs with the first one.
    return Languages(_unique(codes, [source, ""]))


def _unique(codes: Mapping[str, str | None], sources: list[str]) -> dict[str, str | None]:
    """Return one name a code: the sources first, so that nothing else is read as Dutch."""
    found: dict[str, str | None] = dict.fromkeys(sources, SOURCE)
    for name, code in codes.items():
        found.setdefault(name, None if code in found.values() else code)
    return found


def language_code(name: str) -> str | None:
    """Return the code of a language by its name in English, Dutch or itself, or by the code behind it.

    >>> [language_code(name) for name in ("Nederlands (nl)", "Turkish", "Duits", "Klingonees", "ar")]
    ['nl', 'tr', 'de', None, 'ar']
    """
    written = _CODE.search(name)
    if written is not None:
        return "-".join(part for part in written.groups() if part)
    return _names().get(name.strip().casefold())


@cache
def _names() -> Mapping[str, str]:
    from babel import Locale

    found: dict[str, str] = {}
    for code in _COMMON:
        own = Locale(code).display_name
        found[str(own).casefold()] = code
    for locale in ("nl", "en"):
        for code, name in Locale(locale).languages.items():
            if re.fullmatch("[a-z]{2,3}", code):
                found |= {str(name).casefold(): code, code: code}
    return found
