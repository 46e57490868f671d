"""What is said to a client about a mistake in an answer, in the language of the page: what is wrong, and how to go on.

Some questionnaires say "u" and others "je". The words around their questions say neither, so that they fit both.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from ceo.web.languages import N_, format_day, format_number, translations
from questionnaires.answering import AnswerError, Fault
from questionnaires.questionnaire import Questionnaire
from questionnaires.wording import Wording

_SENTENCES: Final[Mapping[Fault, str]] = {
    Fault.NO_CHOICE: N_("Kies een antwoord."),
    Fault.NO_NUMBER_GIVEN: N_("Vul een getal in van %(min)s tot en met %(max)s."),
    Fault.NO_DATE_GIVEN: N_("Vul een datum in."),
    Fault.UNKNOWN_CODE: N_("Dit antwoord kennen wij niet. Kies een antwoord uit de lijst."),
    Fault.SEVERAL: N_("Er is meer dan één antwoord gekozen. Kies één antwoord."),
    Fault.EXCLUSIVE: N_("‘%(option)s’ en een ander antwoord passen niet bij elkaar. Haal er een weg."),
    Fault.NO_NUMBER: N_("Vul een heel getal in van %(min)s tot en met %(max)s. Gebruik alleen cijfers."),
    Fault.OUT_OF_RANGE: N_("Dit getal kan niet. Vul een getal in van %(min)s tot en met %(max)s."),
    Fault.NO_DATE: N_("Deze datum bestaat niet. Vul de dag, de maand en het jaar in met cijfers."),
    Fault.TOO_EARLY: N_("Deze datum kan niet. Vul een datum in vanaf %(day)s."),
    Fault.TOO_LATE: N_("Deze datum kan niet. Vul een datum in tot en met %(day)s."),
    Fault.TOO_LONG: N_("De tekst is te lang. Aantal tekens: %(length)s. Er passen er hoogstens %(max)s."),
}
# Nothing was filled in; that is no mistake for who wants to skip the question.
EMPTY: Final = frozenset({Fault.NO_CHOICE, Fault.NO_NUMBER_GIVEN, Fault.NO_DATE_GIVEN})


def fault_words(questionnaire: Questionnaire, error: AnswerError, wording: Wording, *, skip: str) -> str:
    """Return what is said about a mistake; `skip` is the name of the button that leaves a question out."""
    words = translations(wording.language)
    sentence = words.gettext(_SENTENCES[error.fault]) % _shown_values(questionnaire, error, wording)
    if error.fault not in EMPTY:
        return sentence
    return f"{sentence} " + words.gettext("Of kies ‘%(button)s’.") % {"button": skip}


def _shown_values(questionnaire: Questionnaire, error: AnswerError, wording: Wording) -> dict[str, str]:
    shown = {name: _shown(value, wording.language) for name, value in error.values.items()}
    scale = questionnaire.scale_of(questionnaire.item(error.item))
    if scale is not None and "code" in shown:
        shown["option"] = wording.label(scale, shown["code"])
    return shown


def _shown(value: str | int | date, language: str) -> str:
    if isinstance(value, date):
        return format_day(value, language)
    return format_number(value, language) if isinstance(value, int) else value
