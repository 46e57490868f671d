"""Importing an XLSForm: a library and a module with what our format can hold, and a list of everything that it cannot."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final, TypeVar

from pydantic import BaseModel

from questionnaires.definition import Library
from questionnaires.exchange.xlsform.choices import Scales
from questionnaires.exchange.xlsform.form import Form, FormRow, NotHeld, read_form
from questionnaires.exchange.xlsform.languages import SOURCE, find_languages
from questionnaires.exchange.xlsform.leftovers import lose_leftovers
from questionnaires.exchange.xlsform.questions import DOMAIN, Questions
from questionnaires.exchange.xlsform.walking import HeldPage, Walk
from questionnaires.exchange.xlsform.wording import held_text, slug, unused
from questionnaires.exchange.yaml_writing import file_name, write_definition
from questionnaires.modules import Module
from questionnaires.problems import Problem
from questionnaires.texts import Status, TextEntry, TextsFile, hash_text, source_texts
from questionnaires.yaml_nodes import Written

M = TypeVar("M", bound=BaseModel)

LONGEST_ID: Final = 60  # of the 80 that a definition may have: the name of its library is longer

_MODULE_ID: Final = re.compile(r"[a-z][a-z0-9]*(?:\.[a-z0-9-]+)+")
_VERSION: Final = re.compile(r"[1-9][0-9]{0,3}")
_FORMAT: Final = "ceo-def/1"


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of an XLSForm: definition files (name -> YAML), what was not held, and what each question became.

    Without a single question that can be held there are no files.
    """

    files: Mapping[str, str]
    not_held: tuple[NotHeld, ...]
    names: Mapping[str, str]


def read_xlsform(content: bytes, file: str, module_id: str) -> Imported | tuple[Problem, ...]:
    """Return a library and a module (`module_id`, such as `nl.voorbeeld.wijk`) of an XLSForm workbook, or why it cannot be read.

    Every cell is either held, or stands in `not_held` by itself or with its row or sheet.
    """
    if not _MODULE_ID.fullmatch(module_id) or len(module_id) > LONGEST_ID:
        cause = f"{module_id} is geen naam voor een vragenlijst."
        return (Problem(file, 1, "", "X03", cause, "Kies een naam zoals nl.voorbeeld.wijk."),)
    form = read_form(content, file)
    if isinstance(form, Problem):
        return (form,)
    languages = find_languages(form)
    scales = Scales(form, languages)
    questions = Questions(form, languages, scales)
    pages = Walk(form, languages, questions).through()
    settings = form.settings[0] if form.settings else FormRow("settings", 2, {})
    head = _head(form, settings, file)
    files = dict(_files(form, module_id, head, pages, questions)) if pages else {}
    lose_leftovers(form)
    return Imported(files, tuple(sorted(form.account)), {name: one.item for name, one in questions.asked.items()})


def _head(form: Form, settings: FormRow, file: str) -> dict[str, Written]:
    """Return what the settings say of the module: title, version, and where it came from."""
    title, number = settings.take("title"), settings.take("id_string")
    version = settings.take("version") if _VERSION.fullmatch(settings.value("version")) else None
    settings.take("default_language")
    source = f"Overgenomen uit het XLSForm {PurePath(file).name}" + (f" ({number.value})." if number else ".")
    return {
        "version": int(version.value) if version else 1,
        "title": (held_text(form, title) if title else "") or PurePath(file).stem,
        "changes": [source[:500]],
    }


def _files(
    form: Form, module_id: str, head: dict[str, Written], pages: list[HeldPage], questions: Questions
) -> Iterator[tuple[str, str]]:
    library = _made(
        Library,
        {
            "format": _FORMAT,
            "kind": "library",
            "id": f"{module_id}-vragen",
            "source_language": SOURCE,
            "concepts": questions.concepts,
            "scales": questions.scales.written,
            "items": questions.written,
        },
    )
    form.tell("begrippen", f"Een XLSForm zegt niet wat een vraag meet. Het domein is nu overal {DOMAIN}: kies zelf.")
    written, titles = _pages(pages)
    uses: Written = {"libraries": [library.id]}
    own: dict[str, Written] = {"format": _FORMAT, "kind": "module", "id": module_id, "role": "core", "uses": uses}
    module = _made(Module, {**own, **head, "pages": written})
    for definition in (library, module):
        yield file_name(definition), write_definition(definition)
    by_language: dict[str, dict[str, str]] = {}
    for found in (questions.texts, questions.scales.texts, titles):
        for language, texts in found.items():
            by_language.setdefault(language, {}).update(texts)
    for language, texts in sorted(by_language.items()):
        yield from _translations(form, language, texts, (library, module))


def _pages(pages: list[HeldPage]) -> tuple[list[Written], dict[str, dict[str, str]]]:
    """Return the pages as they are written, and their titles in other languages by key."""
    names: set[str] = set()
    written: list[Written] = []
    titles: dict[str, dict[str, str]] = {}
    for page in pages:
        name = unused(slug(page.name, start="pagina_"), names)
        entry: dict[str, Written] = {"id": name, "items": list(page.items)}
        if page.titles:
            entry["title"] = page.titles[SOURCE]
        for language in (one for one in page.titles if one != SOURCE):
            titles.setdefault(language, {})[f"page.{name}.title"] = page.titles[language]
        if page.condition is not None:
            entry["show_if"], entry["when_unknown"] = page.condition
        written.append(entry)
    return written, titles


def _translations(
    form: Form, language: str, texts: Mapping[str, str], definitions: tuple[Library, Module]
) -> Iterator[tuple[str, str]]:
    missing: list[str] = []
    for definition in definitions:
        source = source_texts(definition)
        missing += (key for key in source if key not in texts)
        entries = {
            key: TextEntry(source_hash=hash_text(source[key]), text=texts[key]) for key in source if key in texts
        }
        if entries:
            of = definition.id if isinstance(definition, Library) else definition.reference
            file = TextsFile(
                format="ceo-def/1", kind="texts", language=language, of=of, status=Status.DRAFT, entries=entries
            )
            yield file_name(file), write_definition(file)
    # A form has one title, in one language: at least that is missing.
    why = f"De vertalingen staan in eigen bestanden. Er ontbreken er nog {len(missing)}, zoals {missing[0]}."
    form.tell(f"taal {language}", f"{why} Zet de taal daarna bij languages.")


def _made(kind: type[M], written: dict[str, Written]) -> M:
    """Return a definition of what was put together here; that it has the right form is ours to see to."""
    return kind.model_validate_json(json.dumps(written))
