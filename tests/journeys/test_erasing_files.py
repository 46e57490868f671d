"""After erasing, nothing by which a client can be reached is in the files: searched byte by byte in all that a server of PostgreSQL keeps.

Who is searched for went the whole way: uploaded in a list that a worker loaded, written to in letters that it made, or in a mail that
waited; and it was a worker that sealed and erased. The search knows plain bytes, and the same in UTF-16, in hexadecimal digits and in
base64. Columns are stored uncompressed here, so that nothing hides from it.

In plain nothing is found, in no file, also not before erasing: names, addresses, numbers and codes reach the database sealed or as keyed
hashes, and the keys are not in it. Of what was sealed nothing is left in a row, or in a backup that is made afterwards. But PostgreSQL
wipes no bytes, and this is what the upkeep of each night leaves: a vacuumed page can be used again, and until that happens sealed bytes
(of letters, when this was measured) lie in the room between rows; the log of changes (`pg_wal`) has all of them until a segment is removed
or written over, and by default a quiet server keeps 80 MB of such segments. `THOROUGH` is what removes those as well: after it nothing
sealed is found either. A new key (`ceo keys rotate`) makes them worthless too, once the old one is destroyed.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import tempfile
import zipfile
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeVar

import asyncpg
import pytest
from arrangements import UTRECHT, ZWOLLE, OpenedRound, arrange_round, fill_in
from click.testing import CliRunner
from drawn_people import draw_people, somebody
from frame_world import World
from installation import SECRET, as_owner, settings_on
from postgresql import administrator_url, create_database, owner_url, running_postgresql
from sqlmodel import col, select

from ceo.cli import main
from ceo.settings import Settings
from ceo.storage.clients import Contact
from ceo.storage.database import Database, open_database
from ceo.storage.forgetting import VACUUMED
from ceo.storage.jobs import Job, JobState
from ceo.storage.kept_files import FilePurpose, KeptFile, KeptFilePart
from ceo.storage.letters import LetterKind, OutgoingMail
from ceo.storage.rounds import Promise, Round, RoundStage
from ceo.storage.tenancy import reading_across, tenant_transaction
from ceo.workflows.installation.installing import install
from ceo.workflows.inviting.client_codes import Recipients
from ceo.workflows.inviting.letter_desk import order_letters
from ceo.workflows.inviting.mails import queue_mails
from ceo.workflows.inviting.orders import Order
from ceo.workflows.jobs.kinds import JobKind
from ceo.workflows.jobs.queueing import queue_job
from ceo.workflows.jobs.worker import work_off

pytestmark = pytest.mark.skipif("CEO_TEST_PG_URL" in os.environ, reason="the files of that server are not ours")

NOON: Final = datetime(2026, 12, 31, 12, tzinfo=UTC)
HEAD: Final = [
    "nummer", "wet", "geboren", "einddatum", "naam", "straat", "huisnummer", "postcode", "plaats", "email", "telefoon",
]  # fmt: skip
# One is written to by letter, the other by mail.
FATMA: Final = [
    "CLNT-77120-X", "Wmo", "1-1-1960", "", "Fatma de Zeeuw", "Singelstraat", "128", "3511 AB", "Bilthovenerveen",
    "", "0698765432",
]  # fmt: skip
JOHAN: Final = [
    "CLNT-77121-Q", "Wmo", "1-1-1950", "", "Johan Wapenveld", "", "", "", "",
    "johan@wapenveld.example", "",
]  # fmt: skip
# Long enough to stand nowhere by chance, also not in base64. As they were typed, and as they are compared.
PLAIN: Final = (
    *(word for line in (FATMA, JOHAN) for word in line if len(word) > 6),
    "Singelstraat 128", "3511AB Bilthovenerveen", "CLNT77120X", "CLNT77121Q", "31698765432",
)  # fmt: skip
UNCOMPRESSED: Final = """
    DO $$ DECLARE place record; BEGIN
        FOR place IN SELECT attrelid::regclass AS name, attname FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
            WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped
                AND attstorage IN ('x', 'm')
        LOOP EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET STORAGE EXTERNAL', place.name, place.attname); END LOOP;
    END $$"""
# What an administrator does who wants also the sealed bytes to be gone. Vacuuming like this locks each table while it is written anew;
# of the log, segments that are done with are removed instead of written over, and two of them have to be left behind.
THOROUGH: Final = (
    "ALTER SYSTEM SET wal_recycle = off",
    "ALTER SYSTEM SET min_wal_size = '32MB'",
    "SELECT pg_reload_conf()",
    f"VACUUM FULL {', '.join(VACUUMED)}",
    *("SELECT pg_switch_wal()", "CHECKPOINT") * 2,
)

T = TypeVar("T")


@dataclass(frozen=True)
class Place:
    """An installation on a server of PostgreSQL of its own: its settings, the files of the server, and its own folder."""

    settings: Settings
    server: Path
    folder: Path

    def do(self, work: Callable[[Database], Awaitable[T]]) -> T:
        """Do something with the open database."""

        async def run() -> T:
            async with open_database(self.settings.database_url) as database:
                return await work(database)

        return asyncio.run(run())

    def on_disk(self) -> dict[str, bytes]:
        """Let the server write all that it has; return the content of its files, by name."""
        self.administer("CHECKPOINT")
        return {str(file.relative_to(self.server)): file.read_bytes() for file in files_below(self.server)}

    def administer(self, *statements: str) -> None:
        """Run statements as the administrator of the server, in the database of the installation."""

        async def run() -> None:
            address = administrator_url(self.settings.database_url).replace("+asyncpg", "")
            connection = await asyncpg.connect(address)
            try:
                for statement in statements:
                    await connection.execute(statement)
            finally:
                await connection.close()

        asyncio.run(run())


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    # Not below pytest's own folders: those are closed to the user that runs the server.
    with tempfile.TemporaryDirectory(prefix="ceo-erasing-") as name:
        home, own = Path(name) / "server", Path(name) / "own"
        home.mkdir(mode=0o755)
        own.mkdir()
        Path(name).chmod(0o755)
        with running_postgresql(home) as server:
            create_database(server, "ceo")
            settings = settings_on(server.format(name="ceo"), own)
            asyncio.run(install(settings))
            for setting, value in {
                "CEO_DATA": str(own),
                "CEO_DATABASE_URL": settings.database_url,
                "CEO_OWNER_DATABASE_URL": owner_url(settings.database_url),
                "CEO_SECRET_KEY": SECRET,
            }.items():
                monkeypatch.setenv(setting, value)
            found = Place(settings, home / "data", own)
            found.administer(UNCOMPRESSED)
            yield found


def files_below(folder: Path) -> Iterable[Path]:
    return sorted(file for file in folder.rglob("*") if file.is_file() and not file.is_symlink())


def where(needle: str, files: Mapping[str, bytes]) -> set[str]:
    """Return the names of the files in which some words stand, in plain or written otherwise."""
    plain = needle.encode()
    written = {plain, needle.encode("utf-16-le"), plain.hex().encode()}
    for before in range(3):
        # What stands beside the words decides about the first and the last signs.
        coded = base64.b64encode(bytes(before) + plain).rstrip(b"=")
        written.add(coded[-(-8 * before // 6) : len(coded) - 1])
    return {name for name, content in files.items() if any(one in content for one in written)}


def seen_once(*places: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return files of several moments and places; of those with the same content one, without the zeros at its end."""
    contents: dict[bytes, str] = {}
    for number, files in enumerate(places):
        for name, content in files.items():
            contents.setdefault(content.rstrip(b"\0"), f"{number}: {name}")
    return {name: content for content, name in contents.items()}


def unpacked(backup: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(backup) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


async def fieldwork(database: Database, settings: Settings) -> tuple[OpenedRound, list[str]]:
    """Let two people be loaded, drawn and written to by the worker, and somebody be half-way; return the round, and the code of a mail."""
    opened = await arrange_round(database, settings, promise=Promise.PSEUDONYMOUS)
    await fill_in(database, opened, 0, send=True)
    await fill_in(database, opened, 1, send=False)
    world = World(database, opened)
    state = await world.load([HEAD, FATMA, JOHAN])
    assert state.frame is not None, state
    await world.draw(FATMA[0], JOHAN[0])
    order = Order(LetterKind.INVITATION)
    await order_letters(
        database, UTRECHT, opened.round_id, order, kind=JobKind.MAKE_LETTERS, actor="u1", now=world.clock()
    )
    await work_off(database, settings, clock=world.clock)
    by_mail = Recipients(opened.round_id, LetterKind.INVITATION, by_mail=True)
    async with tenant_transaction(database, UTRECHT) as session:
        [mailed] = await queue_mails(session, settings, by_mail, number=9, now=NOON, today=NOON.date())
    # Beside them stays somebody of another municipality: tables do not become empty.
    await draw_people(database, await arrange_round(database, settings, municipality=ZWOLLE), [somebody(1)])
    return opened, [mailed.code, mailed.code.replace("-", "")]


async def sealed_values(database: Database) -> dict[str, list[str]]:
    """Return what stands sealed in Utrecht about who can be reached, by table."""
    async with reading_across(database) as session:
        letters = select(KeptFilePart.sealed).join(KeptFile, col(KeptFile.id) == col(KeptFilePart.file_id))
        return {
            "contact": list(await session.exec(select(Contact.sealed).where(col(Contact.municipality) == UTRECHT))),
            "outgoing_mail": [one for one in await session.exec(select(OutgoingMail.sealed)) if one is not None],
            "kept_file_part": list(
                await session.exec(letters.where(col(KeptFile.purpose) == FilePurpose.LETTERS.value))
            ),
        }


async def end(database: Database, settings: Settings, round_id: int) -> list[Job]:
    """Let a worker seal and erase the round; return every job that there was."""
    async with tenant_transaction(database, UTRECHT) as session:
        (await session.get_one(Round, round_id)).stage = RoundStage.CLOSED.value
    for kind in (JobKind.SEAL_ROUND, JobKind.ERASE_ROUND):
        async with tenant_transaction(database, UTRECHT) as session:
            await queue_job(session, kind, actor="u1", now=NOON, round_id=round_id)
        await work_off(database, settings, clock=lambda: NOON)
    async with reading_across(database) as session:
        assert (await session.get_one(Round, round_id)).stage == RoundStage.ERASED
        return list(await session.exec(select(Job)))


async def every_row(database: Database) -> dict[str, bytes]:
    """Return every row of every table of the installation, as PostgreSQL writes it."""
    async with as_owner(database) as connection:
        names = await connection.exec_driver_sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return {
            name: str((await connection.exec_driver_sql(f'SELECT x::text FROM "{name}" AS x')).all()).encode()
            for name in [row[0] for row in names]
        }


def upkeep_of_the_night(monkeypatch: pytest.MonkeyPatch, place: Place) -> None:
    """Let the owner of the tables tidy, as each night: on every version of PostgreSQL it may vacuum."""
    with monkeypatch.context() as owner:
        owner.setenv("CEO_DATABASE_URL", owner_url(place.settings.database_url))
        run("upkeep")


def run(*arguments: str) -> None:
    done = CliRunner().invoke(main, list(arguments))
    assert done.exit_code == 0, done.output


def test_the_search_finds_words_however_they_are_written() -> None:
    for before in (b"", b"a", b"ab"):
        text = before + b"Singelstraat, and more"
        written = (text, text.hex().encode(), base64.b64encode(text), text.decode().encode("utf-16-le"))
        assert [where("Singelstraat", {"file": content}) for content in written] == [{"file"}] * 4
    assert where("Singelstraat", {"file": b"Singelgracht"}) == set()


def test_after_erasing_no_file_of_postgresql_holds_how_to_reach_somebody(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, codes = place.do(lambda database: fieldwork(database, place.settings))
    sealed = place.do(sealed_values)
    before = place.on_disk()
    for table, values in sealed.items():
        # The beginning: what is larger than a page lies in pieces.
        assert any(file.startswith("base/") for file in where(values[0][:500], before)), f"the search finds {table}"
    assert where("Wmo-meting 2026", before), "the search finds plain words"

    jobs = place.do(lambda database: end(database, place.settings, opened.round_id))
    assert {job.state for job in jobs} == {JobState.DONE}
    upkeep_of_the_night(monkeypatch, place)
    run("backup", str(place.folder / "after.zip"))
    kept = {**place.do(every_row), **unpacked(place.folder / "after.zip")}
    orders = {job.id: json.dumps([job.payload, job.result]).encode() for job in jobs}
    own = {file.name: file.read_bytes() for file in files_below(place.folder)}
    after = place.on_disk()

    searched = seen_once(before, after, kept, orders, own)
    assert [(words, file) for words in (*PLAIN, *codes) for file in where(words, searched)] == []
    keys = [key.hex() for key in place.settings.encryption_keys]
    assert [file for key in keys for file in where(key, {**after, **kept})] == [], "a key stands beside what it opens"
    lost = [piece for values in sealed.values() for value in values for piece in (value[:200], value[-200:])]
    assert [value for value in lost if where(value, kept)] == []
    assert {file.partition("/")[0] for value in lost for file in where(value, after)} <= {"base", "pg_wal"}

    place.administer(*THOROUGH)
    assert [value for value in lost if where(value, place.on_disk())] == []
