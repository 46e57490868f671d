"""Commands about microdata: agreements about them, the files that leave under one, and made-up people to practise with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

import click

from ceo.cli.api_keys import KEY_FAULTS, show_key
from ceo.cli.inputs import FILE, OUTPUT, checked_output, read_texts
from ceo.cli.places import PLACE_HELP, require_place, work_on
from ceo.cli.releasing import find_named
from ceo.clock import DUTCH_TIME, dutch_day, now
from ceo.terminal import OUT, fail, fail_with, table_of

if TYPE_CHECKING:
    from analysis.microdata.rule import MicrodataFault, MicrodataRule
    from ceo.settings import Settings
    from ceo.storage.agreements import Agreement
    from ceo.storage.database import Database
    from ceo.workflows.api_keys.making import KeyFault, MadeKey
    from ceo.workflows.microdata.forms import MicrodataFile
    from ceo.workflows.releases.deciding import By
    from questionnaires.strict_yaml import YamlDocument

_ACTOR: Final = "ceo microdata"
# The code of what is wrong with a rule for these questionnaires; the form of the file has codes of its own.
_RULE_CODE: Final = "M01"
# Only who keeps the server may read what leaves it.
_OWNER_ONLY: Final = 0o600
_OUTPUT_HELP: Final = "Bestand om te schrijven; de naam bepaalt de vorm: .sav, .dta, .parquet of .ddi.xml."

_place = click.option("--place", "--plaats", default="landelijk", show_default=True, help=PLACE_HELP)
_output = click.option("--output", type=OUTPUT, callback=checked_output, required=True, help=_OUTPUT_HELP)


@click.group()
def microdata() -> None:
    """Microdata: beschermde antwoorden onder een overeenkomst, en nagemaakte om mee te oefenen.

    Wat u doet, komt in het logboek van de plek.
    """


@microdata.command()
@click.argument("name")
@click.option("--user", "--gebruiker", required=True, help="Wie de gegevens krijgt.")
@click.option("--purpose", "--doel", required=True, help="Waarvoor, in één regel.")
@click.option("--until", "--tot-en-met", "until", type=click.DateTime(["%Y-%m-%d"]), required=True, help="Laatste dag.")
@click.option("--rule", "rule_file", type=FILE, required=True, help="Wat meegaat en hoe het wordt beschermd (YAML).")
@_place
def agree(name: str, *, user: str, purpose: str, until: datetime, rule_file: Path, place: str) -> None:
    """Leg een overeenkomst vast over de microdata van een gepubliceerde uitgave (NAAM of NAAM/EDITIE)."""
    rule, document = _read_rule(rule_file)

    async def run(database: Database, _: Settings) -> Agreement | tuple[MicrodataFault, ...]:
        from ceo.workflows.microdata.agreeing import WantedAgreement, make_agreement

        by = await _by(database, place)
        row = await find_named(database, name)
        wanted = WantedAgreement(row.name, row.edition, user, purpose, until.date(), rule)
        return await make_agreement(database, wanted, by)

    made = work_on(run)
    if isinstance(made, tuple):
        _refuse(made, document)
    OUT.print(f"Overeenkomst {made.id}, geldig tot en met {made.ends_on}.", markup=False)
    OUT.print(f"Schrijf een bestand met: ceo microdata write {made.id} --output …", markup=False)


@microdata.command("list")
@_place
def list_all(place: str) -> None:
    """Laat zien welke overeenkomsten er zijn, en of zij nog gelden."""
    from ceo.workflows.microdata.agreeing import list_agreements

    async def read(database: Database, _: Settings) -> Sequence[Agreement]:
        return await list_agreements(database, (await require_place(database, place)).code)

    found = work_on(read)
    if not found:
        OUT.print("Er zijn nog geen overeenkomsten. Maak er een met: ceo microdata agree")
        return
    rows = [
        (
            one.id,
            f"{one.release}/{one.edition}",
            one.user,
            one.purpose,
            _standing(one),
            one.fetched_at.astimezone(DUTCH_TIME).date().isoformat() if one.fetched_at else "nooit",
        )
        for one in found
    ]
    head = ("Nummer", "Uitgave", "Gebruiker", "Doel", "Stand", "Laatst uitgegeven")
    OUT.print(table_of("Overeenkomsten over microdata", head, rows, names=6))


@microdata.command()
@click.argument("number")
@_output
@_place
def write(number: str, *, output: Path, place: str) -> None:
    """Schrijf een bestand onder een overeenkomst (NUMBER): SPSS, Stata of Parquet, of het codeboek in DDI."""
    form = _form(output)

    async def run(database: Database, settings: Settings) -> MicrodataFile | tuple[MicrodataFault, ...]:
        from ceo.workflows.microdata.handing_out import WantedFile, hand_out

        return await hand_out(database, settings, WantedFile(number, form), await _by(database, place))

    _keep(work_on(run), output)


@microdata.command()
@click.argument("number")
@click.option("--reason", "--reden", default="", help="Waarom; de gebruiker leest dit. Geen namen van mensen.")
@_place
def end(number: str, *, reason: str, place: str) -> None:
    """Beëindig een overeenkomst (NUMBER). Er gaat niets meer uit; vraag de gebruiker zijn bestanden te wissen."""

    async def run(database: Database, _: Settings) -> tuple[MicrodataFault, ...]:
        from ceo.workflows.microdata.agreeing import end_agreement

        return await end_agreement(database, number, await _by(database, place), reason=reason)

    faults = work_on(run)
    if faults:
        _refuse(faults)
    OUT.print("Beëindigd. Er gaat niets meer uit. Vraag de gebruiker om te wissen wat hij heeft.")


@microdata.command()
@click.argument("number")
@click.argument("label")
@click.option("--until", "--tot-en-met", "until", type=click.DateTime(["%Y-%m-%d"]), required=True, help="Laatste dag.")
@_place
def key(number: str, label: str, *, until: datetime, place: str) -> None:
    """Maak een sleutel waarmee een programma (LABEL) de bestanden van een overeenkomst (NUMBER) ophaalt."""

    async def run(database: Database, _: Settings) -> MadeKey | tuple[KeyFault | MicrodataFault, ...]:
        from ceo.workflows.microdata.keys import make_agreement_key

        return await make_agreement_key(database, number, label, until.date(), await _by(database, place))

    made = work_on(run)
    if isinstance(made, tuple):
        fail("\n".join(KEY_FAULTS[one] if isinstance(one, str) else f"{one.cause} {one.cure}" for one in made))
    show_key(made)


@microdata.command()
@click.argument("name")
@click.option("--people", "--mensen", type=click.IntRange(1, 1_000_000), required=True, help="Hoeveel mensen.")
@click.option(
    "--seed", type=click.IntRange(0), default=1, show_default=True, help="Startgetal: hetzelfde geeft hetzelfde."
)
@_output
def practice(name: str, *, people: int, seed: int, output: Path) -> None:
    """Schrijf nagemaakte antwoorden naar de gepubliceerde cijfers van een uitgave, om mee te oefenen."""
    form = _form(output)

    async def run(database: Database, settings: Settings) -> MicrodataFile | tuple[MicrodataFault, ...]:
        from ceo.workflows.microdata.practising import WantedPractice, make_practice_file

        row = await find_named(database, name)
        return await make_practice_file(database, settings, WantedPractice(row.name, row.edition, people, seed, form))

    _keep(work_on(run), output)


def _read_rule(file: Path) -> tuple[MicrodataRule, YamlDocument]:
    """Return a rule and the document that knows its lines, or stop and tell every mistake in it."""
    from analysis.microdata.rule import MicrodataRule
    from questionnaires.strict_yaml import YamlDocument, read_yaml, validate

    document = read_yaml(read_texts([file])[str(file)], str(file))
    if not isinstance(document, YamlDocument):
        fail_with(document)
    rule = validate(MicrodataRule, document)
    if not isinstance(rule, MicrodataRule):
        fail_with(rule)
    return rule, document


async def _by(database: Database, place: str) -> By:
    from ceo.workflows.releases.deciding import By

    return By((await require_place(database, place)).code, _ACTOR, now())


def _form(output: Path) -> str:
    from ceo.workflows.microdata.forms import MICRODATA_FORMS

    form = next((one for one in MICRODATA_FORMS if output.name.lower().endswith(f".{one}")), None)
    if form is None:
        fail(f"Een bestand met deze naam kunnen wij niet schrijven. Kies: {', '.join(MICRODATA_FORMS)}")
    return form


def _keep(made: MicrodataFile | tuple[MicrodataFault, ...], output: Path) -> None:
    """Write a file that nobody else on this machine can read."""
    if isinstance(made, tuple):
        _refuse(made)
    output.touch(_OWNER_ONLY)
    output.chmod(_OWNER_ONLY)
    output.write_bytes(made.content)
    OUT.print(f"Geschreven: {output}, {made.people} mensen, {made.columns} kolommen", markup=False)
    OUT.print(f"SHA-256: {made.sha256}", markup=False)


def _refuse(faults: Sequence[MicrodataFault], document: YamlDocument | None = None) -> NoReturn:
    """Tell everything that is wrong, with the line of the rule where it is about that, and stop."""
    from analysis.microdata.rule import MicrodataRule

    of_rule = [one for one in faults if document and one.place.partition(".")[0] in MicrodataRule.model_fields]
    others = [f"{one.place}: {one.cause} {one.cure}" for one in faults if one not in of_rule]
    problems = (
        []
        if document is None
        else [document.problem(tuple(one.place.split(".")), _RULE_CODE, one.cause, one.cure) for one in of_rule]
    )
    if not others:
        fail_with(problems)
    fail("\n".join([*map(str, problems), *others]))


def _standing(row: Agreement) -> str:
    from ceo.workflows.microdata.agreeing import works

    if row.ended_on:
        return f"beëindigd op {row.ended_on}"
    return f"geldt tot en met {row.ends_on}" if works(row, dutch_day()) else f"verlopen na {row.ends_on}"
