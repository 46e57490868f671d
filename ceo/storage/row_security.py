"""The second wall between municipalities, and what may never be changed: kept by the database itself.

On PostgreSQL every table whose rows belong to somebody has row level security, forced, so that it holds for the owner of the tables too.
Its policies compare the municipality (or place) of a row with what the transaction said that it reaches (`reach`). What is published
stays readable for everybody, and who takes part in a draft of others reads it and can have it made anew, no more. Two roles: the owner
makes and migrates the tables; the application's role has the rights that serving needs, and no others. The wall stops our own mistakes,
such as a filter that was forgotten; it does not stop who can change the setting itself.

What municipalities do together is read by everybody and written for the whole country only; of a poll a municipality says that somebody
voted, and nothing else. What users are told and follow, no transaction of a municipality sees or changes. One user is kept from another by
our own code: the database does not know who asks.

On both databases rows of `audit_record` are added and never changed. On PostgreSQL nobody has the right or a policy to; on SQLite
triggers refuse it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ceo.storage.database import Database
from ceo.storage.forgetting import VACUUMED
from ceo.storage.people import NATIONAL
from ceo.storage.reach import EVERYWHERE, SETTING

_RECORD: Final = "audit_record"

# What the application needs of a table where that is not everything.
_ALL: Final = "SELECT, INSERT, UPDATE, DELETE"
_KEPT: Final = "SELECT, INSERT, UPDATE"
_ADDED: Final = "SELECT, INSERT"
_FEWER: Final[Mapping[str, str]] = {
    "alembic_version": "SELECT",
    "municipality": "SELECT",
    _RECORD: _ADDED,
    "configuration_revision": _ADDED,
    "edition": _ADDED,
    "series_edition": _ADDED,
    "house_style": _ADDED,
    "library_draft_revision": _ADDED,
    "library_release": _ADDED,
    "library_review": _ADDED,
    "published_counts": _ADDED,
    # Whose an edition is, and what was chosen about it, stays.
    "release": "SELECT, INSERT, UPDATE (state, asked_at, fault, progress, size, made_at, manifest, digest, published_on, "
    "ended_on, ended_because)",
    "release_round": _KEPT,
    "api_key": _KEPT,
    # From the first vote on nothing of a poll changes (`_APART`), and a ballot that is taken back stays, without themes.
    "ballot": _KEPT,
    "poll": "SELECT, INSERT, UPDATE (question, method, themes, opens_on, closes_on, voted, row_version)",
    "theme": _KEPT,
    "cluster": _KEPT,
    "notice": "SELECT, INSERT, DELETE, UPDATE (seen_on, mail_due, mailed_on)",
    "notice_choice": "SELECT, INSERT, DELETE, UPDATE (mailed)",
    "calendar_feed": "SELECT, INSERT, DELETE",
    "area": _KEPT,
    "area_change": _ADDED,
    "area_division": _ADDED,
    "register_figure": _KEPT,
    "microdata_agreement": _KEPT,
    "snapshot": _ADDED,
    "erasure": _KEPT,
    "published_questionnaire": "SELECT, INSERT, UPDATE (withdrawn_on, withdrawn_because)",
    "configuration": _KEPT,
    "identity_provider": _KEPT,
    "library_draft": _KEPT,
    "round": _KEPT,
    "staff_user": _KEPT,
}
# From this version on somebody who is not the owner can be allowed to vacuum a table.
_MAINTAIN_SINCE: Final = 170_000

# In subqueries: evaluated once a statement, not once a row.
_OWN: Final = f"= ANY ((SELECT string_to_array(current_setting('{SETTING}', true), ','))::text[])"
_ACROSS: Final = f"(SELECT current_setting('{SETTING}', true)) = '{EVERYWHERE}'"
# What works for the whole installation: national editors, and the worker that writes files of everybody's releases.
_SHARED: Final = f"'{NATIONAL}' {_OWN}"
_PUBLIC: Final = "state IN ('published', 'corrected', 'withdrawn')"
_DRAFT: Final = "state IN ('draft', 'signed')"
_TAKES_PART: Final = (
    "EXISTS (SELECT FROM release_round AS r WHERE r.release = name AND r.edition = release.edition "
    f"AND r.municipality {_OWN})"
)
# What belongs to an edition belongs to who proposed that.
_OF_OWN_RELEASE: Final = (
    f"EXISTS (SELECT FROM release AS l WHERE l.name = {{table}}.release AND l.edition = {{table}}.edition AND l.place {_OWN})"
    f" OR {_SHARED}"
)

# A municipality locks a poll while it votes, and says that it voted; the rest of the row is as it was. This reads the table that it
# guards, which PostgreSQL allows as long as what may be read there (`_READ_BY_ALL`) asks nothing more.
_VOTES: Final = f"(SELECT current_setting('{SETTING}', true)) LIKE 'GM%'"
_VOTED_ONLY: Final = (
    f"{_VOTES} AND voted AND EXISTS (SELECT FROM poll AS o WHERE o.id = poll.id "
    "AND to_jsonb(o) - 'voted' = to_jsonb(poll) - 'voted')"
)

# The policies of the tables whose rows belong to somebody without a column `municipality`, or to the country, as (name, what for, rows
# that a transaction sees or changes, rows as it may leave them). Policies of the same kind add up.
_Policy = tuple[str, str, str, str]
_READ_BY_ALL: Final[_Policy] = ("read", "SELECT", "true", "")
_OF_THE_COUNTRY: Final[_Policy] = ("own", "ALL", _SHARED, _SHARED)
_APART: Final[Mapping[str, tuple[_Policy, ...]]] = {
    _RECORD: (("read_own", "SELECT", f"place {_OWN}", ""), ("add_own", "INSERT", "", f"place {_OWN}")),
    **dict.fromkeys(("answer_to_question", "antenna", "api_key"), (("own", "ALL", f"place {_OWN}", f"place {_OWN}"),)),
    **{
        table: (("own", "ALL", _OF_OWN_RELEASE.format(table=table), _OF_OWN_RELEASE.format(table=table)),)
        for table in ("microdata_agreement", "release_file")
    },
    **dict.fromkeys(("theme", "cluster", "organisation"), (_READ_BY_ALL, _OF_THE_COUNTRY)),
    "poll": (
        _READ_BY_ALL,
        ("make", "INSERT", "", _SHARED),
        ("change", "UPDATE", f"{_SHARED} AND NOT voted", _SHARED),
        ("vote", "UPDATE", _VOTES, _VOTED_ONLY),
    ),
    # Of users, who work in more than one place: made, mailed and forgotten for all at once.
    **dict.fromkeys(("notice", "notice_choice", "calendar_feed"), (_OF_THE_COUNTRY,)),
    "release": (
        ("own", "ALL", f"place {_OWN} OR {_SHARED}", f"place {_OWN} OR {_SHARED}"),
        ("read_published", "SELECT", _PUBLIC, ""),
        ("read_drafts", "SELECT", _TAKES_PART, ""),
        # A municipality that signs or leaves has the edition signed, or made anew.
        ("decide", "UPDATE", f"{_DRAFT} AND {_TAKES_PART}", _DRAFT),
    ),
}
_NAMED_APART: Final = ", ".join(f"'{table}'" for table in _APART)

# From the catalogue, so that no new table can be forgotten.
_WALLED: Final = f"""
    SELECT c.relname FROM pg_class AS c
    WHERE c.relnamespace = to_regnamespace(current_schema()) AND c.relkind IN ('r', 'p')
      AND (c.relname IN ({_NAMED_APART}) OR EXISTS (SELECT FROM pg_attribute AS a
           WHERE a.attrelid = c.oid AND a.attname = 'municipality' AND NOT a.attisdropped))"""  # noqa: S608 - names of our own tables
_UNGUARDED: Final = f"""{_WALLED} AND NOT (c.relrowsecurity AND c.relforcerowsecurity
      AND EXISTS (SELECT FROM pg_policy AS p WHERE p.polrelid = c.oid))"""
_POLICIES: Final = "SELECT tablename, policyname FROM pg_policies WHERE schemaname = current_schema()"
_OWNED: Final = (
    "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND pg_has_role(tableowner, 'MEMBER')"
)
_ROLE: Final = """
    SELECT current_user AS name, bool_or(r.rolsuper) AS superuser, bool_or(r.rolsuper OR r.rolbypassrls) AS passes_walls,
           EXISTS (SELECT FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'alembic_version'
                   AND pg_has_role(tableowner, 'MEMBER')) AS owns_tables
    FROM pg_roles AS r WHERE pg_has_role(r.oid, 'MEMBER')"""
_PLACE: Final = """
    SELECT current_user AS owner, current_schema() AS schema, current_setting('server_version_num')::integer AS version"""

_TRIGGERS: Final[Mapping[str, str]] = {
    "audit_record_is_not_changed": "BEFORE UPDATE ON audit_record",
    "audit_record_is_not_removed": "BEFORE DELETE ON audit_record",
    # A statement that replaces rows removes them without asking the trigger before.
    "audit_record_is_not_replaced": "BEFORE INSERT ON audit_record "
    "WHEN EXISTS (SELECT 1 FROM audit_record AS o WHERE o.place = NEW.place AND o.number = NEW.number)",
}


@dataclass(frozen=True, slots=True)
class Role:
    """A role of PostgreSQL, with what it is or can become.

    `passes_walls`: row level security does not hold for it. `owns_tables`: it can take the wall away.
    """

    name: str
    superuser: bool
    passes_walls: bool
    owns_tables: bool


@dataclass(frozen=True, slots=True)
class Secured:
    """What was done: which tables got the wall, and which rights the application's role has on which tables.

    `application` is None when the owner itself serves. `vacuums`: who serves can let PostgreSQL give back what was removed from the
    tables `VACUUMED`.
    """

    owner: str
    application: str | None
    walled: tuple[str, ...]
    rights: Mapping[str, tuple[str, ...]]
    vacuums: bool


async def role_of(database: Database) -> Role | None:
    """Return the role with which a database is used; None on SQLite, which has none."""
    if database.writer.dialect.name != "postgresql":
        return None
    async with database.reader.connect() as connection:
        return Role(*(await connection.execute(text(_ROLE))).one())


async def is_secured(connection: AsyncConnection) -> bool:
    """Tell whether every table that needs a guard has it."""
    if connection.dialect.name == "sqlite":
        present = await connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
        return _TRIGGERS.keys() <= set(present)
    return (await connection.execute(text(_UNGUARDED))).first() is None


async def lift(connection: AsyncConnection) -> None:
    """Take every guard away until `secure` puts it back, in one transaction of the owner: a migration sees and changes all rows."""
    if connection.dialect.name == "sqlite":
        await _run(connection, *(f"DROP TRIGGER IF EXISTS {name}" for name in _TRIGGERS))
        return
    quote = connection.dialect.identifier_preparer.quote
    policies = (await connection.execute(text(_POLICIES))).all()
    walled = await connection.scalars(text(f"{_WALLED} AND (c.relrowsecurity OR c.relforcerowsecurity)"))
    await _run(
        connection,
        *(f"DROP POLICY {quote(policy)} ON {quote(table)}" for table, policy in policies),
        *(f"ALTER TABLE {quote(table)} DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY" for table in walled),
    )


async def secure(connection: AsyncConnection, application: str | None = None) -> Secured | None:
    """Guard the tables as they are now, and give a role the rights that serving needs; return what was done, None on SQLite.

    For the owner. It can be done again; what a role was granted before and does not need is taken away.
    """
    await lift(connection)
    if connection.dialect.name == "sqlite":
        refuse = f"BEGIN SELECT RAISE(ABORT, '{_RECORD} is only added to'); END"
        await _run(connection, *(f"CREATE TRIGGER {name} {when} {refuse}" for name, when in _TRIGGERS.items()))
        return None
    owner, schema, version = (await connection.execute(text(_PLACE))).one()
    quote = connection.dialect.identifier_preparer.quote
    walled = sorted(await connection.scalars(text(_WALLED)))
    await _run(connection, *(statement for table in walled for statement in _wall(table, quote(table))))
    if application is None or application == owner:
        return Secured(owner, None, tuple(walled), {}, vacuums=True)
    rights: dict[str, list[str]] = {}
    for table in sorted(await connection.scalars(text(_OWNED))):
        rights.setdefault(_FEWER.get(table, _ALL), []).append(quote(table))
    vacuums = version >= _MAINTAIN_SINCE
    if vacuums:
        rights["MAINTAIN"] = [*VACUUMED]
    await _run(connection, *_grants(rights, quote(schema), quote(application)))
    named = {right: tuple(tables) for right, tables in rights.items()}
    return Secured(owner, application, tuple(walled), named, vacuums)


def _wall(table: str, quoted: str) -> Iterator[str]:
    """Yield the statements that let a transaction reach its own rows only; reading across is for reading."""
    own = (("own", "ALL", f"municipality {_OWN}", f"municipality {_OWN}"),)
    policies = _APART.get(table, own)
    for name, kind, seen, kept in policies:
        conditions = "".join((f" USING ({seen})" if seen else "", f" WITH CHECK ({kept})" if kept else ""))
        yield f"CREATE POLICY {name} ON {quoted} FOR {kind}{conditions}"
    if _READ_BY_ALL not in policies:
        yield f"CREATE POLICY read_across ON {quoted} FOR SELECT USING ({_ACROSS})"
    yield f"ALTER TABLE {quoted} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY"


def _grants(rights: Mapping[str, Iterable[str]], schema: str, role: str) -> Iterator[str]:
    """Yield the statements that give a role these rights on tables, and take all others away."""
    for kind in ("TABLES", "SEQUENCES"):
        yield f"REVOKE ALL ON ALL {kind} IN SCHEMA {schema} FROM {role}"
    yield f"REVOKE ALL ON SCHEMA {schema} FROM {role}"
    yield f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC"
    yield f"GRANT USAGE ON SCHEMA {schema} TO {role}"
    yield f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {role}"
    for right, tables in rights.items():
        yield f"GRANT {right} ON {', '.join(tables)} TO {role}"


async def _run(connection: AsyncConnection, *statements: str) -> None:
    """Run statements without values; on PostgreSQL in one message."""
    if connection.dialect.name == "sqlite":
        for statement in statements:
            await connection.exec_driver_sql(statement)
    elif statements:
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None, "the transaction has begun"
        await driver.execute(";\n".join(statements))
