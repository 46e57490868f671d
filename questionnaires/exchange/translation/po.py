"""Translation files for agencies as PO (gettext): the key as context, the Dutch text as id, and what is stale as fuzzy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Final

from questionnaires.exchange.spreadsheets.columns import STATUSES
from questionnaires.exchange.spreadsheets.reading import MAX_BYTES
from questionnaires.exchange.translation.parts import texts_to_translate
from questionnaires.exchange.translation.returning import returned_texts
from questionnaires.exchange.translation.rows import TranslationRow, fault_of_gaps, translation_rows
from questionnaires.problems import Problem
from questionnaires.resolving import Part
from questionnaires.sources import Definitions
from questionnaires.strict_yaml import YamlDocument, suggest
from questionnaires.texts import TextEntry, hash_text
from questionnaires.yaml_nodes import Place, Written

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog, Message

# Without the dates that Babel would put there: definitions know no clock, and the same texts give the same bytes.
_HEAD: Final = r"""msgid ""
msgstr ""
"Project-Id-Version: {reference}\n"
"Language: {language}\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=UTF-8\n"
"Content-Transfer-Encoding: 8bit\n"

"""
_CURE: Final = "Stuur het PO-bestand terug zoals het is, met alleen vertalingen erbij."


@dataclass(slots=True)
class _Returned:
    """The texts of one definition that stand in a PO file, and the line of each."""

    written: dict[str, Written]
    entries: dict[str, Written] = field(default_factory=dict)
    lines: dict[Place, int] = field(default_factory=dict)
    emptied: set[str] = field(default_factory=set)


def write_translation_po(part: Part, language: str, definitions: Definitions) -> bytes:
    """Return the PO file with all texts of a module or extension, for a translator into a language."""
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import write_po

    catalog = Catalog(charset="utf-8")
    for row in translation_rows(part.content, language, definitions):
        message = catalog.add(
            row.source,
            row.text or "",
            context=row.key,
            flags=["fuzzy"] if row.stale else [],
            auto_comments=list(_remarks(row)),
            user_comments=[row.note] if row.note else [],
        )
        message.flags.discard("python-format")  # Babel takes 50% of for a gap
    body = BytesIO()
    write_po(body, catalog, width=0, omit_header=True)
    head = _HEAD.format(reference=part.content.reference, language=language.replace("-", "_"))
    return head.encode() + body.getvalue()


def read_translation_po(
    content: bytes, file: str, part: Part, definitions: Definitions
) -> dict[str, str] | tuple[Problem, ...]:
    """Return texts files (name -> YAML) of a PO file that a translator filled in, or all its problems by line."""
    catalog = _read_catalog(content, file)
    if isinstance(catalog, Problem):
        return (catalog,)
    language = _language_of(catalog)
    expected = texts_to_translate(part.content, definitions)
    owners = {key: of for of, texts in expected.items() for key in texts}
    returned = {of: _Returned(_texts(of, language)) for of in expected}
    problems: list[Problem] = []
    for message in catalog:
        if message.id:
            key = message.context or ""
            fault = _fault_of(message, owners, returned)
            if fault is not None:
                problems.append(Problem(file, message.lineno or 1, key, *fault))
            else:
                _take(message, returned[owners[key]], _known_entry(owners[key], language, key, definitions))
    if problems:
        return tuple(sorted(problems))
    documents = (YamlDocument(file, {**one.written, "entries": one.entries}, one.lines) for one in returned.values())
    emptied = {(of, language): one.emptied for of, one in returned.items()}
    return returned_texts(documents, emptied, part, definitions)


def _remarks(row: TranslationRow) -> Iterator[str]:
    if row.status is not None:
        yield f"Status: {STATUSES[row.status]}"
    if row.stale is not None:
        yield "Het Nederlands is veranderd na deze vertaling."


def _read_catalog(content: bytes, file: str) -> Catalog | Problem:
    from babel.messages.pofile import PoFileError, read_po

    if len(content) > MAX_BYTES:
        return Problem(file, 1, "", "W01", f"Het bestand is groter dan {MAX_BYTES // 1_000_000} MB.", _CURE)
    lines = content.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    plural = next((number for number, line in enumerate(lines, 1) if line.lstrip().startswith(b"msgid_plural")), None)
    if plural is not None:
        return Problem(file, plural, "", "W05", "Onze teksten hebben geen meervoudsvormen.", _CURE)
    try:
        return read_po(lines, abort_invalid=True)
    except PoFileError as error:
        return Problem(file, error.lineno + 1, "", "W01", "Dit is geen PO-bestand dat te lezen is.", _CURE)
    except Exception:  # noqa: BLE001 (over other mistakes Babel raises whatever Python does)
        return Problem(file, 1, "", "W01", "Dit is geen PO-bestand dat te lezen is.", _CURE)


def _language_of(catalog: Catalog) -> str:
    """Return the language of a PO file as definitions write it: without a country.

    Tools write `tr_TR` for `tr`.
    """
    language, *rest = str(catalog.locale_identifier or "").split("_")
    script = [part for part in rest if len(part) == len("Latn")]
    return "-".join([language, *script[:1]])


def _texts(of: str, language: str) -> dict[str, Written]:
    return {"format": "ceo-def/1", "kind": "texts", "language": language, "of": of, "status": "draft"}


def _known_entry(of: str, language: str, key: str, definitions: Definitions) -> TextEntry | None:
    found = definitions.translations(of, language)
    return found.content.entries.get(key) if found is not None else None


def _fault_of(message: Message, owners: dict[str, str], returned: dict[str, _Returned]) -> tuple[str, str, str] | None:
    key = message.context or ""
    if key not in owners:
        cause = f"De sleutel {key} hoort niet bij deze vragenlijst." if key else "Bij deze tekst staat geen msgctxt."
        return "W05", cause, suggest(key, owners) if key else _CURE
    found = returned[owners[key]]
    if key in found.entries or key in found.emptied:
        return "W05", f"De sleutel {key} staat er twee keer.", "Haal er een weg."
    fault = fault_of_gaps(str(message.id), str(message.string)) if message.string else None
    return ("D12", *fault) if fault is not None else None


def _take(message: Message, returned: _Returned, known: TextEntry | None) -> None:
    """Keep a translation. What is fuzzy stays as stale as it was."""
    key, text = str(message.context), str(message.string).strip()
    if not text:
        returned.emptied.add(key)
        return
    stale = known.source_hash if known is not None and message.fuzzy else None
    written: dict[str, Written] = {"source_hash": stale or hash_text(str(message.id)), "text": text}
    note = _note(message, known)
    returned.entries[key] = {**written, "note": note} if note else written
    returned.lines["entries", key] = message.lineno or 1


def _note(message: Message, known: TextEntry | None) -> str:
    """Return the remark of the translator. A PO file breaks lines where it likes, so the same words are the same note."""
    words = " ".join(" ".join(message.user_comments).split())
    known_note = known.note if known is not None and known.note is not None else ""
    return known_note if words == " ".join(known_note.split()) else words
