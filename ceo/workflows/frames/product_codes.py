"""What the product codes of iWmo and iJw are called in a municipality: read, named, taken away, and taken over from a list.

Where a municipality says nothing, a code counts under its category, by the names of the public code lists (`product_categories.csv`).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Final

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.clients import ProductCode, SamplingFrame
from ceo.storage.database import Database
from ceo.storage.tenancy import tenant_of, tenant_reading, tenant_transaction
from ceo.workflows.audit.recording import record
from ceo.workflows.frames.listed import Act
from ceo.workflows.frames.messages.joining import UNNAMED
from ceo.workflows.frames.reading_csv import read_csv
from ceo.workflows.frames.rows import Row, UnreadableListError
from ceo.workflows.frames.values import Wrong, plain_word, read_text

LONGEST_NAME: Final = 100
MOST_CODES: Final = 3_000

_CATEGORY: Final = re.compile(r"\d{2}", re.ASCII)
_CODE: Final = re.compile(r"[0-9A-Z]{0,5}", re.ASCII)
# The names that the columns of a list may have, as `plain_word` writes them.
_HEADS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("categorie", "productcategorie", "category"), "category"),
    **dict.fromkeys(("code", "productcode"), "code"),
    **dict.fromkeys(("product", "naam", "productnaam", "omschrijving", "productomschrijving"), "product"),
}


@dataclass(frozen=True, slots=True)
class Category:
    """A category of the public code lists."""

    act: Act
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class NamedCode:
    """A code with the name that a municipality gave it. `code` "" is a whole category."""

    category: str
    code: str
    product: str


@dataclass(frozen=True, slots=True)
class UnnamedCode:
    """A code that came in a list and has no name of its own: how many supports had it, in the list that had most."""

    category: str
    code: str
    supports: int


@dataclass(frozen=True, slots=True)
class CodeFault:
    """What is wrong with a code: `field` is category, code or product ("" is all of it), `line` counts from 1 in a list."""

    field: str
    code: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Imported:
    """What a list of codes changed."""

    added: int
    changed: int
    same: int


@cache
def public_categories() -> tuple[Category, ...]:
    """Return the categories of the public code lists, those of the Wmo first."""
    text = resources.files("ceo.workflows.frames").joinpath("product_categories.csv").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return tuple(
        Category(Act(row["act"]), row["category"], row["name"]) for row in csv.DictReader(lines, delimiter=";")
    )


async def product_names(session: AsyncSession) -> dict[tuple[str, str], str]:
    """Return what products are called, by category and code, for `read_messages`: the public categories, and over them the own names."""
    names = {(category.code, ""): category.name for category in public_categories()}
    return names | {(row.category, row.code): row.product for row in await session.exec(select(ProductCode))}


async def read_codes(database: Database, municipality: str) -> tuple[list[NamedCode], list[UnnamedCode]]:
    """Return the codes with a name of their own, and those that came in lists and have none (most supports first)."""
    by_code = select(ProductCode).order_by(col(ProductCode.category), col(ProductCode.code))
    async with tenant_reading(database, municipality) as session:
        named = [NamedCode(row.category, row.code, row.product) for row in await session.exec(by_code)]
        summaries = (await session.exec(select(SamplingFrame.summary))).all()
    known = {(row.category, row.code) for row in named}
    counted: dict[tuple[str, str], int] = {}
    for summary in summaries:
        for key, supports in summary.get("left_out", {}).items():
            if key.startswith(UNNAMED):
                category, _, code = key.removeprefix(UNNAMED).partition(":")
                counted[category, code] = max(supports, counted.get((category, code), 0))
    unnamed = [UnnamedCode(*code, supports) for code, supports in counted.items() if code not in known]
    return named, sorted(unnamed, key=lambda code: (-code.supports, code.category, code.code))


async def name_code(
    database: Database, municipality: str, typed: NamedCode, *, actor: str, now: datetime
) -> Sequence[CodeFault]:
    """Give a code a name, or another one; return what is wrong with it, and then nothing is changed."""
    wanted, faults = check_code(typed)
    if faults:
        return faults
    async with tenant_transaction(database, municipality) as session:
        row = await session.get(ProductCode, (municipality, wanted.category, wanted.code))
        before = _put(session, wanted, row)
        if before != wanted.product:
            await _tell(session, "product-code.named", wanted, actor=actor, before=before, now=now)
    return ()


async def remove_code(
    database: Database, municipality: str, category: str, code: str, *, actor: str, now: datetime
) -> bool:
    """Take the own name of a code away; return whether there was one."""
    async with tenant_transaction(database, municipality) as session:
        row = await session.get(ProductCode, (municipality, category, code))
        if row is None:
            return False
        gone = NamedCode(row.category, row.code, row.product)
        await session.delete(row)
        await session.flush()
        await _tell(session, "product-code.removed", gone, actor=actor, before=gone.product, now=now)
    return True


async def import_codes(
    database: Database, municipality: str, pieces: Iterable[bytes], *, actor: str, now: datetime
) -> Imported | Sequence[CodeFault]:
    """Take over the names of a list (CSV with the columns categorie, code and product), or return all that is wrong with it.

    Codes that are not in the list keep their names.
    """
    wanted, faults = read_code_list(pieces)
    if faults:
        return faults
    added = changed = 0
    async with tenant_transaction(database, municipality) as session:
        rows = {(row.category, row.code): row for row in await session.exec(select(ProductCode))}
        for code in wanted:
            before = _put(session, code, rows.get((code.category, code.code)))
            added += before is None
            changed += before not in {None, code.product}
        imported = Imported(added, changed, len(wanted) - added - changed)
        if added or changed:
            await record(
                session,
                municipality,
                actor=actor,
                action="product-codes.imported",
                object_kind="product-code",
                object_id="",
                after={"added": added, "changed": changed},
                now=now,
            )
    return imported


def check_code(typed: NamedCode, *, line: int = 0) -> tuple[NamedCode, Sequence[CodeFault]]:
    """Return a code as it is kept, and what is wrong with it.

    >>> check_code(NamedCode("2", "02a03 ", " Begeleiding  thuis"))
    (NamedCode(category='02', code='02A03', product='Begeleiding thuis'), [])
    >>> [(fault.field, fault.code) for fault in check_code(NamedCode("", "02A0333", ""))[1]]
    [('category', 'category'), ('code', 'code'), ('product', 'required')]
    """
    category, code = typed.category.strip(), typed.code.strip().upper()
    # A spreadsheet takes the zero in front away.
    category = f"0{category}" if len(category) == 1 else category
    product = read_text(typed.product, longest=LONGEST_NAME)
    faults = []
    if not _CATEGORY.fullmatch(category):
        faults.append(CodeFault("category", "category", line))
    if not _CODE.fullmatch(code):
        faults.append(CodeFault("code", "code", line))
    if isinstance(product, Wrong):
        faults.append(CodeFault("product", product.code, line))
    elif not product:
        faults.append(CodeFault("product", "required", line))
    return NamedCode(category, code, "" if isinstance(product, Wrong) else product), faults


def read_code_list(pieces: Iterable[bytes]) -> tuple[list[NamedCode], Sequence[CodeFault]]:
    """Return the codes of a list, and all that is wrong with it by line. The first row has the names of the columns."""
    wanted: dict[tuple[str, str], NamedCode] = {}
    faults: list[CodeFault] = []
    columns: dict[str, int] | None = None
    try:
        for row in read_csv(pieces):
            if columns is None:
                columns = _columns(row)
                faults += [
                    CodeFault(field, "no-column", row.number) for field in sorted({*_HEADS.values()} - {*columns})
                ]
                if faults:
                    return [], faults
                continue
            code, wrong = check_code(
                NamedCode(**{name: str(row.cell(at)) for name, at in columns.items()}), line=row.number
            )
            faults += wrong
            if wanted.setdefault((code.category, code.code), code) != code and not wrong:
                faults.append(CodeFault("code", "twice", row.number))
    except UnreadableListError as error:
        faults.append(CodeFault("", "no-list", error.line))
    if not wanted and not faults:
        faults.append(CodeFault("", "empty"))
    if len(wanted) > MOST_CODES:
        faults.append(CodeFault("", "too-many"))
    return list(wanted.values()), faults


def _columns(head: Row) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, name in enumerate(head.cells):
        if field := _HEADS.get(plain_word(str(name))):
            found.setdefault(field, place)
    return found


def _put(session: AsyncSession, wanted: NamedCode, row: ProductCode | None) -> str | None:
    """Give a code its name, in its row when it has one; return the name that it had."""
    if row is None:
        key = {"category": wanted.category, "code": wanted.code}
        session.add(ProductCode(municipality=tenant_of(session), product=wanted.product, **key))
        return None
    before, row.product = row.product, wanted.product
    return before


async def _tell(
    session: AsyncSession, action: str, code: NamedCode, *, actor: str, before: str | None, now: datetime
) -> None:
    removed = action == "product-code.removed"
    await record(
        session,
        tenant_of(session),
        actor=actor,
        action=action,
        object_kind="product-code",
        object_id=f"{code.category} {code.code}".rstrip(),
        before=None if before is None else {"product": before},
        after=None if removed else {"product": code.product},
        now=now,
    )
