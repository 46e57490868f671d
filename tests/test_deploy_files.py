"""The files for the administrator fit the software: settings, commands, addresses, measures and log lines that they name exist."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from prometheus_client import REGISTRY

import ceo.web.measures  # noqa: F401 - imported for what it registers
from ceo.cli import main
from ceo.setting_list import IN_FILE, SETTINGS
from ceo.settings import read_settings
from ceo.web.health import tell_health, tell_measures, tell_readiness
from ceo.workflows.jobs.worker import PACE
from ceo.workflows.staff.mail_links import LINK_PATH

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "docs" / "deploy"
GUIDE = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
FILES = {file.name: file.read_text(encoding="utf-8") for file in sorted(DEPLOY.iterdir())}
UNITS = [name for name in FILES if name.endswith((".service", ".timer"))]
OWNER_ADDRESS = "CEO_OWNER_DATABASE_URL"


def shell_blocks() -> list[str]:
    return re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL)


def commands(text: str) -> Iterator[list[str]]:
    """Every use of the command line in a text, without `ceo` itself."""
    for used in re.findall(r"(?<![\w/.:-])(?<!-[go] )(?:/opt/ceo/bin/)?ceo(?:-admin)? ([a-z][^`\n|;()]*)", text):
        yield used.partition(" #")[0].replace('"', "").replace("'", "").split()


def unit_lines(name: str) -> list[tuple[str, str, str]]:
    """Section, key and value of every line of a unit."""
    section, found = "", []
    for line in FILES[name].splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line.strip() and not line.startswith("#"):
            key, equals, value = line.partition("=")
            assert equals, line
            found.append((section, key, value))
    return found


def values(unit: str, wanted: str) -> list[str]:
    return [value for _, key, value in unit_lines(unit) if key == wanted]


def assert_command_exists(words: list[str]) -> None:
    command: click.Command = main
    while isinstance(command, click.Group):
        assert words, f"{command.name} needs a command behind it"
        assert words[0] in command.commands, words
        command, words = command.commands[words[0]], words[1:]
    known = {name for parameter in command.params for name in parameter.opts}
    assert {word.partition("=")[0] for word in words if word.startswith("--")} <= known, words


@pytest.mark.parametrize("name", ["operate.md", *FILES])
def test_every_setting_that_is_named_exists(name: str) -> None:
    text = FILES.get(name, GUIDE)
    known = {variable for setting in SETTINGS for variable in setting.names}
    assert set(re.findall(r"\bCEO_[A-Z_]+\b", text)) <= known


@pytest.mark.parametrize("name", ["operate.md", *UNITS, "ceo-admin", "Containerfile"])
def test_every_command_that_is_named_exists_with_its_options(name: str) -> None:
    for words in commands(FILES.get(name, GUIDE)):
        assert_command_exists(words)


def test_the_commands_of_the_guide_are_found() -> None:
    found = {" ".join(words[:2]) for words in commands(GUIDE)}
    assert {"migrate", "user add", "maintenance on", "keys rotate", "audit verify", "restore $file"} <= found


def test_the_blocks_of_the_guide_and_the_script_are_shell() -> None:
    text = "\n".join([*shell_blocks(), FILES["ceo-admin"]])
    assert (
        subprocess.run(["bash", "-n"], input=text, text=True, capture_output=True, check=False, timeout=60).stderr == ""
    )


def test_the_files_that_the_guide_names_are_there() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", GUIDE):
        assert (ROOT / "docs" / target).exists(), target
    for name in re.findall(r"docs/deploy/([\w.-]*\w)", GUIDE):
        assert name in FILES


def test_the_settings_that_are_no_secret_can_be_read_by_a_shell_and_by_systemd() -> None:
    lines = [line.removeprefix("#") for line in FILES["ceo.env"].splitlines() if re.match(r"#?[A-Z_]+=", line)]
    given = dict(line.split("=", 1) for line in lines)
    secret = {setting.name for setting in SETTINGS if setting.secret}
    assert not given.keys() & secret
    assert not any(re.search(r"[\s'\"$\\]", value) for value in given.values())
    settings = read_settings({**given, "CEO_MAIL_URL": "smtp://mail.gemeente.nl"})
    assert settings.secure
    assert settings.warnings == ()


@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_has_sections_and_keys(unit: str) -> None:
    assert {section for section, _, _ in unit_lines(unit)} <= {"Unit", "Service", "Timer", "Install"}
    assert all(re.fullmatch(r"[A-Z][A-Za-z]+", key) for _, key, _ in unit_lines(unit))


@pytest.mark.parametrize("unit", ["ceo.service", "ceo-worker.service"])
def test_a_service_gets_each_secret_as_a_credential_and_never_that_of_the_owner(unit: str) -> None:
    credentials = dict(value.split(":", 1) for value in values(unit, "LoadCredential"))
    files = dict(value.split("=%d/", 1) for value in values(unit, "Environment"))
    assert set(files) == {setting.name + IN_FILE for setting in SETTINGS if setting.secret} - {OWNER_ADDRESS + IN_FILE}
    assert sorted(files.values()) == sorted(credentials)
    assert credentials == {name: f"/etc/ceo/secrets/{name}" for name in credentials}


def test_the_worker_stops_and_starts_with_the_website_and_can_do_no_more_than_it() -> None:
    assert values("ceo-worker.service", "PartOf") == ["ceo.service"]
    assert "ceo.service" in values("ceo-worker.service", "WantedBy")[0].split()
    assert float(values("ceo-worker.service", "TimeoutStopSec")[0]) > PACE.grace
    own = {
        "Description",
        "PartOf",
        "ExecStart",
        "TimeoutStopSec",
        "OOMScoreAdjust",
        "OOMPolicy",
        "StartLimitIntervalSec",
        "WantedBy",
    }
    worker, website = (
        {(section, key, value) for section, key, value in unit_lines(unit) if key not in own}
        for unit in ("ceo-worker.service", "ceo.service")
    )
    assert worker == website


def test_the_administrator_reads_every_secret_from_the_files_of_the_guide() -> None:
    files = dict(re.findall(r"^(CEO_\w+)_FILE=\$secrets/([\w-]+)$", FILES["ceo-admin"], re.MULTILINE))
    assert set(files) == {setting.name for setting in SETTINGS if setting.secret}
    for name, file in files.items():
        assert re.search(rf"^\| `{file}` \| `{name}`", GUIDE, re.MULTILINE)


def test_proxies_and_measures_find_the_server_where_it_listens() -> None:
    assert "--host 127.0.0.1 --port 8000" in values("ceo.service", "ExecStart")[0]
    assert "proxy_pass http://127.0.0.1:8000;" in FILES["nginx.conf"]
    assert "reverse_proxy 127.0.0.1:8000 " in FILES["Caddyfile"]


@pytest.mark.parametrize(("name", "closed"), [("nginx.conf", "location ^~ {} {{"), ("Caddyfile", "respond {}* 404")])
def test_a_proxy_closes_the_measures_and_its_blocks(name: str, closed: str) -> None:
    assert closed.format(*tell_measures.paths) in FILES[name]
    code = re.sub(r"'[^']*'|`[^`]*`|\{[\w.$-]+\}|#.*", "", FILES[name])
    assert code.count("{") == code.count("}")


@pytest.mark.parametrize(
    ("address", "logged"),
    [
        ("/GM0344/code/ABCD-EFGH-JKLM", False),
        ("/GM0344/vraag/1", False),
        (LINK_PATH + "secret", False),
        ("/werk/aanmelden", True),
        ("/werk/GM0344/metingen", True),
        ("/werkelijk", False),
    ],
)
def test_nginx_logs_who_works_and_no_resident_or_secret(address: str, logged: bool) -> None:  # noqa: FBT001 - a column
    table = re.search(r"map \$uri \$ceo_logged \{(.*?)\n\}", FILES["nginx.conf"], re.DOTALL)
    assert table is not None
    rows = re.findall(r"^\s+~(\S+)\s+([01]);", table[1], re.MULTILINE)
    first = next((value for pattern, value in rows if re.search(pattern, address)), "0")
    assert (first == "1") is logged
    assert "$request " not in FILES["nginx.conf"]


def test_the_container_copies_what_is_there() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", FILES["Containerfile"], re.MULTILINE)
    for source in " ".join(copied).split():
        assert (ROOT / source).exists(), source


def test_the_addresses_of_the_guide_are_those_of_the_server() -> None:
    for handler in (tell_health, tell_readiness, tell_measures):
        for path in handler.paths:
            assert f"| `{path}` |" in GUIDE


def test_the_measures_of_the_guide_exist() -> None:
    known = {sample.name for family in REGISTRY.collect() for sample in family.samples}
    known |= {family.name + ending for family in REGISTRY.collect() for ending in ("", "_total", "_bucket")}
    named = set(re.findall(r"\bceo_(?!app|owner|rehearsal|damaged)[a-z_]+", GUIDE))
    assert named
    assert named <= known


def test_the_lines_of_the_log_that_the_guide_tells_to_watch_are_written() -> None:
    row = next(line for line in GUIDE.splitlines() if line.startswith("| log: "))
    code = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "ceo").rglob("*.py"))
    for line in re.findall(r"`([^`]+)`", row):
        assert line in code
