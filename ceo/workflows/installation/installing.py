"""Preparing the database of an installation, and looking at the role that serves."""

from __future__ import annotations

from dataclasses import dataclass

from asyncpg import PostgresError
from sqlalchemy.exc import DBAPIError

from ceo.settings import Settings
from ceo.storage.database import open_database
from ceo.storage.migrating import is_current, is_forbidden, migrate
from ceo.storage.municipalities import load_municipalities
from ceo.storage.row_security import Secured, role_of
from ceo.storage.tenancy import shared_transaction


class RolesError(Exception):
    """The roles of PostgreSQL are not what an installation needs; the message names cause and cure."""


@dataclass(frozen=True, slots=True)
class Installed:
    """What was done: how many municipalities were new, and how the tables were secured (None on SQLite, which has no roles)."""

    municipalities: int
    secured: Secured | None


@dataclass(frozen=True, slots=True)
class RoleFault:
    """What is wrong with the role that serves. `serious`: row level security does not hold for it at all."""

    role: str
    cause: str
    cure: str
    serious: bool


async def install(settings: Settings) -> Installed:
    """Bring the tables up to date as their owner, give the role that serves its rights, and load the municipalities.

    Raises `RolesError` when the roles or their addresses do not fit.
    """
    serving = await serving_role(settings)
    async with open_database(settings.owner_database_url or settings.database_url) as database:
        try:
            secured = await migrate(database, serving)
            async with shared_transaction(database) as session:
                added = await load_municipalities(session)
        except (DBAPIError, PostgresError) as error:
            if not is_forbidden(error):
                raise
            raise RolesError(
                f"De rol die de tabellen maakt mag dat niet: {_refusal(error)}. Geef in CEO_OWNER_DATABASE_URL de rol waarvan de "
                "database en haar tabellen zijn. Er is niets veranderd."
            ) from None
    await _require_one_database(settings)
    return Installed(added, secured)


async def find_role_fault(settings: Settings) -> RoleFault | None:
    """Return what is wrong with the role that serves, None when nothing is."""
    async with open_database(settings.database_url) as database:
        role = await role_of(database)
    if role is None or not (role.passes_walls or role.owns_tables):
        return None
    if not role.passes_walls:
        return RoleFault(
            role.name,
            "is eigenaar van de tabellen, en kan de rijbeveiliging tussen gemeenten dus uitzetten",
            "Geef de eigenaar een eigen adres in CEO_OWNER_DATABASE_URL, en de website een rol zonder rechten, en voer uit: ceo migrate",
            serious=False,
        )
    right = "is superuser" if role.superuser else "heeft BYPASSRLS"
    return RoleFault(
        role.name,
        f"{right}, zelf of door een rol waarvan zij lid is. De rijbeveiliging tussen gemeenten geldt niet voor haar",
        "Maak een rol zonder rechten (CREATE ROLE ceo_app LOGIN PASSWORD '...'), zet haar in CEO_DATABASE_URL en de eigenaar in "
        "CEO_OWNER_DATABASE_URL, en voer uit: ceo migrate",
        serious=True,
    )


async def serving_role(settings: Settings) -> str | None:
    """Return the role that serves, when the tables have another owner."""
    if settings.owner_database_url is None:
        return None
    async with open_database(settings.database_url) as database:
        role = await role_of(database)
    if role is None:
        raise RolesError(
            "CEO_OWNER_DATABASE_URL is gegeven, en CEO_DATABASE_URL is geen adres van PostgreSQL. Geef daar dezelfde database, met de rol "
            "die de website bedient."
        )
    return role.name


async def _require_one_database(settings: Settings) -> None:
    if settings.owner_database_url is None:
        return
    async with open_database(settings.database_url) as database:
        if not await is_current(database):
            raise RolesError(
                "CEO_OWNER_DATABASE_URL en CEO_DATABASE_URL wijzen naar verschillende databases. Geef in beide dezelfde: alleen de rol "
                "en haar wachtwoord verschillen."
            )


def _refusal(error: Exception) -> str:
    """Return what PostgreSQL said, in its own words."""
    cause = error.driver_exception if isinstance(error, DBAPIError) else error
    return str(cause)
