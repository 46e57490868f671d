import re
import runpy
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from test_cli import ceo

from ceo.key_files import put_in_front, read_or_make
from ceo.mail_server import Encryption
from ceo.setting_list import SETTINGS
from ceo.settings import MailServer, Settings, SettingsError, read_settings

ROOT = Path(__file__).parent.parent
KEY, OTHER_KEY = "5e" * 32, "0a" * 32
EVERYTHING_WRONG = {
    "CEO_DATABASE_URL": "mysql://ceo:geheim@db/ceo",
    "CEO_BASE_URL": "ceo.gemeente.nl",
    "CEO_SECRET_KEY": "geheim",
    "CEO_ENCRYPTION_KEYS": f"{KEY},geheim",
    "CEO_TRUSTED_PROXIES": "overal",
    "CEO_MAIL_URL": "imap://ceo:geheim@mail",
    "CEO_MAIL_FROM": "de gemeente",
    "CEO_MAIL_PER_MINUTE": "veel",
    "CEO_LOG": "xml",
    "CEO_LOG_LEVEL": "alles",
    "CEO_METRICS_NETWORKS": "127.0.0.1/99",
}


def wrong(**environment: str) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as raised:
        read_settings(environment)
    return raised.value.problems


def key_file(folder: Path) -> Settings:
    return Settings(folder, "sqlite+aiosqlite:///unused", "http://localhost")


def test_everything_that_is_wrong_is_told_at_once_without_its_value() -> None:
    problems = wrong(**EVERYTHING_WRONG)
    assert sorted(problem.split()[0] for problem in problems) == sorted(EVERYTHING_WRONG)
    assert "geheim" not in "".join(problems)


def test_every_setting_can_be_wrong_but_the_folder() -> None:
    known = {setting.name for setting in SETTINGS}
    assert known - set(EVERYTHING_WRONG) - {"CEO_OWNER_DATABASE_URL"} == {"CEO_DATA"}


def test_the_command_line_tells_everything_that_is_wrong(tmp_path: Path) -> None:
    said = ceo("settings", folder=tmp_path, **EVERYTHING_WRONG)
    assert said.returncode == 1
    assert [name for name in EVERYTHING_WRONG if name not in said.stderr] == []


def test_a_secret_can_stand_in_a_file(tmp_path: Path) -> None:
    environment = {}
    for setting in (setting for setting in SETTINGS if setting.secret):
        file = tmp_path / setting.name
        file.write_text({"CEO_MAIL_URL": "smtps://mail"}.get(setting.name, "postgresql://db/ceo") + "\n")
        environment[f"{setting.name}_FILE"] = str(file)
    for name in ("CEO_SECRET_KEY", "CEO_ENCRYPTION_KEYS"):
        Path(environment[f"{name}_FILE"]).write_text(f"{KEY}\n")
    settings = read_settings({**environment, "CEO_MAIL_FROM": "ceo@gemeente.nl"})
    assert settings.database_url == "postgresql+asyncpg://db/ceo"
    assert (settings.secret_key.hex(), settings.encryption_keys) == (KEY, (bytes.fromhex(KEY),))
    assert settings.mail == MailServer("mail", 465, Encryption.TLS, "ceo@gemeente.nl")
    assert {given.source for given in settings.given.values()} == {*environment, "CEO_MAIL_FROM"}


def test_a_secret_that_is_given_twice_is_refused_with_both_names(tmp_path: Path) -> None:
    [problem] = wrong(CEO_SECRET_KEY=KEY, CEO_SECRET_KEY_FILE=str(tmp_path / "key"))
    assert "CEO_SECRET_KEY en CEO_SECRET_KEY_FILE" in problem


def test_a_file_of_a_secret_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    [problem] = wrong(CEO_SECRET_KEY_FILE=str(tmp_path / "away"))
    assert problem.startswith("CEO_SECRET_KEY_FILE")
    assert str(tmp_path / "away") in problem


@pytest.mark.parametrize(("mode", "warnings"), [(0o600, 0), (0o640, 0), (0o644, 1)])
def test_a_file_of_a_secret_that_everybody_can_read_is_a_warning(tmp_path: Path, mode: int, warnings: int) -> None:
    file = tmp_path / "key"
    file.write_text(KEY)
    file.chmod(mode)
    settings = read_settings({"CEO_SECRET_KEY_FILE": str(file)})
    assert len(settings.warnings) == warnings
    assert all(str(file) in warning for warning in settings.warnings)


def test_a_slip_of_the_pen_in_the_name_of_a_setting_is_a_warning() -> None:
    settings = read_settings({"CEO_TRUSTED_PROXY": "127.0.0.1", "CEO_TEST_PG_URL": "postgresql://tests"})
    assert settings.warnings == ("CEO_TRUSTED_PROXY is geen instelling van CEO.",)


@pytest.mark.parametrize(("name", "key"), [("CEO_SECRET_KEY", ""), ("CEO_ENCRYPTION_KEYS", " ,")])
def test_an_empty_key_is_a_mistake_and_not_a_wish_for_another_one(name: str, key: str) -> None:
    [problem] = wrong(**{name: key})
    assert problem.startswith(name)


def test_an_empty_setting_of_another_kind_is_not_given() -> None:
    named = {setting.name: "" for setting in SETTINGS if "KEY" not in setting.name}
    assert read_settings(named) == read_settings({})


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://localhost:2525", MailServer("localhost", 2525, Encryption.NONE, "ceo@gemeente.nl")),
        ("smtp://a:b@127.0.0.1", MailServer("127.0.0.1", 25, Encryption.NONE, "ceo@gemeente.nl", "a", "b")),
        (
            "smtp+starttls://ceo%40gemeente.nl:ge%2Fheim@mail.internal",
            MailServer("mail.internal", 587, Encryption.STARTTLS, "ceo@gemeente.nl", "ceo@gemeente.nl", "ge/heim"),
        ),
        ("smtps://mail.internal", MailServer("mail.internal", 465, Encryption.TLS, "ceo@gemeente.nl")),
    ],
)
def test_a_mail_server_is_one_address(url: str, server: MailServer) -> None:
    assert read_settings({"CEO_MAIL_URL": url, "CEO_MAIL_FROM": "ceo@gemeente.nl"}).mail == server


@pytest.mark.parametrize(
    ("url", "cause"),
    [
        ("smtp://ceo:geheim@mail.internal", "open lijn"),
        ("mail.internal:25", "begint niet met"),
        ("smtps://:465", "klopt niet"),
        ("smtps://mail:99999", "poort"),
        ("smtps://mail/postvak", "klopt niet"),
    ],
)
def test_a_mail_server_that_cannot_be_right_is_told(url: str, cause: str) -> None:
    [problem] = wrong(CEO_MAIL_URL=url, CEO_MAIL_FROM="ceo@gemeente.nl")
    assert problem.startswith("CEO_MAIL_URL")
    assert cause in problem
    assert "geheim" not in problem


@pytest.mark.parametrize(
    ("given", "value", "missing"),
    [("CEO_MAIL_URL", "smtp://localhost", "CEO_MAIL_FROM"), ("CEO_MAIL_FROM", "ceo@gemeente.nl", "CEO_MAIL_URL")],
)
def test_a_mail_server_and_a_sender_come_together(given: str, value: str, missing: str) -> None:
    [problem] = wrong(**{given: value})
    assert problem.startswith(f"{missing} ontbreekt")


@pytest.mark.parametrize(
    ("environment", "form", "level"),
    [
        ({}, "text", "warning"),
        ({"CEO_BASE_URL": "https://ceo.gemeente.nl/"}, "json", "info"),
        ({"CEO_LOG": "JSON"}, "json", "info"),
        ({"CEO_BASE_URL": "https://ceo.gemeente.nl", "CEO_LOG": "text", "CEO_LOG_LEVEL": "error"}, "text", "error"),
    ],
)
def test_a_server_that_is_used_for_real_logs_for_programs(environment: dict[str, str], form: str, level: str) -> None:
    settings = read_settings(environment)
    assert (settings.logs_as, settings.logs_from) == (form, level)


def test_secrets_are_not_in_the_representation_of_settings() -> None:
    settings = read_settings(
        {
            "CEO_DATABASE_URL": "postgresql://ceo:geheim@db/ceo",
            "CEO_SECRET_KEY": KEY,
            "CEO_ENCRYPTION_KEYS": OTHER_KEY,
            "CEO_MAIL_URL": "smtps://ceo:geheim@mail",
            "CEO_MAIL_FROM": "ceo@gemeente.nl",
        }
    )
    assert [secret for secret in ("geheim", KEY, OTHER_KEY) if secret in repr(settings)] == []


def test_the_command_shows_settings_and_their_source_but_no_secret(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text(f"{KEY}\n{OTHER_KEY}")
    file.chmod(0o600)
    given = {"CEO_SECRET_KEY": KEY, "CEO_ENCRYPTION_KEYS_FILE": str(file), "CEO_TRUSTED_PROXIES": "10.0.0.7"}
    said = ceo("settings", folder=tmp_path, **given)
    rows = {row.split()[0]: row for row in said.stdout.splitlines() if row.strip().startswith("CEO_")}
    assert set(rows) == {setting.name for setting in SETTINGS}
    assert re.search(r"gegeven +CEO_ENCRYPTION_KEYS_FILE ", rows["CEO_ENCRYPTION_KEYS"])
    assert re.search(r"10\.0\.0\.7/32 +CEO_TRUSTED_PROXIES ", rows["CEO_TRUSTED_PROXIES"])
    assert re.search(r"niet gegeven +standaard ", rows["CEO_MAIL_URL"])
    assert [secret for secret in (KEY, OTHER_KEY) if secret in said.stdout + said.stderr] == []


def test_the_documentation_tells_of_the_settings_that_there_are() -> None:
    written = runpy.run_path(str(ROOT / "docs" / "settings.py"))
    assert written["TARGET"].read_text(encoding="utf-8") == written["write"]()


def test_the_keys_of_codes_and_of_columns_are_made_once_and_differ(tmp_path: Path) -> None:
    first, again = key_file(tmp_path / "data"), key_file(tmp_path / "data")
    assert (first.secret_key, first.encryption_keys) == (again.secret_key, again.encryption_keys)
    assert first.encryption_keys != (first.secret_key,)
    files = sorted((tmp_path / "data").iterdir())
    assert [file.name for file in files] == ["encryption.keys", "secret.key"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_a_key_that_is_added_to_the_file_counts_at_once_and_comes_first(tmp_path: Path) -> None:
    serving, adding = key_file(tmp_path), key_file(tmp_path)
    [old] = serving.encryption_keys
    adding.add_encryption_key()
    assert serving.encryption_keys[1:] == (old,)
    adding.remove_encryption_key(old)
    assert old not in serving.encryption_keys
    assert len(serving.encryption_keys) == 1


def test_a_damaged_key_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "encryption.keys").write_text(f"{KEY}\nniets\n")
    with pytest.raises(SettingsError, match=re.escape(str(tmp_path / "encryption.keys"))):
        _ = key_file(tmp_path).encryption_keys


def test_whoever_makes_or_adds_keys_at_once_agrees_on_one_and_loses_none(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        read = list(pool.map(read_or_make, [tmp_path / "new.key"] * 32))
        list(pool.map(lambda number: put_in_front(tmp_path / "new.key", f"{number:064x}"), range(32)))
    assert len(set(read)) == 1
    kept = read_or_make(tmp_path / "new.key").split()
    assert sorted(kept) == sorted({*read, *(f"{number:064x}" for number in range(32))})
    assert [file.name for file in tmp_path.iterdir()] == ["new.key"]
