"""The house style of a municipality: its theme, its logo and its contact lines, kept in versions so that a change can be undone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy.exc import IntegrityError

from ceo.storage.database import Database
from ceo.storage.house_styles import HouseStyle, newest_numbers, newest_styles, read_styles
from ceo.storage.tenancy import reading_across, tenant_reading, tenant_transaction
from ceo.workflows.audit.recording import record
from ceo.workflows.house.contact import NO_CONTACT, Contact, read_contact, stored_contact
from ceo.workflows.house.contrast import is_dark_on_light, verdicts, written_ratio
from ceo.workflows.house.logos import is_logo, read_logo
from ceo.workflows.house.themes import Theme, read_theme, stored_theme
from questionnaires.problems import Problem


@dataclass(frozen=True, slots=True)
class Style:
    """One version of a house style. Number 0 is the look of a municipality that chose nothing; `logo` is "" without one."""

    theme: Theme = field(default_factory=Theme)
    logo: str = ""
    contact: Contact = NO_CONTACT
    number: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that another version does differently; "" where it is not chosen."""

    what: str
    before: str
    after: str


class StyleChangedError(Exception):
    """Somebody else changed this house style in between: look at what is in use now, and decide again."""


NO_STYLE: Final = Style()

# Of our own invention: the demonstration borrows a municipality's name, not its looks.
_THEME: Final = """:root {
  --basis-color-action-1-inverse-bg-default: #5b2a86;
  --basis-color-action-1-inverse-bg-hover: #421d63;
  --basis-color-action-1-bg-subtle: #f3ecfa;
  --basis-color-action-1-color-default: #5b2a86;
  --basis-text-font-family-default: Verdana, "DejaVu Sans", sans-serif;
  --basis-form-control-border-radius: 0.75rem;
}"""
_LOGO: Final = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 40">
<path d="M2 36V14h56v22h-8a9 9 0 0 0-18 0h-4a9 9 0 0 0-18 0z" fill="#5b2a86"/><path d="M2 4h56v5H2z" fill="#1c7c54"/></svg>"""
_CONTACT: Final = """phone: 0800 0000
email: onderzoek@utrecht.example
address: Voorbeeldplein 1, Utrecht
website: https://www.utrecht.example
privacy_officer: privacy@utrecht.example
complaints: https://www.utrecht.example/klachten
"""


async def style_of(database: Database, municipality: str) -> Style:
    """Return the house style that a municipality uses now."""
    async with tenant_reading(database, municipality) as session:
        rows = await newest_styles(session, 1)
    return _style(rows[0]) if rows else NO_STYLE


async def previous_style(database: Database, municipality: str) -> Style:
    """Return the version before the one in use; before the first there is the look of who chose nothing."""
    async with tenant_reading(database, municipality) as session:
        rows = await newest_styles(session, 2)
    return _style(rows[1]) if len(rows) > 1 else NO_STYLE


async def keep_style(
    database: Database, municipality: str, style: Style, *, after: int, actor: str, now: datetime
) -> Style:
    """Let a municipality use a style, as the version that follows on number `after`; return it with its own number.

    It is recorded that `actor` did, a user or a command.

    Raise `StyleChangedError` when that version is no longer the newest. Undoing is keeping the previous version anew.
    """
    assert not find_faults(style.theme, ""), "only a style without faults is kept"
    kept = HouseStyle(
        municipality=municipality,
        number=after + 1,
        tokens=dict(style.theme.tokens),
        logo=style.logo,
        contact=style.contact.model_dump(exclude_none=True),
    )
    try:
        async with tenant_transaction(database, municipality) as session:
            if [row.number for row in await newest_styles(session, 1)] != [after][: after > 0]:
                raise StyleChangedError
            session.add(kept)
            await session.flush()
            await record(
                session,
                municipality,
                actor=actor,
                action="house-style.changed",
                object_kind="house-style",
                object_id=str(after + 1),
                after=_summary(style),
                now=now,
            )
    except IntegrityError as error:  # at the same time, on PostgreSQL
        raise StyleChangedError from error
    return Style(style.theme, style.logo, style.contact, after + 1)


async def newer_styles(database: Database, known: Mapping[str, int]) -> dict[str, Style]:
    """Return the style of each municipality that uses another version than is known, by municipality."""
    async with reading_across(database) as session:
        newest = await newest_numbers(session)
        wanted = [(code, number) for code, number in newest.items() if known.get(code) != number]
        rows: Iterable[HouseStyle] = await read_styles(session, wanted) if wanted else ()
    return {row.municipality: _style(row) for row in rows}


def demonstration_style() -> Style:
    """Return the house style of one municipality of the demonstration, read as the files of a municipality are."""
    theme = read_theme(_THEME, "demonstratie.css")
    logo = read_logo(_LOGO.encode(), "demonstratie.svg")
    contact = read_contact(_CONTACT, "demonstratie.yaml")
    assert isinstance(theme, Theme), theme
    assert isinstance(logo, str), logo
    assert isinstance(contact, Contact), contact
    return Style(theme, logo, contact)


def find_faults(theme: Theme, file_name: str) -> list[Problem]:
    """Return why people could not read pages with this theme: colours that are too near to each other."""
    faults = [
        Problem(
            file_name,
            1,
            verdict.pair.mended,
            "T07",
            f"{verdict.pair.what}: het contrast is {written_ratio(verdict.ratio)}, "
            f"en minstens {written_ratio(verdict.pair.least)} is nodig.",
            f"Kies bijvoorbeeld {verdict.cure}.",
        )
        for verdict in verdicts(theme.values)
        if not verdict.passes
    ]
    if not is_dark_on_light(theme.values):
        cause = "De tekst is lichter dan de pagina. Op papier en in invoervelden is zij dan niet te lezen."
        faults.append(Problem(file_name, 1, "", "T08", cause, "Geef het lichte kleurenschema."))
    return sorted(faults)


def changes(before: Style, after: Style) -> list[Change]:
    """Return what would change, in order of name."""
    old, new = _lines(before), _lines(after)
    different = sorted(name for name in {*old, *new} if old.get(name) != new.get(name))
    return [Change(name, old.get(name, ""), new.get(name, "")) for name in different]


def _style(row: HouseStyle) -> Style:
    """Return a stored version as this version of the software reads it."""
    theme = stored_theme(row.tokens)
    readable = theme if not find_faults(theme, "") else Theme()
    return Style(readable, row.logo if is_logo(row.logo) else "", stored_contact(row.contact), row.number)


def _summary(style: Style) -> dict[str, object]:
    """Return what is recorded of a style: the colours, and which contact lines there are. A line can name a person."""
    lines = sorted(style.contact.model_dump(exclude_none=True))
    return {"tokens": dict(style.theme.tokens), "has_logo": bool(style.logo), "contact_lines": lines}


def _lines(style: Style) -> dict[str, str]:
    fingerprint = hashlib.sha256(style.logo.encode()).hexdigest()[:8]
    logo = {"logo": f"{len(style.logo)} tekens, kenmerk {fingerprint}"} if style.logo else {}
    contact: dict[str, str] = style.contact.model_dump(exclude_none=True)
    return {**style.theme.tokens, **logo, **contact}
