"""Commands about keys with which programs read more than is public: for who keeps the server."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, NoReturn

import click

from ceo.cli.places import PLACE_HELP, require_place, work_on
from ceo.clock import dutch_day, now
from ceo.terminal import OUT, fail, table_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ceo.settings import Settings
    from ceo.storage.database import Database
    from ceo.workflows.api_keys.making import KeyFault, MadeKey

_ACTOR: Final = "ceo api-key"
_USUAL_DAYS: Final = 180
_SHORT: Final = 12
KEY_FAULTS: Final = {
    "label": "Geef een naam van hoogstens 80 tekens: welk programma krijgt de sleutel?",
    "scopes": "Kies met --scope wat het programma mag: releases:draft. Voor microdata: ceo microdata key.",
    "expires": "De laatste dag ligt vandaag of later, en hoogstens een jaar verder.",
    "too-many": "Er werken hier al te veel sleutels. Trek er eerst een in: ceo api-key revoke",
}
_UNKNOWN: Final = "Deze sleutel kennen wij niet, of hij werkt niet meer. Kijk met: ceo api-key list"

_place = click.option("--place", "--plaats", required=True, help=PLACE_HELP)
_days = click.option(
    "--days", "--dagen", default=_USUAL_DAYS, show_default=True, help="Hoeveel dagen de sleutel werkt."
)


@click.group("api-key")
def api_key() -> None:
    """Sleutels waarmee programma's meer lezen dan wat openbaar is: maken, vervangen, intrekken.

    Een sleutel is één keer te zien. Wat u doet, komt in het logboek van de gemeente.
    """


@api_key.command("list")
@_place
def list_all(place: str) -> None:
    """Toon de sleutels van een plek, ook die niet meer werken."""
    from ceo.workflows.api_keys.finding import list_keys
    from ceo.workflows.api_keys.making import works

    async def run(database: Database, _: Settings) -> list[tuple[str, ...]]:
        where = await require_place(database, place)
        today = dutch_day()
        return [
            (
                key.id[:_SHORT],
                key.label,
                ", ".join(key.scopes),
                _end(key.revoked_on, key.expires_on, works=works(key, today)),
                key.used_on.isoformat() if key.used_on else "nooit",
            )
            for key in await list_keys(database, where.code)
        ]

    rows = work_on(run)
    if not rows:
        OUT.print("Er zijn hier geen sleutels. Maak er een met: ceo api-key make")
        return
    OUT.print(table_of("Sleutels", ("Kenmerk", "Programma", "Wat het mag", "Werkt", "Laatst gebruikt"), rows, names=5))


@api_key.command()
@click.argument("label")
@_place
@click.option("--scope", "scopes", multiple=True, help="Wat het programma mag: releases:draft.")
@_days
def make(label: str, place: str, scopes: Sequence[str], days: int) -> None:
    """Maak een sleutel voor een programma (LABEL). Die voor microdata maakt u met: ceo microdata key."""
    from ceo.workflows.api_keys.making import WantedKey, make_key

    async def run(database: Database, _: Settings) -> MadeKey | tuple[KeyFault, ...]:
        where = await require_place(database, place)
        wanted = WantedKey(label, scopes, _last_day(days))
        return await make_key(database, where.code, wanted, actor=_ACTOR, now=now())

    _tell(work_on(run))


@api_key.command()
@click.argument("key")
@_days
def rotate(key: str, days: int) -> None:
    """Maak een sleutel die een andere (KEY: kenmerk) vervangt. De oude werkt tot zijn eigen laatste dag."""
    from ceo.workflows.api_keys.making import rotate_key

    async def run(database: Database, _: Settings) -> MadeKey | tuple[KeyFault, ...] | None:
        place, key_id = await _require(database, key)
        return await rotate_key(database, place, key_id, expires_on=_last_day(days), actor=_ACTOR, now=now())

    _tell(work_on(run))


@api_key.command()
@click.argument("key")
def revoke(key: str) -> None:
    """Trek een sleutel (KEY: kenmerk) in. Hij werkt meteen niet meer."""
    from ceo.workflows.api_keys.making import revoke_key

    async def run(database: Database, _: Settings) -> bool:
        place, key_id = await _require(database, key)
        return await revoke_key(database, place, key_id, actor=_ACTOR, now=now())

    if not work_on(run):
        fail(_UNKNOWN)
    OUT.print("Ingetrokken. De sleutel werkt niet meer.")


def _tell(made: MadeKey | tuple[KeyFault, ...] | None) -> None:
    if made is None:
        fail(_UNKNOWN)
    if isinstance(made, tuple):
        _refuse(made)
    show_key(made)


def show_key(made: MadeKey) -> None:
    """Print a new key, this once."""
    OUT.print(f"Sleutel voor {made.label}, werkt tot en met {made.expires_on.isoformat()}:", markup=False)
    OUT.print(made.key, markup=False)
    OUT.print("Kopieer hem nu: u ziet hem maar één keer.")


def _refuse(faults: Sequence[KeyFault]) -> NoReturn:
    fail("\n".join(KEY_FAULTS[fault] for fault in faults))


async def _require(database: Database, given: str) -> tuple[str, str]:
    """Return the place and the id of a key, by its id or the beginning of it."""
    from ceo.workflows.api_keys.finding import find_by_id

    found = await find_by_id(database, given.strip())
    if found is None:
        fail(_UNKNOWN)
    return found.place, found.id


def _last_day(days: int) -> date:
    return dutch_day() + timedelta(days=min(max(days, -1), 10_000))


def _end(revoked_on: date | None, expires_on: date, *, works: bool) -> str:
    if works:
        return f"tot en met {expires_on.isoformat()}"
    return f"ingetrokken op {revoked_on.isoformat()}" if revoked_on else f"verlopen na {expires_on.isoformat()}"
