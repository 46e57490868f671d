"""Documents: an extension as plain data, with its texts in other languages. What pages store, and YAML says.

A document is always of the right form: whether it makes sense is for `examining`. Two documents are equal when they say the same.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, TypeAlias

from questionnaires.exchange.yaml_writing import plain_form
from questionnaires.modules import Extension
from questionnaires.problems import Problem
from questionnaires.strict_yaml import YamlDocument, validate
from questionnaires.texts import Status, TextsFile
from questionnaires.yaml_nodes import Place, Written

Texts: TypeAlias = Mapping[str, Mapping[str, Mapping[str, str]]]  # by language, by key: text, source_hash, status, note

FORMAT: Final = "ceo-def/1"
# What a definition and its texts are called in problems.
DEFINITION: Final = "definition"
# No file of text holds these, and PostgreSQL refuses the first.
_UNFIT: Final = re.compile("[\x00\ud800-\udfff]")
_NAMED: Final = ("scales", "items", "composites")


@dataclass(frozen=True)  # no slots: the extension is kept once it is made
class Document:
    """An extension in the making: `definition` as it is written (`kind: extension`), and `texts` by language and key."""

    definition: Mapping[str, Any]
    texts: Texts

    @cached_property
    def extension(self) -> Extension:
        """The definition as a typed extension."""
        made = validate(Extension, _document(self.definition))
        assert isinstance(made, Extension), f"a document is of the right form: {made}"
        return made

    @property
    def id(self) -> str:
        """The name of the extension, such as gm0344.wmo."""
        return str(self.definition["id"])

    @property
    def owner(self) -> str:
        """The municipality or region, such as gm0344."""
        return str(self.definition["owner"])

    @property
    def version(self) -> int:
        """The version that it will be published as."""
        return int(self.definition["version"])

    @property
    def reference(self) -> str:
        """How others will point at it: `id@version`."""
        return f"{self.id}@{self.version}"

    @property
    def title(self) -> str:
        """The title of the questionnaire."""
        return str(self.definition["title"])

    @property
    def core(self) -> str:
        """The version of the core that it stands on, such as nl.ceo.wmo@2."""
        return str(self.definition["extends"])

    def to_json(self) -> dict[str, Any]:
        """Return the document as it is stored."""
        return {"definition": dict(self.definition), "texts": {name: dict(one) for name, one in self.texts.items()}}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Document:
        """Return a stored document; one that is not of the right form is our bug."""
        made = make_document(stored["definition"], stored["texts"])
        assert isinstance(made, Document), f"what was stored is of the right form: {made}"
        return made


def make_document(definition: Mapping[str, Any], texts: Texts) -> Document | tuple[Problem, ...]:
    """Return plain data as a document in its one form, or every problem of its form, at its place in the data."""
    written = (definition_document(definition), *(texts_document("", name, texts[name]) for name in texts))
    unfit = tuple(problem for one in written for problem in _unfit_letters(one))
    if unfit:
        return unfit
    definition, texts = _composed(definition), _composed(texts)
    made = validate(Extension, _document(definition))
    if isinstance(made, tuple):
        return made
    files = {language: texts_file(made.reference, language, texts[language]) for language in sorted(texts)}
    problems = [one for file in files.values() if isinstance(file, tuple) for one in file]
    if problems:
        return tuple(problems)
    kept = {
        language: dict(_entries(file))
        for language, file in files.items()
        if isinstance(file, TextsFile) and file.entries
    }
    return Document(_ordered(plain_form(made)), kept)


def texts_file(of: str, language: str, entries: Mapping[str, Any]) -> TextsFile | tuple[Problem, ...]:
    """Return the texts of a document in one language as the file that translators know, or what is wrong with its form."""
    return validate(TextsFile, texts_document(of, language, entries))


def texts_document(of: str, language: str, entries: Mapping[str, Any]) -> YamlDocument:
    """Return the texts of a document in one language as if they had been read from a file."""
    written: dict[str, Written] = {
        "format": FORMAT,
        "kind": "texts",
        "language": language,
        "of": of,
        "status": Status.DRAFT.value,
        "entries": {key: dict(entry) for key, entry in entries.items()},
    }
    return YamlDocument(f"{DEFINITION} {language}", written, numbered(written))


def definition_document(definition: Mapping[str, Any]) -> YamlDocument:
    """Return a definition as if it had been read from a file, with the number of each place where a line would be."""
    written = dict(definition)
    return YamlDocument(DEFINITION, written, numbered(written))


def numbered(written: Written) -> dict[Place, int]:
    """Return every place in plain data with a number of its own, from 1: a problem then tells where it is by its line."""
    return {place: number for number, (place, _) in enumerate(_parts(written, ()), start=1)}


def _document(definition: Mapping[str, Any]) -> YamlDocument:
    """Return a definition with the id and version of each named entry inside it, where the typed form has them."""
    named = dict(definition)
    for part in _NAMED:
        entries = named.get(part, {})
        named[part] = {key: {**entry, **_identity(key)} for key, entry in entries.items()}
    return replace(definition_document(definition), data=named)


def _identity(reference: str) -> dict[str, Any]:
    name, _, version = reference.partition("@")
    return {"id": name, "version": int(version)}


def _entries(file: TextsFile) -> Iterator[tuple[str, dict[str, str]]]:
    for key in sorted(file.entries):
        entry = file.entries[key]
        note = {"note": entry.note} if entry.note is not None else {}
        yield key, {"source_hash": entry.source_hash, "text": entry.text, "status": file.status_of(key).value, **note}


def _ordered(definition: dict[str, Written]) -> dict[str, Written]:
    """Return a definition with its named entries in the order of their names: a database does not keep another order."""
    return {key: dict(sorted(value.items())) if isinstance(value, dict) else value for key, value in definition.items()}


def _unfit_letters(written: YamlDocument) -> Iterator[Problem]:
    """Yield each text with a sign that no file and no database can hold."""
    for place, part in _parts(written.data, ()):
        if isinstance(part, str) and _UNFIT.search(part):
            cause, cure = "In deze tekst staat een teken dat niet kan worden bewaard.", "Typ de tekst opnieuw."
            yield written.problem(place, "F06", cause, cure)


def _composed(written: Mapping[str, Any]) -> dict[str, Any]:
    """Return plain data with composed letters, as a published version has them."""
    composed: dict[str, Any] = json.loads(unicodedata.normalize("NFC", json.dumps(written, ensure_ascii=False)))
    return composed


def _parts(written: Written, place: Place) -> Iterator[tuple[Place, Written]]:
    yield place, written
    parts = written.items() if isinstance(written, dict) else enumerate(written) if isinstance(written, list) else ()
    for step, part in parts:
        yield from _parts(part, (*place, step))
