"""Commands about the keys of encrypted columns: which are in use, and going over to a new one."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from ceo.cli.inputs import given_settings
from ceo.settings import Settings
from ceo.terminal import OUT, fail, table_of, telling_database_faults

if TYPE_CHECKING:
    from ceo.workflows.installation.rotating import KeyUse, SealedAnew

Value = TypeVar("Value")

_WORDS: Final = {
    "staff_user.totp": "tweede stappen van medewerkers",
    "identity_provider.client_secret": "geheimen van aanmelddiensten",
    "callback.sealed": "verzoeken om gebeld te worden",
    "draft": "zulke verzoeken in concepten",
}


@click.group()
def keys() -> None:
    """Sleutels van versleutelde kolommen: controleren en vernieuwen.

    De sleutel van de toegangscodes (CEO_SECRET_KEY) hoort hier niet bij: die mag niet veranderen zolang er een meting loopt.
    """


@keys.command()
def check() -> None:
    """Toon welke sleutels nog nodig zijn, en welke weg kunnen."""
    settings = given_settings()
    uses = _told(_uses(settings))
    _print_uses(uses)
    missing = [use.key for use in uses if not use.known and use.total]
    if missing:
        fail(
            f"Er zijn waarden versleuteld met een sleutel die er niet is: {', '.join(missing)}. "
            "Zet die sleutel achteraan terug; zonder hem is die inhoud verloren."
        )


@keys.command()
def rotate() -> None:
    """Maak een nieuwe sleutel en versleutel alles daarmee opnieuw.

    Een draaiende server gaat door. Wat werd afgebroken, gaat bij een volgende keer verder waar het was.
    """
    settings = given_settings()
    if any(use.known and not use.current and _in_columns(use) for use in _told(_uses(settings))):
        OUT.print("Er staan nog waarden onder een oudere sleutel. Die worden nu opnieuw versleuteld.")
    elif settings.encryption_keys_text is None:
        settings.add_encryption_key()
        OUT.print(f"Nieuwe sleutel vooraan gezet in {settings.encryption_key_file}. Maak daar een kopie van.")
    elif len(settings.encryption_keys) == 1:
        _tell_what_to_set(settings)
        return
    outcome = _told(_seal_anew(settings))
    OUT.print(f"Opnieuw versleuteld: {outcome.done}.")
    if outcome.unreadable:
        OUT.print(f"Niet te openen, en gelaten zoals het was: {outcome.unreadable}.")
    _print_uses(_told(_uses(settings)))


@keys.command()
@click.argument("name")
def remove(name: str) -> None:
    """Haal een oude sleutel weg die nergens meer nodig is. NAME is de naam die `ceo keys check` toont."""
    settings = given_settings()
    use = next((use for use in _told(_uses(settings)) if use.key == name and use.known), None)
    if use is None:
        fail(f"De sleutel {name} is er niet. Zie: ceo keys check")
    if use.current:
        fail(f"{name} is de nieuwste sleutel. Maak eerst een nieuwe: ceo keys rotate")
    if use.total:
        fail(f"{name} is nog nodig voor {use.total} waarden. Voer eerst uit: ceo keys rotate")
    if settings.encryption_keys_text is not None:
        place = _key_names(settings).index(name) + 1
        fail(f"De sleutels komen uit {_source(settings)}. Haal daar de {place}e sleutel weg.")
    settings.remove_encryption_key(settings.encryption_keys[_key_names(settings).index(name)])
    OUT.print(f"De sleutel {name} is weggehaald uit {settings.encryption_key_file}.")


def _tell_what_to_set(settings: Settings) -> None:
    from ceo.key_files import new_key

    OUT.print(f"De sleutels komen uit {_source(settings)}. Zet deze nieuwe vooraan, met een komma erachter:\n")
    OUT.print(f"  {new_key()}\n")
    OUT.print("Herstart daarna alle servers, en voer dit nog eens uit: ceo keys rotate")


def _print_uses(uses: Sequence[KeyUse]) -> None:
    from ceo.workflows.installation.rotating import keys_that_can_go

    names = list(uses[0].values)
    head = ("sleutel", "stand", *(_WORDS.get(name, name) for name in names))
    rows = [(use.key, _state(use), *(str(use.values[name]) for name in names)) for use in uses]
    OUT.print(table_of("Hoeveel waarden welke sleutel nodig hebben", head, rows, names=2))
    old = tuple(keys_that_can_go(uses))
    if old:
        OUT.print(f"Niet meer nodig voor deze database: {', '.join(old)}. Weghalen: ceo keys remove {old[0]}")
        OUT.print("Bewaar een oude sleutel zolang er kopieën van de database zijn die met hem zijn versleuteld.")


def _state(use: KeyUse) -> str:
    if not use.known:
        return "ontbreekt"
    return "nieuwste" if use.current else "ouder"


def _in_columns(use: KeyUse) -> int:
    from ceo.workflows.installation.rotating import IN_DRAFTS

    return use.total - use.values[IN_DRAFTS]


def _source(settings: Settings) -> str:
    return settings.given["CEO_ENCRYPTION_KEYS"].source


def _key_names(settings: Settings) -> list[str]:
    from ceo.workflows.installation.keyring import key_name

    return [key_name(key) for key in settings.encryption_keys]


def _told(work: Coroutine[Any, Any, Value]) -> Value:
    with telling_database_faults():
        return asyncio.run(work)


async def _uses(settings: Settings) -> tuple[KeyUse, ...]:
    from ceo.storage.database import open_database
    from ceo.storage.migrating import require_current
    from ceo.workflows.installation.rotating import key_uses

    await require_current(settings)
    async with open_database(settings.database_url) as database:
        return await key_uses(database, settings.encryption_keys)


async def _seal_anew(settings: Settings) -> SealedAnew:
    from ceo.storage.database import open_database
    from ceo.workflows.installation.rotating import seal_anew

    async with open_database(settings.database_url) as database:
        return await seal_anew(database, settings.encryption_keys)
