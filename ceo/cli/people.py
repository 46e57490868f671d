"""Commands about people and what they may do: for who keeps the server, and for the first owner of a municipality."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NoReturn, Protocol

import click

from ceo.cli.places import PLACE_HELP, Place, all_places, require_place, work_on
from ceo.clock import now
from ceo.terminal import OUT, fail, table_of, warn

if TYPE_CHECKING:
    from datetime import datetime

    from ceo.settings import Settings
    from ceo.storage.database import Database
    from ceo.workflows.staff.accounts import Account, Done
    from ceo.workflows.staff.people import Member
    from ceo.workflows.staff.staff_rules import Acting, Refused, Wanted

_OPTIONS: Final = {"email": "EMAIL", "name": "--name", "roles": "--role", "activities": "--activity"}

_email = click.argument("email")
_place = click.option("--place", required=True, help=PLACE_HELP)
_roles = click.option(
    "--role",
    "roles",
    multiple=True,
    help="Wat deze persoon daar is, mag vaker: owner, editor, fieldworker, analyst, reader, partner of regional. "
    "Landelijk: national-editor of national-researcher.",
)
_activities = click.option(
    "--activity", "activities", multiple=True, help="Een activiteit die een partner ziet, mag vaker."
)


class _AccountChange(Protocol):
    """One of the workflows that change an account."""

    async def __call__(self, database: Database, user_id: str, /, *, by: Acting, now: datetime) -> Done | Refused: ...


@click.group()
def user() -> None:
    """Mensen die met CEO werken: uitnodigen, rollen geven, blokkeren.

    Wat elke rol mag, staat in docs/rights.md. Elke wijziging komt in het logboek van de gemeente.
    """


@user.command()
@_email
@click.option("--name", required=True, help="Naam, zoals collega's haar zien.")
@_place
@_roles
@_activities
def add(email: str, name: str, place: str, roles: Sequence[str], activities: Sequence[str]) -> None:
    """Laat iemand in een gemeente werken. Zonder --role kijkt deze persoon alleen mee (reader).

    De uitnodiging gaat per mail. Is er geen mailserver, dan staat hier een link die u zelf overhandigt.
    """
    from ceo.workflows.staff.people import Invited, invite
    from ceo.workflows.staff.staff_rules import Invitee

    async def run(database: Database, settings: Settings) -> None:
        where = await require_place(database, place)
        wanted = _wanted(roles or ("reader",), activities)
        invited = await invite(database, where.code, Invitee(email, name), wanted, by=_operator(), now=now())
        if not isinstance(invited, Invited):
            _refuse(invited)
        OUT.print(f"{invited.name} ({invited.email}) werkt nu in {where.name}: {_names(wanted.roles)}.", markup=False)
        if invited.needs_link:
            await _send_link(database, settings, invited.id, invited.email)
        else:
            OUT.print("Deze persoon had al een account, en meldt zich aan zoals altijd.")

    work_on(run)


@user.command("list")
@click.option("--place", help=f"Alleen deze. {PLACE_HELP}")
def list_people(place: str | None) -> None:
    """Toon wie er werken, met hun rollen."""
    from ceo.workflows.staff.accounts import all_accounts

    async def run(database: Database, _: Settings) -> None:
        where = await require_place(database, place) if place is not None else None
        names = {one.code: one.name for one in await all_places(database)}
        accounts = await all_accounts(database)
        chosen = [one for one in accounts if where is None or where.code in dict(one.places)]
        if not chosen:
            OUT.print(
                "Er werkt nog niemand. Begin met een eigenaar: ceo user add EMAIL --name NAAM --place GEMEENTE --role owner"
            )
            return
        rows = [(one.email, one.name, _written(one, names), _state(one)) for one in chosen]
        OUT.print(table_of("Mensen", ("E-mail", "Naam", "Waar en wat", "Stand"), rows, names=4))

    work_on(run)


@user.command("role")
@_email
@_place
@_roles
@_activities
def change_role(email: str, place: str, roles: Sequence[str], activities: Sequence[str]) -> None:
    """Geef iemand andere rollen in een gemeente. De rollen die u noemt, komen in plaats van de vorige."""
    from ceo.workflows.staff.people import change_member

    async def run(database: Database, _: Settings) -> None:
        where = await require_place(database, place)
        held = await _require_member(database, where, email)
        wanted = _wanted(roles, activities)
        refused = await change_member(
            database, where.code, held.id, wanted, state=held.part.state, by=_operator(), now=now()
        )
        if refused:
            _refuse(refused)
        OUT.print(f"{held.name} is nu in {where.name}: {_names(wanted.roles)}.", markup=False)

    work_on(run)


@user.command()
@_email
@_place
def remove(email: str, place: str) -> None:
    """Laat iemand niet meer in een gemeente werken. Wie nergens meer werkt, wordt overal afgemeld."""
    from ceo.workflows.staff.people import take_away

    async def run(database: Database, _: Settings) -> None:
        where = await require_place(database, place)
        held = await _require_member(database, where, email)
        refused = await take_away(database, where.code, held.id, state=held.part.state, by=_operator(), now=now())
        if refused:
            _refuse(refused)
        OUT.print(f"{held.name} werkt niet meer in {where.name}.", markup=False)

    work_on(run)


@user.command()
@_email
def link(email: str) -> None:
    """Maak een nieuwe link waarmee iemand een wachtwoord kiest. De vorige link werkt dan niet meer."""

    async def run(database: Database, settings: Settings) -> None:
        account = await _require_account(database, email)
        if account.disabled:
            fail(f"{account.email} is geblokkeerd. Geef eerst weer toegang: ceo user enable {account.email}")
        await _send_link(database, settings, account.id, account.email)

    work_on(run)


@user.command()
@_email
def disable(email: str) -> None:
    """Blokkeer iemand overal: aanmelden kan niet meer, en wie aangemeld is wordt afgemeld."""
    from ceo.workflows.staff.accounts import disable as disable_account

    _change_account(email, disable_account, "{email} kan zich niet meer aanmelden.")


@user.command()
@_email
def enable(email: str) -> None:
    """Laat iemand die geblokkeerd is weer toe."""
    from ceo.workflows.staff.accounts import enable as enable_account

    _change_account(email, enable_account, "{email} kan zich weer aanmelden.")


@user.command("reset-second-factor")
@_email
def reset_factor(email: str) -> None:
    """Haal de tweede stap weg van iemand die de telefoon kwijt is. Ga eerst na dat het echt deze persoon is."""
    from ceo.workflows.staff.accounts import reset_second_factor

    told = (
        "De tweede stap van {email} is weg, en deze persoon is overal afgemeld. Bij het aanmelden komt er een nieuwe."
    )
    _change_account(email, reset_second_factor, told)


@user.command("sign-out")
@_email
def sign_out(email: str) -> None:
    """Meld iemand overal af."""
    from ceo.workflows.staff.accounts import sign_out_everywhere

    _change_account(email, sign_out_everywhere, "{email} is overal afgemeld.")


def _change_account(email: str, change: _AccountChange, told: str) -> None:
    from ceo.workflows.staff.accounts import Done

    async def run(database: Database, _: Settings) -> None:
        account = await _require_account(database, email)
        done = await change(database, account.id, by=_operator(), now=now())
        if not isinstance(done, Done):
            _refuse([done])
        OUT.print(told.format(email=account.email), markup=False)
        names = {one.code: one.name for one in await all_places(database)} if done.without_manager else {}
        for code in done.without_manager:
            warn(f"{names[code]}: daar kan nu niemand anderen toelaten. Maak iemand eigenaar met: ceo user role")

    work_on(run)


async def _send_link(database: Database, settings: Settings, user_id: str, email: str) -> None:
    from ceo.workflows.staff.mail_links import invite_by_mail

    address = await invite_by_mail(database, settings, user_id, now=now())
    if address is None:
        OUT.print(f"De uitnodiging is gemaild aan {email}. De link werkt 7 dagen.", markup=False)
        return
    if settings.mail is not None:
        warn("De mailserver nam de mail niet aan.")
    OUT.print("Er is niets gemaild. Geef deze link zelf, en alleen aan deze persoon. Hij werkt één keer, 7 dagen lang:")
    click.echo(address)


async def _require_account(database: Database, email: str) -> Account:
    from ceo.workflows.staff.accounts import find_account

    account = await find_account(database, email)
    if account is None:
        fail(f"Er is niemand met het e-mailadres {email}. Kijk wie er werken met: ceo user list")
    return account


async def _require_member(database: Database, where: Place, email: str) -> Member:
    from ceo.workflows.staff.people import find_member

    account = await _require_account(database, email)
    member = await find_member(database, where.code, account.id)
    if member is None:
        fail(f"{account.email} werkt niet in {where.name}. Laat deze persoon toe met: ceo user add")
    return member


def _operator() -> Acting:
    from ceo.workflows.staff.staff_rules import Operator

    return Operator("ceo user")


def _wanted(roles: Sequence[str], activities: Sequence[str]) -> Wanted:
    """Return what was asked for. A role may also be given as the pages call it."""
    from ceo.web.staff.people_words import ROLE_NAMES
    from ceo.workflows.staff.staff_rules import Wanted

    dutch = {name.casefold(): str(role) for role, name in ROLE_NAMES.items()}
    return Wanted(frozenset(dutch.get(role.casefold(), role.casefold()) for role in roles), tuple(activities))


def _names(roles: frozenset[str]) -> str:
    from ceo.web.staff.people_words import ROLE_NAMES

    return ", ".join(sorted(ROLE_NAMES.get(role, role).lower() for role in roles))


def _refuse(refused: Sequence[Refused]) -> NoReturn:
    """Tell everything that is wrong, and stop."""
    from ceo.web.staff.people_words import FAULT_VALUES, FAULT_WORDS

    lines = []
    for one in refused:
        where = f"{_OPTIONS[one.field]}: " if one.field in _OPTIONS else ""
        lines.append(where + FAULT_WORDS[one.fault] % FAULT_VALUES)
    fail("\n".join([*lines, "Er is niets veranderd."]))


def _written(account: Account, names: dict[str, str]) -> str:
    places = (f"{names.get(code, code)}: {_names(frozenset(roles))}" for code, roles in account.places)
    return "\n".join(places) or "nergens"


def _state(account: Account) -> str:
    if account.disabled:
        return "geblokkeerd"
    if not account.can_sign_in:
        return "uitnodiging open"
    return "" if account.has_second_factor else "geen tweede stap"
