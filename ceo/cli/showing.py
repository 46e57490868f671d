"""The command that shows a version: its pages and conditions, what it covers, and how long it takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

import click

from ceo.cli.inputs import VERSION_HELP, open_version
from ceo.terminal import OUT, table_of

if TYPE_CHECKING:
    from questionnaires.questionnaire import Questionnaire

_THEMES: Final = {"access": "toegang", "quality": "kwaliteit", "effect": "effect"}
_MANY: Final = "te veel om te tellen"
_STATUSES: Final = {
    "machine": "door een computer vertaald",
    "draft": "concept",
    "reviewed": "nagelezen",
    "back_translated": "terugvertaald",
}


@click.command(epilog=f"VERSIE: {VERSION_HELP}")
@click.argument("version", metavar="VERSIE")
def show(version: str) -> None:
    """Toon een vragenlijst: pagina's, voorwaarden, thema's, talen en een schatting van de minuten."""
    published = open_version(version)
    questionnaire = published.questionnaire
    OUT.print(f"[bold]{questionnaire.title}[/bold]")
    for line in _facts(questionnaire):
        OUT.print(line)
    OUT.print(f"Vingerafdruk     {published.content_hash}")
    rows = list(_pages(questionnaire))
    OUT.print(table_of("Pagina's", ("Pagina", "Vraag", "Voor wie"), rows, names=3))


def print_overview(questionnaires: Iterable[Questionnaire]) -> None:
    """Print a line for each questionnaire: how long it is, and what it covers."""
    from questionnaires.checks.reachability import count_paths
    from questionnaires.minutes import estimate_minutes

    rows = []
    for one in questionnaires:
        minutes = estimate_minutes(one.items, one.scales_by_reference)
        paths = count_paths(one)
        length = (str(len(one.items)), f"{minutes:.1f}".replace(".", ","), _MANY if paths is None else str(paths))
        rows.append((one.reference, ", ".join(_themes(one)) or "geen", " ".join(one.languages), *length))
    head = ("Vragenlijst", "Thema's van de wet", "Talen", "Vragen", "Minuten", "Wegen")
    OUT.print(table_of("Vragenlijsten", head, rows, names=3, note="Minuten zijn een schatting."))


def _themes(questionnaire: Questionnaire) -> list[str]:
    """Return the themes of the law that are covered, with their numbers of questions."""
    covered = {theme.value: len(items) for theme, items in questionnaire.themes.items()}
    return [f"{name} {covered[theme]}" for theme, name in _THEMES.items() if theme in covered]


def _facts(questionnaire: Questionnaire) -> Iterator[str]:
    from questionnaires.checks.reachability import count_paths
    from questionnaires.minutes import estimate_minutes
    from questionnaires.readability import reading_ease

    parts = ", ".join(questionnaire.parts)
    yield f"Versie           {questionnaire.reference} ({parts})"
    yield f"Vragen           {len(questionnaire.items)} op {len(questionnaire.pages)} pagina's"
    minutes = f"{estimate_minutes(questionnaire.items, questionnaire.scales_by_reference):.1f}".replace(".", ",")
    yield f"Duur             ongeveer {minutes} minuten voor wie alles krijgt (een schatting)"
    paths = count_paths(questionnaire)
    yield f"Wegen            {_MANY if paths is None else paths}"
    yield f"Thema's          {', '.join(_themes(questionnaire)) or 'geen'}"
    covered = {theme.value for theme in questionnaire.themes}
    missing = [name for theme, name in _THEMES.items() if theme not in covered]
    if missing:
        yield f"Niet gedekt      {', '.join(missing)}"
    languages = (
        f"{name} ({_STATUSES[questionnaire.translations[name].status]})" for name in questionnaire.languages[1:]
    )
    yield f"Talen            {', '.join((questionnaire.language, *languages))}"
    ease = reading_ease(item.text.stem for item in questionnaire.items)
    yield f"Leesgemak        {ease:.0f} (Flesch-Douma, een indicatie; hoger is makkelijker)"


def _pages(questionnaire: Questionnaire) -> Iterator[tuple[str, str, str]]:
    from questionnaires.expressions.words import describe_universe

    for page in questionnaire.pages:
        universe = describe_universe(questionnaire, page)
        for number, name in enumerate(page.items):
            item = questionnaire.item(name)
            first = number == 0
            stem = questionnaire.wording().stem(item, {})
            yield page.id if first else "", f"{item.reference}  {stem}", universe if first else ""
