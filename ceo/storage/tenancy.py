"""The ways to reach rows of a municipality, and the one way to read across municipalities.

Every table with a `municipality` column is a `TenantRow`. A tenant session adds `municipality = :own` to each statement on such
tables, and refuses to write a row of another municipality. Without a tenant such tables cannot be read at all. A `PlacedRow` is kept
apart in the same way, with a place for what belongs to no municipality.

On PostgreSQL each transaction also says what it reaches, and row level security keeps it to that (`row_security`): the second wall.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ClauseElement,
    Connection,
    Dialect,
    Executable,
    Select,
    Table,
    TableClause,
    TextClause,
    bindparam,
    event,
)
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction, UOWTransaction, with_loader_criteria
from sqlalchemy.sql.base import ExecutableOption
from sqlalchemy.sql.visitors import ExternallyTraversible
from sqlmodel import Field, SQLModel
from sqlmodel import Session as SqlModelSession
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.database import Database
from ceo.storage.people import NATIONAL
from ceo.storage.reach import EVERYWHERE, reach_in_transaction, reach_of

_TENANT = "municipality"
_ACROSS = "across_municipalities"
_PLACE = "place"
_REACH = "reach"


class TenantRow(SQLModel):
    """A row that belongs to one municipality (CBS code, such as GM0344)."""

    municipality: str = Field(foreign_key="municipality.code", index=True)


class PlacedRow(SQLModel):
    """A row that belongs to one place: a municipality, or `NATIONAL`, which is the place of a `shared_transaction`."""

    place: str = Field(primary_key=True)


class ForeignTenantError(Exception):
    """Our own code tried to write a row of another municipality."""


class _TenantSession(SqlModelSession):
    """The synchronous session below a tenant's `AsyncSession`; a class of its own so that the listeners hear only it."""


@asynccontextmanager
async def tenant_transaction(database: Database, municipality: str) -> AsyncIterator[AsyncSession]:
    """Open a writing transaction of one municipality. It commits at the end, or rolls back when an exception leaves it."""
    async with _session(database, _own_only(municipality), writing=True) as session, session.begin():
        yield session


def tenant_of(session: AsyncSession) -> str:
    """Return the municipality of a session."""
    municipality: str = session.info[_TENANT]
    return municipality


@asynccontextmanager
async def tenant_reading(database: Database, municipality: str) -> AsyncIterator[AsyncSession]:
    """Open a reading transaction of one municipality."""
    async with _session(database, _own_only(municipality), writing=False) as session:
        yield session


@asynccontextmanager
async def reading_across(database: Database) -> AsyncIterator[AsyncSession]:
    """Open a reading transaction over all municipalities: for comparison, and for tables that belong to nobody."""
    async with _session(database, {_ACROSS: True, _REACH: EVERYWHERE}, writing=False) as session:
        yield session


@asynccontextmanager
async def shared_transaction(database: Database) -> AsyncIterator[AsyncSession]:
    """Open a writing transaction on tables that belong to no municipality. Rows of a tenant are out of reach."""
    async with _session(database, {_REACH: NATIONAL}, writing=True) as session, session.begin():
        yield session


@dataclass(frozen=True, slots=True)
class _DriverReading:
    """A reading as one driver takes it: parameters in the order of their places, and for each column what makes a value of it."""

    statement: str
    parameters: tuple[str, ...]
    columns: tuple[Callable[[Any], Any] | None, ...]


@dataclass(frozen=True, slots=True)
class PreparedReading:
    """A reading within one municipality that is compiled once for each kind of database; see `prepare_reading`."""

    statement: Select[*tuple[Any, ...]]
    _compiled: dict[str, _DriverReading] = field(default_factory=dict)

    def for_driver(self, dialect: Dialect) -> _DriverReading:
        """Return the reading as the driver of a dialect takes it."""
        if dialect.name not in self._compiled:
            compiled = self.statement.compile(dialect=dialect)
            types = (column.type.dialect_impl(dialect) for column in self.statement.selected_columns)
            self._compiled[dialect.name] = _DriverReading(
                str(compiled),
                tuple(compiled.positiontup or ()),
                tuple(kind.result_processor(dialect, None) for kind in types),
            )
        return self._compiled[dialect.name]


def prepare_reading(statement: Select[*tuple[Any, ...]]) -> PreparedReading:
    """Prepare a statement on plain tables, with each of them filtered by the municipality; see `read_prepared`."""
    froms = statement.get_final_froms()
    tables = [table for table in froms if isinstance(table, Table) and _TENANT in table.c]
    assert len(tables) == len(froms), "only a plain join of tenant tables can be prepared"
    return PreparedReading(statement.where(*(table.c[_TENANT] == bindparam(_TENANT) for table in tables)))


async def read_prepared(
    database: Database, municipality: str, prepared: PreparedReading, **values: str
) -> list[tuple[Any, ...]]:
    """Read a few rows of one municipality with the driver itself: for what is asked with every page, a tenth of the time of a session."""
    reading = prepared.for_driver(database.reader.dialect)
    given = {**values, _TENANT: municipality}
    rows = await database.at_hand.read(reading.statement, [given[name] for name in reading.parameters], (municipality,))
    return [
        tuple(value if make is None else make(value) for value, make in zip(row, reading.columns, strict=True))
        for row in rows
    ]


def _own_only(municipality: str) -> dict[str, object]:
    return {_TENANT: municipality, _REACH: reach_of((municipality,))}


def _session(database: Database, info: dict[str, object], *, writing: bool) -> AsyncSession:
    engine = database.writer if writing else database.reader
    return AsyncSession(engine, sync_session_class=_TenantSession, info=info, expire_on_commit=False)


@event.listens_for(_TenantSession, "after_begin")
def _tell_reach(session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        reach_in_transaction(connection, session.info[_REACH])


@event.listens_for(_TenantSession, "do_orm_execute")
def _filter_by_municipality(state: ORMExecuteState) -> None:
    if _ACROSS in state.session.info and state.is_select:
        return
    mapped, plain = _kept_apart(state.statement)
    if plain:
        raise ForeignTenantError(f"{sorted(plain)} cannot be filtered: name the row's class")
    owners = {name: _owner(state.session, table) for name, table in mapped.items()}
    homeless = sorted(name for name, owner in owners.items() if owner is None)
    if homeless:
        raise ForeignTenantError(f"{homeless} is reached without a municipality")
    if state.is_insert:
        _refuse_foreign_values(state)
    elif mapped:
        if state.is_update:
            _refuse_moving(state)
        state.statement = state.statement.options(*(_own_rows(mapped[name], owners[name]) for name in sorted(mapped)))


def _owner(session: Session, table: type[SQLModel]) -> str | None:
    """Return the municipality or place to which the rows of a table that a session reaches belong; None when it reaches none."""
    if _ACROSS in session.info:
        return None
    owner: str | None = session.info.get(_TENANT, NATIONAL if issubclass(table, PlacedRow) else None)
    return owner


def _owner_column(table: type[SQLModel]) -> str | None:
    """Return the column that says to whom a row belongs; None for a table that is shared."""
    return _TENANT if issubclass(table, TenantRow) else _PLACE if issubclass(table, PlacedRow) else None


@lru_cache(maxsize=32_768)  # more than all tables of all municipalities
def _own_rows(table: type[SQLModel], owner: str | None) -> ExecutableOption:
    """Return what filters a table. A lambda, because only that fits the alias in a join."""
    if issubclass(table, PlacedRow):
        return with_loader_criteria(table, lambda row: row.place == owner, include_aliases=True)
    return with_loader_criteria(table, lambda row: row.municipality == owner, include_aliases=True)


def _kept_apart(statement: Executable) -> tuple[dict[str, type[SQLModel]], set[str]]:
    """Return the tables anywhere in a statement whose rows belong to somebody: the classes of those that can be filtered, and all others.

    Below a class SQLAlchemy names its table once more, so a name among both is the same table. Text can name any table.
    """
    tables: dict[str, type[SQLModel]] = {
        str(table.__tablename__): table for table in (*TenantRow.__subclasses__(), *PlacedRow.__subclasses__())
    }
    mapped: dict[str, type[SQLModel]] = {}
    plain: set[str] = set()
    assert isinstance(statement, ClauseElement)
    waiting: list[ExternallyTraversible] = [statement]
    seen: set[int] = set()
    while waiting:
        part = waiting.pop()
        if id(part) in seen:
            continue
        seen.add(id(part))
        entity = getattr(part, "_annotations", {}).get("parententity")
        if entity is not None:
            name = str(entity.mapper.class_.__tablename__)
            mapped |= {name: tables[name]} if name in tables else {}
        elif isinstance(part, TextClause):
            plain.add("text")
        elif isinstance(part, TableClause):
            plain |= {part.name} & tables.keys()
        else:
            waiting.extend(part.get_children())
    return mapped, plain.difference(mapped)


def _refuse_foreign_values(state: ORMExecuteState) -> None:
    """Refuse to insert rows of others, and rows of whom it cannot be told: those of a list of values, or that are selected."""
    mapper = state.bind_mapper
    column = None if mapper is None else _owner_column(mapper.class_)
    if mapper is None or column is None:
        return
    owner = _owner(state.session, mapper.class_)
    fixed = {key.key: getattr(value, "value", None) for key, value in _values(state).items()}
    rows = [state.parameters] if isinstance(state.parameters, Mapping) else (state.parameters or [fixed])
    if fixed.get(column, owner) != owner or any(row.get(column) != owner for row in rows):
        raise ForeignTenantError(f"a {mapper.class_.__name__} of another municipality is inserted")


def _values(state: ORMExecuteState) -> Mapping[Any, Any]:
    """Return what `.values(...)` of a statement gives all its rows, by column."""
    return getattr(state.statement, "_values", None) or {}


def _refuse_moving(state: ORMExecuteState) -> None:
    """Refuse to change the municipality of rows, and to update by a list of keys, which no filter sees."""
    changed = {column.key for column in _values(state)}
    if state.parameters or {_TENANT, _PLACE} & changed:
        raise ForeignTenantError("an update may reach rows of another municipality")


@event.listens_for(_TenantSession, "before_flush")
def _refuse_foreign_rows(session: Session, _context: UOWTransaction, _instances: object) -> None:
    for row in (*session.new, *session.dirty, *session.deleted):
        column = _owner_column(type(row))
        if column is not None and getattr(row, column) != _owner(session, type(row)):
            raise ForeignTenantError(f"a {type(row).__name__} of another municipality is written")
