"""What commands are given: settings, definition files, and versions of questionnaires by name or file."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ceo.settings import Settings, SettingsError, read_settings
from ceo.terminal import fail, fail_with, warn

if TYPE_CHECKING:
    from questionnaires.publishing import PublishedVersion

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
OUTPUT = click.Path(dir_okay=False, path_type=Path)
VERSION_HELP = "nl.ceo.wmo@2 of kort wmo@2, een YAML-bestand, of een vastgestelde versie (.json)."


def checked_output(_context: click.Context, _option: click.Parameter, output: Path | None) -> Path | None:
    """Refuse a file that could not be written, before the work is done."""
    if output is not None and not output.absolute().parent.is_dir():
        fail(f"De map {output.parent} bestaat niet. Maak haar eerst, of kies een andere.")
    return output


def checked_report(context: click.Context, option: click.Parameter, output: Path | None) -> Path | None:
    """Refuse a file that no report can be written to, before the work is done."""
    from exports.formats import WRITERS

    if output is not None and output.suffix.removeprefix(".").lower() not in WRITERS:
        fail(f"{output.name}: kies een naam die eindigt op {', '.join('.' + known for known in WRITERS)}.")
    return checked_output(context, option, output)


def existing_file(name: str) -> Path:
    """Return a file that must be there."""
    file = Path(name)
    if not file.is_file():
        fail(f"Het bestand {name} is er niet.")
    return file


def given_settings() -> Settings:
    """Return the settings of this installation."""
    try:
        settings = read_settings()
    except SettingsError as error:
        fail(str(error))
    for warning in settings.warnings:
        warn(warning)
    return settings


def read_texts(files: Sequence[Path]) -> Mapping[str, str]:
    """Return the texts of definition files by name."""
    from questionnaires.problems import Problem
    from questionnaires.strict_yaml import decode_yaml

    read = {str(file): decode_yaml(file.read_bytes(), str(file)) for file in files}
    problems = [text for text in read.values() if isinstance(text, Problem)]
    if problems:
        fail_with(problems)
    return {name: text for name, text in read.items() if isinstance(text, str)}


def open_version(given: str) -> PublishedVersion:
    """Return the version that is meant: a file, a shipped version, or one that was published in the database."""
    from questionnaires.loading import load_questionnaire
    from questionnaires.publishing import publish
    from questionnaires.questionnaire import Questionnaire
    from questionnaires.sources import shipped_definitions

    file = Path(given)
    if file.suffix == ".json" and file.is_file():
        return _open_sealed(file)
    is_file = file.is_file()
    loaded = load_questionnaire(read_texts([file])) if is_file else load_questionnaire(shipped_definitions(), given)
    if isinstance(loaded, Questionnaire):
        return publish(loaded)
    published = None if is_file else _published(given)
    if published is None:
        fail_with(loaded)
    return published


def _open_sealed(file: Path) -> PublishedVersion:
    from pydantic import ValidationError

    from questionnaires.publishing import hash_content, open_published

    content = file.read_text(encoding="utf-8")
    try:
        return open_published(content, hash_content(content))
    except ValidationError:
        fail(f"{file} is geen vastgestelde vragenlijst. Maak er een met: ceo publish … --output {file.name}")


def _published(given: str) -> PublishedVersion | None:
    """Return a version from the database, when this installation has one."""
    from ceo.storage.database import open_database
    from ceo.storage.migrating import DatabaseNotCurrentError, require_current
    from ceo.workflows.publish import find_published

    settings = given_settings()

    async def find() -> PublishedVersion | None:
        await require_current(settings)
        async with open_database(settings.database_url) as database:
            return await find_published(database, given)

    try:
        return asyncio.run(find())
    except (OSError, DatabaseNotCurrentError):
        return None  # no database here: only shipped versions and files
