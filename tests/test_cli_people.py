"""The commands about people and about the record of what was done, in this process: starting one for each would take seconds."""

from __future__ import annotations

import asyncio
import re
import shutil
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner

from ceo.cli import main
from ceo.storage.database import open_database
from ceo.workflows.rights import Role, Staff
from ceo.workflows.staff.accounts import find_account
from ceo.workflows.staff.people import find_staff

ANK = "ank@voorbeeld.nl"
PLACES = ("--place", "Utrecht")
LINK = re.compile(r"http://127\.0\.0\.1:8000/werk/aanmelden/code/([\w-]{43})")


@pytest.fixture(autouse=True)
def database_file(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installed database, which the settings name."""
    file = tmp_path / "ceo.sqlite3"
    shutil.copy(sqlite_template, file)
    monkeypatch.setenv("CEO_DATA", str(tmp_path))
    monkeypatch.delenv("CEO_DATABASE_URL", raising=False)
    return file


def ceo(*arguments: str) -> tuple[int, str]:
    """Run `ceo`; return how it ended, and what was printed in one line."""
    result = CliRunner().invoke(main, arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, " ".join(result.output.split())


def user(*arguments: str) -> str:
    """Run `ceo user` with success; return what was printed."""
    code, told = ceo("user", *arguments)
    assert code == 0, told
    return told


def refused(*arguments: str) -> str:
    """Run `ceo user` without success; return what was printed."""
    code, told = ceo("user", *arguments)
    assert code == 1, told
    return told


def staff(file: Path, email: str = ANK) -> Staff | None:
    async def find() -> Staff | None:
        async with open_database(f"sqlite+aiosqlite:///{file}") as database:
            account = await find_account(database, email)
            return await find_staff(database, account.id) if account is not None else None

    return asyncio.run(find())


def test_the_first_owner_of_a_municipality_is_added_and_gets_a_link(database_file: Path) -> None:
    told = user("add", " Ank@Voorbeeld.NL", "--name", "Ank de Wit", "--place", "utrecht", "--role", "owner")
    assert told.startswith("Ank de Wit (ank@voorbeeld.nl) werkt nu in Utrecht: eigenaar. Er is niets gemaild.")
    assert LINK.search(told)
    ank = staff(database_file)
    assert ank is not None
    assert ank.roles == {"GM0344": {Role.OWNER}}
    assert LINK.findall(user("link", ANK)) != LINK.findall(told)

    assert "Amsterdam: lezer" in user("add", ANK, "--name", "A", "--place", "GM0363")
    listed = user("list")
    assert "ank@voorbeeld.nl Ank de Wit Utrecht: eigenaar uitnodiging open Amsterdam: lezer" in listed
    assert "Er werkt nog niemand" in user("list", "--place", "landelijk")


def test_who_has_an_account_gets_no_link(database_file: Path) -> None:
    user("add", ANK, "--name", "Ank", *PLACES, "--role", "Redacteur")
    with sqlite3.connect(database_file) as connection:
        connection.execute("UPDATE staff_user SET password = 'a hash'")
    told = user("add", ANK, "--name", "A", "--place", "landelijk", "--role", "national-editor")
    assert "werkt nu in landelijk: landelijk redacteur. Deze persoon had al een account" in told
    assert "geen tweede stap" in user("list")


def test_roles_are_replaced_and_taken_away(database_file: Path) -> None:
    user("add", "otto@voorbeeld.nl", "--name", "Otto", *PLACES, "--role", "owner")
    user("add", ANK, "--name", "Ank", *PLACES)
    told = user("role", ANK, *PLACES, "--role", "partner", "--role", "reader", "--activity", "Maatje")
    assert told == "Ank is nu in Utrecht: lezer, partner."
    ank = staff(database_file)
    assert ank is not None
    assert (ank.roles["GM0344"], ank.activities["GM0344"]) == ({Role.READER, Role.PARTNER}, {"Maatje"})
    assert user("remove", ANK, *PLACES) == "Ank werkt niet meer in Utrecht."
    assert "werkt niet in Utrecht" in refused("remove", ANK, *PLACES)
    assert "ank@voorbeeld.nl Ank nergens" in user("list")
    assert "Dit is de laatste die anderen kan toelaten." in refused("remove", "otto@voorbeeld.nl", *PLACES)


def test_an_account_is_disabled_enabled_signed_out_and_freed_of_its_second_factor(database_file: Path) -> None:
    user("add", ANK, "--name", "Ank", *PLACES, "--role", "owner")
    with sqlite3.connect(database_file) as connection:
        (their_id,) = connection.execute("SELECT id FROM staff_user").fetchone()
        connection.execute("UPDATE staff_user SET totp = 'sealed', totp_step = 3")
        connection.execute("INSERT INTO recovery_code VALUES ('c', ?)", (their_id,))

    def left() -> tuple[int, ...]:
        with sqlite3.connect(database_file) as connection:
            tables = ("sign_in", "mail_link", "recovery_code")
            return tuple(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables)

    def sign_in() -> None:
        moment = "2026-11-22 11:00:00.000000"
        with sqlite3.connect(database_file) as connection:
            connection.execute(
                "INSERT INTO sign_in (id_hash, user_id, complete, began_at, seen_at, device) VALUES ('s', ?, 1, ?, ?, '')",
                (their_id, moment, moment),
            )

    sign_in()
    assert user("sign-out", ANK) == "ank@voorbeeld.nl is overal afgemeld."
    assert left() == (0, 1, 1)
    sign_in()
    assert "De tweede stap van ank@voorbeeld.nl is weg" in user("reset-second-factor", ANK)
    assert left() == (0, 0, 0)
    user("link", ANK)
    sign_in()
    told = user("disable", ANK)
    assert told.startswith(
        "ank@voorbeeld.nl kan zich niet meer aanmelden. Utrecht: daar kan nu niemand anderen toelaten."
    )
    assert left() == (0, 0, 0)
    assert staff(database_file) is None
    assert "geblokkeerd" in user("list")
    assert "ceo user enable" in refused("link", ANK)
    user("disable", ANK)
    assert user("enable", ANK) == "ank@voorbeeld.nl kan zich weer aanmelden."
    assert staff(database_file) is not None

    with sqlite3.connect(database_file) as connection:
        rows = connection.execute(
            "SELECT place, action, actor, object_id FROM audit_record ORDER BY place, number"
        ).fetchall()
    done = ["account.signed-out", "account.second-factor-reset", "account.disabled", "account.enabled"]
    assert [(row[0], row[1]) for row in rows] == [
        ("GM0344", "person.invited"),
        *(("GM0344", action) for action in done),
        *(("NL", action) for action in done),
    ]
    assert {row[2:] for row in rows} == {("ceo user", their_id)}


@pytest.mark.parametrize(
    ("arguments", "cure"),
    [
        (
            ("add", "ank", "--name", " ", *PLACES, "--role", "koning"),
            ("EMAIL: Dit is geen e-mailadres.", "--name: Vul een naam in", "--role: Deze rol kan hier niet"),
        ),
        (("add", ANK, "--name", "Ank", *PLACES, "--role", "partner"), ("--activity: Een partner ziet alleen",)),
        (("add", ANK, "--name", "Ank", *PLACES, "--role", "national-editor"), ("--role: Deze rol kan hier niet",)),
        (
            ("add", ANK, "--name", "Ank", "--place", "Utregt"),
            ("De gemeente Utregt kennen wij niet. Bedoelt u Utrecht",),
        ),
        (("add", ANK, "--name", "Ank", "--place", "Bergen"), ("Bergen (NH.)", "Bergen (L.)")),
        (("list", "--place", "xyzzy"), ("zoals Utrecht of GM0344",)),
        (
            ("role", ANK, *PLACES, "--role", "reader"),
            ("Er is niemand met het e-mailadres ank@voorbeeld.nl", "ceo user list"),
        ),
        (("disable", ANK), ("Er is niemand met het e-mailadres",)),
    ],
)
def test_a_command_that_can_do_nothing_says_everything_that_is_wrong(
    arguments: tuple[str, ...], cure: tuple[str, ...], database_file: Path
) -> None:
    told = refused(*arguments)
    assert [one for one in cure if one not in told] == []
    assert staff(database_file) is None


def test_roles_have_to_be_named(database_file: Path) -> None:
    user("add", ANK, "--name", "Ank", *PLACES)
    assert "--role: Kies minstens één rol." in refused("role", ANK, *PLACES)
    assert "EMAIL: Deze persoon werkt hier al." in refused("add", ANK, "--name", "Ank", *PLACES)


def test_an_empty_database_is_told_with_its_cure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CEO_DATA", str(tmp_path / "leeg"))
    assert "ceo migrate" in refused("list")


def tamper(file: Path, statement: str) -> None:
    """Change the record as whoever has the file can, and leave the guards as they were."""
    with sqlite3.connect(file) as connection:
        guards = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(statement)
        for _, guard in guards:
            connection.execute(guard)


def test_the_record_is_verified_and_its_heads_are_told(database_file: Path) -> None:
    assert ceo("audit", "verify") == (0, "Het logboek is nog leeg.")
    user("add", ANK, "--name", "Ank", *PLACES, "--role", "owner")
    user("add", ANK, "--name", "Ank", "--place", "Amsterdam")
    code, told = ceo("audit", "verify")
    assert code == 0
    assert "Utrecht klopt 1" in told
    assert "Amsterdam klopt 1" in told
    head = re.search(r"Kop van Utrecht: (1:[0-9a-f]{64})", told)
    assert head
    code, told = ceo("audit", "verify", "--place", "Utrecht", "--head", head[1].upper())
    assert (code, "Amsterdam" in told) == (0, False)

    tamper(database_file, "UPDATE audit_record SET actor = 'niemand' WHERE place = 'GM0363'")
    code, told = ceo("audit", "verify")
    assert code == 1
    assert "Amsterdam klopt niet 1" in told
    assert "Amsterdam: regel 1 is gewijzigd." in told
    assert "Utrecht klopt 1" in told

    tamper(database_file, "DELETE FROM audit_record WHERE place = 'GM0344'")
    code, told = ceo("audit", "verify", "--place", "GM0344", "--head", head[1])
    assert code == 1
    assert "Utrecht: regel 1 en wat volgde ontbreekt" in told


@pytest.mark.parametrize(
    ("arguments", "cure"),
    [
        (("--head", f"1:{'0' * 64}"), "met --place"),
        (("--place", "Utrecht", "--head", "1"), "Een kop is een nummer"),
        (("--place", "Nergens"), "kennen wij niet"),
    ],
)
def test_a_head_or_place_that_is_none_is_told(arguments: tuple[str, ...], cure: str) -> None:
    code, told = ceo("audit", "verify", *arguments)
    assert (code, cure in told) == (1, True), told
