"""What nothing in a form has taken: each cell that is left is told with the reason why it has no place here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from questionnaires.exchange.xlsform.form import ColumnPath, Form, FormRow
from questionnaires.exchange.xlsform.row_kinds import is_yes

_FIXED: Final = "De vormgeving staat hier vast."
_MEDIA: Final = "Plaatjes, geluid en film gaan niet mee."
_SKIPPABLE: Final = "Een vraag mag hier altijd worden overgeslagen."
_MESSAGES: Final = "De meldingen staan hier vast."
_WHY: Final[Mapping[ColumnPath, str]] = {
    ("bind", "required"): _SKIPPABLE,
    ("bind", "jr:requiredMsg"): _SKIPPABLE,
    ("bind", "constraint"): "Deze eis aan het antwoord is hier niet te stellen.",
    ("bind", "jr:constraintMsg"): _MESSAGES,
    ("bind", "calculate"): "Rekenen gaat hier anders: maak zelf een berekening in de module.",
    ("bind", "readonly"): "Een vraag zonder antwoord is er hier niet.",
    ("bind", "relevant"): "Deze voorwaarde hoort bij iets dat niet is overgenomen.",
    ("control", "appearance"): _FIXED,
    ("control", "rows"): _FIXED,
    ("media",): _MEDIA,
    ("label",): "Deze tekst hoort nergens bij.",
    ("hint",): "Deze uitleg hoort bij tekst zonder vraag, of bij een groep.",
    ("default",): "Een antwoord staat hier nooit vooraf ingevuld.",
    ("guidance_hint",): "Uitleg voor wie de vragen stelt, is er hier niet.",
    ("choice_filter",): "Antwoorden die van een eerder antwoord afhangen, zijn er hier niet.",
    ("parameters",): _FIXED,
    ("trigger",): "Rekenen op een moment is er hier niet.",
    ("style",): _FIXED,
    ("version",): "Een versie is hier een heel getal van 1 tot en met 9999; dit is nu versie 1.",
    ("submission_url",): "Antwoorden gaan hier naar de eigen database.",
    ("public_key",): "Antwoorden gaan hier naar de eigen database.",
}
_NO_PLACE: Final = "Deze kolom heeft hier geen plek."
_UNUSED: Final = "Deze lijst hoort niet bij een vraag die is overgenomen."


def lose_leftovers(form: Form) -> None:
    """Put every cell that is left in the account of the form."""
    for row in form.choices:
        if ("list name",) in row.cells:
            form.lose_row(row, _UNUSED)
    for row in (*form.survey, *form.choices, *form.settings):
        _drop_what_says_nothing(row)
        for path, cell in row.cells.items():
            form.lose(cell, _why(path))


def _drop_what_says_nothing(row: FormRow) -> None:
    """Take what asks for nothing else than we do: that an answer is not required, or not fixed."""
    for path in (("bind", "required"), ("bind", "readonly")):
        if path in row.cells and not is_yes(row.value(*path)) and row.value(*path).lower() in _NO:
            row.take(*path)


_NO: Final = frozenset({"no", "false", "false()"})


def _why(path: ColumnPath) -> str:
    return next((_WHY[path[:length]] for length in range(len(path), 0, -1) if path[:length] in _WHY), _NO_PLACE)
