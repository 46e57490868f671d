"""What of a questionnaire cannot stand on paper, told before anything is printed."""

from __future__ import annotations

from collections.abc import Iterator

from exports.paper.form import PaperProblem
from exports.paper.questions import Setting
from exports.paper.words import printed_languages
from exports.pdf.lettering import can_print
from questionnaires.definition import IntegerAnswer, Item, NarrativeAnswer
from questionnaires.questionnaire import Questionnaire


def language_problem(questionnaire: Questionnaire, language: str, register: str) -> PaperProblem | None:
    """Return why there is no form in this language and register at all; None when there can be one."""
    if "paper" not in questionnaire.modes:
        cause = "Deze vragenlijst is niet bedoeld voor papier."
        return PaperProblem(questionnaire.title, cause, "Gebruik een vragenlijst waarbij papier is gekozen (modes).")
    if language not in questionnaire.languages or register not in questionnaire.registers:
        cause = "De vragenlijst bestaat niet in deze taal, of niet in makkelijke tekst."
        return PaperProblem(f"{language}, {register}", cause, "Kies een taal en een tekst van de vragenlijst.")
    if language not in printed_languages():
        cause = "In deze taal worden nog geen formulieren gedrukt."
        cure = "Geef het Nederlandse formulier mee. De code daarop leidt op internet naar alle talen."
        return PaperProblem(language, cause, cure)
    return None


def find_problems(setting: Setting) -> Iterator[PaperProblem]:
    """Yield everything that cannot be said or answered on this form."""
    for page_id in setting.routes.untold:
        first = setting.numbers[setting.printed.page(page_id).items[0]]
        yield PaperProblem(f"vraag {first} ({page_id})", *_untold(setting))
    for page in setting.printed.pages:
        for item_id in page.items:
            yield from _of_item(setting, setting.printed.item(item_id))


def _untold(setting: Setting) -> tuple[str, str]:
    if setting.wording.language == setting.printed.language:
        cause = "Het formulier kan niet zeggen wie deze vraag moet invullen: de voorwaarde is te ingewikkeld."
        return cause, "Zet in de vragenlijst bij deze pagina een zin voor papier (paper)."
    cause = "Wie deze vraag moet invullen, staat alleen in het Nederlands in de vragenlijst."
    return cause, "Geef het Nederlandse formulier mee, of laat deze voorwaarde van één eerdere keuzevraag afhangen."


def _of_item(setting: Setting, item: Item) -> Iterator[PaperProblem]:
    place = f"vraag {setting.numbers[item.id]} ({item.id})"
    if isinstance(item.type, IntegerAnswer) and item.type.integer.min < 0:
        cause = "Het antwoord kan onder nul zijn. Op papier is voor een minteken geen vakje."
        yield PaperProblem(place, cause, "Stel de vraag zo dat het antwoord niet onder nul komt.")
    if isinstance(item.type, NarrativeAnswer) and "text" not in item.type.narrative.media:
        cause = "Deze vraag kan alleen met geluid worden beantwoord."
        yield PaperProblem(place, cause, "Laat ook tekst toe bij deze vraag.")
    unknown = [text for text in _texts(setting, item) if not can_print(text)]
    if unknown:
        cause = f"Niet elk teken in deze tekst kan worden gedrukt: ‘{unknown[0]}’."
        yield PaperProblem(place, cause, "Haal bijzondere tekens weg, zoals plaatjes.")


def _texts(setting: Setting, item: Item) -> Iterator[str]:
    yield setting.wording.stem(item, {})
    yield setting.wording.explanation(item, {})
    yield setting.wording.unit(item)
    scale = setting.printed.scale_of(item)
    for option in scale.options if scale is not None else ():
        yield setting.wording.label(scale, option.code) if scale is not None else ""
