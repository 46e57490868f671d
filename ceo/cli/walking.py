"""The command that walks a version: answer in the terminal, and see why each page is shown or not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import click

from ceo.cli.inputs import VERSION_HELP, open_version
from ceo.terminal import OUT, fail
from questionnaires.answers import Answer

if TYPE_CHECKING:
    from questionnaires.answering import AnswerError
    from questionnaires.expressions.facts import Circumstances
    from questionnaires.questionnaire import Page, Questionnaire
    from questionnaires.routing import Path
    from questionnaires.wording import Wording

_SKIP: Final = "o"
_BACK: Final = "t"
_STOP: Final = "s"


@dataclass(slots=True)
class _Walk:
    """A walk through a version; nothing of it is kept."""

    questionnaire: Questionnaire
    wording: Wording
    circumstances: Circumstances
    answers: dict[str, Answer] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        from questionnaires.routing import route

        return route(self.questionnaire, self.answers, self.circumstances)


@click.command(epilog=f"VERSIE: {VERSION_HELP}")
@click.argument("version", metavar="VERSIE")
@click.option("--language", default="nl", show_default=True, help="Taal van de vragen.")
@click.option("--easy", is_flag=True, help="Toon de makkelijke teksten.")
def walk(version: str, language: str, *, easy: bool) -> None:
    """Vul een vragenlijst in de terminal in, en zie waarom elke pagina komt. Er wordt niets bewaard."""
    from questionnaires.expressions.facts import Circumstances

    questionnaire = open_version(version).questionnaire
    if language not in questionnaire.languages:
        fail(f"De taal {language} is er niet. Kies uit: {', '.join(questionnaire.languages)}.")
    register = "easy" if easy else "standard"
    walked = _Walk(questionnaire, questionnaire.wording(language, register), Circumstances(language, "web", register))
    OUT.print(f"[bold]{walked.wording.title}[/bold]")
    OUT.print(
        f"Kies met nummers (bij meer antwoorden: 1 3). {_SKIP} = overslaan, {_BACK} = terug, {_STOP} = stoppen.\n"
    )
    page = walked.path.next_page
    while page is not None:
        page = _ask(walked, page)
    _finish(walked)


def _ask(walked: _Walk, page: Page) -> Page | None:
    """Ask one page; return the page to go on with, None at the end."""
    from questionnaires.answering import find_doubts, read_page, skip_page
    from questionnaires.expressions.explaining import explain
    from questionnaires.expressions.facts import Facts

    path = walked.path
    before = path.before(page.id)
    explained = explain(walked.questionnaire, page, Facts(before, walked.circumstances))
    progress = path.progress(page.id)
    OUT.print(f"[bold]Vraag {progress.number} van {progress.total}[/bold]  ({page.id})", markup=True)
    OUT.print(explained.sentence, style="dim", markup=False)
    form: dict[str, list[str]] = {}
    for name in page.items:
        typed = _ask_item(walked, name)
        if typed == _STOP:
            return None
        if typed == _BACK:
            return path.previous(page.id) or page
        if typed == _SKIP:
            walked.answers.update(skip_page(walked.questionnaire, page))
            return _next_page(walked, page)
        form |= _form(walked, name, typed)
    reading = read_page(walked.questionnaire, page, form)
    if reading.errors:
        for error in reading.errors:
            OUT.print(_sentence(walked, error), style="red", markup=False)
        return page
    for doubt in find_doubts(walked.questionnaire, path, reading.answers, walked.circumstances):
        asked = walked.wording.question_about(walked.questionnaire.item(doubt.item), doubt.check, path.environment)
        if not click.confirm(asked, default=True):
            return page
    walked.answers.update(reading.answers)
    return _next_page(walked, page)


def _next_page(walked: _Walk, page: Page) -> Page | None:
    """Tell which pages are passed over and why; return the next one on the path."""
    from questionnaires.expressions.explaining import explain
    from questionnaires.expressions.facts import Facts

    path = walked.path
    following = path.following(page.id)
    ids = [one.id for one in walked.questionnaire.pages]
    until = ids.index(following.id) if following is not None else len(ids)
    for passed in walked.questionnaire.pages[ids.index(page.id) + 1 : until]:
        facts = Facts(path.before(following.id) if following is not None else path.environment, walked.circumstances)
        sentence = explain(walked.questionnaire, passed, facts).sentence
        OUT.print(f"({passed.id}) {sentence}", style="dim", markup=False)
    OUT.print()
    return following


def _ask_item(walked: _Walk, name: str) -> str:
    from questionnaires.answering import options

    item, environment = walked.questionnaire.item(name), walked.path.environment
    OUT.print(walked.wording.stem(item, environment), markup=False)
    explanation = walked.wording.explanation(item, environment)
    if explanation:
        OUT.print(explanation, style="italic", markup=False)
    scale = walked.questionnaire.scale_of(item)
    for number, option in enumerate(options(scale, walked.wording) if scale is not None else (), start=1):
        OUT.print(f"  {number}. {option.label}", markup=False)
    return str(click.prompt("Antwoord", default=_SKIP)).strip()


def _form(walked: _Walk, name: str, typed: str) -> dict[str, list[str]]:
    """Return what is typed as a form would send it."""
    from questionnaires.answering import options
    from questionnaires.definition import DateAnswer

    item = walked.questionnaire.item(name)
    scale = walked.questionnaire.scale_of(item)
    if scale is not None:
        codes = {str(number): option.code for number, option in enumerate(options(scale, walked.wording), start=1)}
        return {name: [codes.get(number, number) for number in typed.replace(",", " ").split()]}
    if isinstance(item.type, DateAnswer):
        day, month, year = (*typed.replace("/", "-").split("-"), "", "", "")[:3]
        return {f"{name}-dag": [day], f"{name}-maand": [month], f"{name}-jaar": [year]}
    return {name: [typed]}


def _sentence(walked: _Walk, error: AnswerError) -> str:
    from ceo.web.resident.fault_words import fault_words

    return fault_words(walked.questionnaire, error, walked.wording, skip=_SKIP)


def _finish(walked: _Walk) -> None:
    from questionnaires.answering import answer_label, seal
    from questionnaires.routing import calculate

    path = walked.path
    OUT.print("[bold]Uw antwoorden[/bold]" if path.complete else "[bold]Gestopt. Uw antwoorden tot nu toe[/bold]")
    for name, answer in path.environment.items():
        label = answer_label(walked.questionnaire, answer, walked.wording) or "overgeslagen"
        OUT.print(f"  {name}: {label}", markup=False)
    for name, value in calculate(walked.questionnaire, path, walked.circumstances).items():
        OUT.print(f"  {name} = {'onbekend' if value is None else value}", markup=False)
    dropped = seal(walked.questionnaire, walked.answers, walked.circumstances).dropped
    if dropped:
        OUT.print(f"Niet verstuurd, want niet meer gevraagd: {dropped} antwoorden.")
