import ast
import asyncio
import importlib
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from arrangements import TODAY, UTRECHT, ZWOLLE, OpenedRound, arrange_round, open_at
from sqlmodel import SQLModel, col, select
from test_cli import ceo

import ceo as package
from ceo.settings import Settings, read_settings
from ceo.storage.callbacks import Callback
from ceo.storage.database import Database, open_database
from ceo.storage.people import IdentityProvider, User
from ceo.storage.sealed import SealedText, replace_sealed
from ceo.storage.tenancy import reading_across, shared_transaction, tenant_transaction
from ceo.workflows.answering.arriving import start
from ceo.workflows.answering.callbacks import Call, CallbackRequest, callback_of, open_callback, seal_request
from ceo.workflows.answering.consent import decide
from ceo.workflows.installation.installing import install
from ceo.workflows.installation.keyring import (
    IDENTITY_PROVIDER,
    SECOND_FACTOR,
    DamagedSealError,
    UnknownKeyError,
    key_name,
    seal,
    sealed_with,
    unseal,
)
from ceo.workflows.installation.rotating import (
    IN_BROWSERS,
    IN_DRAFTS,
    IN_JOBS,
    SEALED_COLUMNS,
    key_uses,
    keys_that_can_go,
    seal_anew,
)
from ceo.workflows.publish import PublishedVersions
from questionnaires.consents import CALL_BACK, StoryConsent

OLD, NEW, LOST = (bytes([number]) * 32 for number in (1, 2, 3))
REQUEST = CallbackRequest("0612345678", "Fatma")


def test_what_was_sealed_opens_at_its_own_place_for_its_own_purpose_only() -> None:
    sealed = seal((OLD,), "second factor", "noor", b"geheim")
    assert unseal((OLD,), "second factor", "noor", sealed) == b"geheim"
    for purpose, place in (("second factor", "emma"), ("identity provider", "noor")):
        with pytest.raises(DamagedSealError):
            unseal((OLD,), purpose, place, sealed)


def test_the_first_key_seals_and_every_key_opens() -> None:
    sealed = seal((OLD,), SECOND_FACTOR, "noor", b"geheim")
    assert unseal((NEW, OLD), SECOND_FACTOR, "noor", sealed) == b"geheim"
    assert sealed_with(seal((NEW, OLD), SECOND_FACTOR, "noor", b"geheim")) == key_name(NEW)


def test_the_same_never_looks_the_same_and_does_not_hold_what_it_hides() -> None:
    sealed = {seal((OLD,), SECOND_FACTOR, "noor", b"geheim") for _ in range(3)}
    assert len(sealed) == 3
    assert not any("geheim" in text for text in sealed)


def test_a_key_that_is_not_there_is_named_and_the_value_is_not() -> None:
    sealed = seal((LOST,), SECOND_FACTOR, "noor", b"geheim")
    with pytest.raises(UnknownKeyError, match=key_name(LOST)) as raised:
        unseal((NEW, OLD), SECOND_FACTOR, "noor", sealed)
    assert sealed.partition(":")[2] not in str(raised.value)


def test_what_is_no_sealed_value_does_not_open() -> None:
    sealed = seal((OLD,), SECOND_FACTOR, "noor", b"geheim")
    for damaged in ("", sealed[9:], sealed[:-4], sealed[:20], sealed + "é"):
        with pytest.raises(DamagedSealError):
            unseal((OLD,), SECOND_FACTOR, "noor", damaged)


def test_every_sealed_column_is_known_to_the_rotation_of_keys() -> None:
    sealed = {
        f"{table.name}.{column.name}"
        for table in SQLModel.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, SealedText)
    }
    assert {column.name for column in SEALED_COLUMNS} == sealed


def test_whatever_the_code_seals_is_for_the_purpose_of_a_known_column() -> None:
    known = {column.purpose for column in SEALED_COLUMNS} | IN_BROWSERS | IN_JOBS
    assert {purpose for file in Path(package.__path__[0]).rglob("*.py") for purpose in purposes_in(file)} <= known


def purposes_in(file: Path) -> set[str]:
    """The purposes for which a module seals with the keys of the installation."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    sources = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "ceo.workflows.installation.keyring"
        for alias in node.names
    }
    if "seal" not in sources:
        return set()
    parts = file.relative_to(Path(package.__path__[0]).parent).with_suffix("").parts
    module = importlib.import_module(".".join(parts))
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "seal")
    written = (ast.unparse(call.args[1]) for call in calls)
    # The rotation itself seals for the purpose of each column.
    return {eval(purpose, vars(module)) for purpose in written if purpose != "column.purpose"}


@dataclass(frozen=True)
class World:
    """A database with a round in two municipalities, in which sealed values can be put."""

    database: Database
    rounds: tuple[OpenedRound, ...]

    async def fill(self, keys: tuple[bytes, ...], *, name: str = "a") -> None:
        """Add three users with a second factor and one without, two providers, and four requests in two municipalities."""
        users = [f"user-{name}-{number}" for number in range(4)]
        providers = [f"provider-{name}-{number}" for number in range(2)]
        async with shared_transaction(self.database) as session:
            for user in users:
                totp = None if user is users[-1] else seal(keys, SECOND_FACTOR, user, user.encode())
                session.add(User(id=user, email=f"{user}@voorbeeld.nl", name=user, totp=totp))
            for provider in providers:
                secret = seal(keys, IDENTITY_PROVIDER, provider, provider.encode())
                row = {"id": provider, "place": UTRECHT, "label": "", "issuer": provider, "client_id": "ceo"}
                session.add(IdentityProvider(**row, client_secret=secret))
        for opened, number in zip(self.rounds, (3, 1), strict=True):
            ids = [f"{name}{call}{opened.municipality}" * 8 for call in range(number)]
            calls = [self._call(keys, opened, call_id) for call_id in ids]
            async with tenant_transaction(self.database, opened.municipality) as session:
                session.add_all(calls)

    def _call(self, keys: tuple[bytes, ...], opened: OpenedRound, call_id: str) -> Callback:
        sealed = seal_request(keys, opened.key(), "VER01", REQUEST)
        given = {"call_id": call_id, "round_id": opened.round_id, "story": call_id, "size": 100}
        return callback_of(opened.key(), "VER01", sealed, **given)  # type: ignore[arg-type]

    async def assert_all_open(self, keys: tuple[bytes, ...]) -> None:
        """Everything that `fill` put there can be read with these keys."""
        async with reading_across(self.database) as session:
            users = (await session.exec(select(User).where(col(User.totp).is_not(None)))).all()
            providers = (await session.exec(select(IdentityProvider))).all()
            calls = (await session.exec(select(Callback))).all()
        assert (len(users), len(providers), len(calls)) == (3, 2, 4)
        assert [unseal(keys, SECOND_FACTOR, user.id, user.totp or "").decode() for user in users] == [
            user.id for user in users
        ]
        for provider in providers:
            assert unseal(keys, IDENTITY_PROVIDER, provider.id, provider.client_secret).decode() == provider.id
        assert [open_callback(keys, call) for call in calls] == [Call("0612345678", "Fatma", call.id) for call in calls]

    async def uses(self, keys: tuple[bytes, ...]) -> list[tuple[str, bool, int]]:
        return [(use.key, use.known, use.total) for use in await key_uses(self.database, keys)]


@pytest.fixture
async def world(database: Database, installation_settings: Settings) -> World:
    rounds = [
        await arrange_round(database, installation_settings, municipality=code, results_shown=False)
        for code in (UTRECHT, ZWOLLE)
    ]
    return World(database, tuple(rounds))


@pytest.mark.anyio
async def test_everything_opens_with_the_new_key_alone_after_a_rotation(world: World) -> None:
    await world.fill((OLD,))
    outcome = await seal_anew(world.database, (NEW, OLD))
    assert (outcome.done, outcome.unreadable) == (9, 0)
    await world.assert_all_open((NEW,))


@pytest.mark.anyio
async def test_a_rotation_that_was_broken_off_is_readable_and_goes_on_where_it_was(world: World) -> None:
    await world.fill((OLD,))

    def stop(done: int) -> None:
        if done >= 4:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        await seal_anew(world.database, (NEW, OLD), report=stop, number=2)
    await world.assert_all_open((NEW, OLD))
    assert await world.uses((NEW, OLD)) == [(key_name(NEW), True, 5), (key_name(OLD), True, 4)]
    assert (await seal_anew(world.database, (NEW, OLD), number=2)).done == 4
    await world.assert_all_open((NEW,))


@pytest.mark.anyio
async def test_a_value_that_no_key_opens_is_left_and_told(world: World) -> None:
    await world.fill((LOST,))
    await world.fill((OLD,), name="b")
    outcome = await seal_anew(world.database, (NEW, OLD), number=2)
    assert (outcome.done, outcome.unreadable) == (9, 9)
    assert await world.uses((NEW, OLD)) == [
        (key_name(NEW), True, 9),
        (key_name(OLD), True, 0),
        (key_name(LOST), False, 9),
    ]
    assert list(keys_that_can_go(await key_uses(world.database, (NEW, OLD)))) == [key_name(OLD)]


@pytest.mark.anyio
async def test_a_value_that_changes_meanwhile_is_left_to_who_changed_it(world: World) -> None:
    await world.fill((OLD,))
    async with reading_across(world.database) as session:
        seen = await session.get_one(User, "user-a-0")
    async with shared_transaction(world.database) as session:
        changed = await session.get_one(User, "user-a-0")
        changed.totp = "de nieuwe tweede stap"
    async with shared_transaction(world.database) as session:
        assert not await replace_sealed(session, seen, "totp", "de oude tweede stap")
    async with reading_across(world.database) as session:
        assert (await session.get_one(User, "user-a-0")).totp == "de nieuwe tweede stap"


@pytest.mark.anyio
async def test_a_request_in_a_draft_is_counted_with_the_key_that_its_envelope_needs(world: World) -> None:
    opened = world.rounds[0]
    await start(world.database, opened.key(), today=TODAY)
    draft = await open_at(world.database, PublishedVersions(world.database), opened)
    request = seal_request((OLD,), opened.key(), "VER01", REQUEST)
    await decide(world.database, draft, "VER01", StoryConsent((CALL_BACK,), sealed_request=request))
    assert (await seal_anew(world.database, (NEW, OLD))).done == 0
    uses = await key_uses(world.database, (NEW, OLD))
    assert [use.values[IN_DRAFTS] for use in uses] == [0, 1]
    assert list(keys_that_can_go(uses)) == []


def test_the_command_goes_over_to_a_new_key_and_takes_the_old_one_away(tmp_path: Path) -> None:
    settings = install_here(tmp_path)
    [old] = settings.encryption_keys
    asyncio.run(add_user(settings, (old,)))
    assert "Opnieuw versleuteld: 1." in ceo("keys", "rotate", folder=tmp_path).stdout
    new, kept = settings.encryption_keys
    assert kept == old
    checked = ceo("keys", "check", folder=tmp_path)
    assert states(checked.stdout) == {key_name(new): "nieuwste", key_name(old): "ouder"}
    assert "nieuwste sleutel" in ceo("keys", "remove", key_name(new), folder=tmp_path).stderr
    assert ceo("keys", "remove", key_name(old), folder=tmp_path).returncode == 0
    assert settings.encryption_keys == (new,)


def test_the_command_does_not_take_away_what_is_needed_and_finishes_what_was_begun(tmp_path: Path) -> None:
    settings = install_here(tmp_path)
    asyncio.run(add_user(settings, settings.encryption_keys))
    settings.add_encryption_key()  # and then the power failed
    old = key_name(settings.encryption_keys[1])
    assert "nog nodig voor 1" in ceo("keys", "remove", old, folder=tmp_path).stderr
    assert "Opnieuw versleuteld: 1." in ceo("keys", "rotate", folder=tmp_path).stdout
    assert len(settings.encryption_keys) == 2


def test_the_command_tells_of_a_key_that_is_missing(tmp_path: Path) -> None:
    asyncio.run(add_user(install_here(tmp_path), (LOST,)))
    checked = ceo("keys", "check", folder=tmp_path)
    assert checked.returncode == 1
    assert states(checked.stdout)[key_name(LOST)] == "ontbreekt"
    assert key_name(LOST) in checked.stderr


def test_keys_of_the_environment_are_changed_there(tmp_path: Path) -> None:
    settings = install_here(tmp_path)
    asyncio.run(add_user(settings, (OLD,)))
    told = ceo("keys", "rotate", folder=tmp_path, CEO_ENCRYPTION_KEYS=OLD.hex()).stdout
    [new] = re.findall("[0-9a-f]{64}", told)
    both = {"CEO_ENCRYPTION_KEYS": f"{new},{OLD.hex()}"}
    assert "Opnieuw versleuteld: 1." in ceo("keys", "rotate", folder=tmp_path, **both).stdout
    assert "Opnieuw versleuteld: 0." in ceo("keys", "rotate", folder=tmp_path, **both).stdout
    assert "de 2e sleutel" in ceo("keys", "remove", key_name(OLD), folder=tmp_path, **both).stderr


def install_here(folder: Path) -> Settings:
    """Return the settings of an installation that the command line finds in a folder."""
    settings = read_settings({"CEO_DATA": str(folder / "data")})
    asyncio.run(install(settings))
    return settings


async def add_user(settings: Settings, keys: tuple[bytes, ...]) -> None:
    async with open_database(settings.database_url) as database, shared_transaction(database) as session:
        totp = seal(keys, SECOND_FACTOR, "noor", b"geheim")
        session.add(User(id="noor", email="noor@voorbeeld.nl", name="Noor", totp=totp))


def states(printed: str) -> dict[str, str]:
    return dict(re.findall(r"^ *([0-9a-f]{8}) +(\w+) ", printed, flags=re.MULTILINE))
