"""Texts: every text that a client reads has a key, and a translation names the hash of the Dutch text that it translates.

A key never contains the text: `item.TOE01@1.stem`, `item.TOE01@1.stem.easy`, `scale.eens5@1.eens`, `page.contact.title`.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import Field

from questionnaires.definition import IntegerAnswer, Item, Library
from questionnaires.modules import Extension, Module, PageEntry
from questionnaires.names import DefinitionId, DefinitionReference, Language
from questionnaires.parts import DefinitionPart, Text
from questionnaires.scales import AnswerScale, MissingOption

TextKey: TypeAlias = Annotated[
    str,
    Field(
        pattern=r"^(title|(item|scale|page|param)\.[A-Za-z0-9@._-]+)$", max_length=160, examples=["item.TOE01@1.stem"]
    ),
]
EASY: Final = ".easy"
_GAP: Final = re.compile(r"\{([^{}]*)\}")


class Status(StrEnum):
    """How far a translation has come, from the least to the most trusted."""

    MACHINE = "machine"
    DRAFT = "draft"
    REVIEWED = "reviewed"
    BACK_TRANSLATED = "back_translated"


class TextEntry(DefinitionPart):
    """One translated text. `source_hash` is that of the Dutch text; when that has changed, the translation is stale."""

    source_hash: Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{16}$", examples=["sha256:0123456789abcdef"])]
    text: Text
    status: Status | None = None
    note: Text | None = None


class TextsFile(DefinitionPart):
    """The texts of one library, module or extension in one language. `status` holds for entries without their own."""

    format: Literal["ceo-def/1"]
    kind: Literal["texts"]
    language: Language
    of: DefinitionReference | DefinitionId
    status: Status
    entries: dict[TextKey, TextEntry]

    def status_of(self, key: str) -> Status:
        """Return the status of an entry."""
        return self.entries[key].status or self.status


def hash_text(text: str) -> str:
    """Return the fingerprint of a source text: the first 16 hexadecimal digits of the SHA-256 of its composed form.

    >>> hash_text("Ja")
    'sha256:cde9e58a9a4e1f36'
    """
    return "sha256:" + hashlib.sha256(unicodedata.normalize("NFC", text).encode()).hexdigest()[:16]


def gaps_in(text: str) -> tuple[str, ...]:
    """Return the names of the gaps in a text, in order.

    >>> gaps_in("De medewerker van {loket} nam mij serieus.")
    ('loket',)
    """
    return tuple(_GAP.findall(text))


def fill_gaps(text: str, values: Mapping[str, str]) -> str:
    """Return a text with values in its gaps; a gap without a value stays.

    >>> fill_gaps("{groet}, {naam}", {"groet": "Dag"})
    'Dag, {naam}'
    """
    return _GAP.sub(lambda gap: values.get(gap.group(1), gap.group(0)), text)


def is_language(language: str) -> bool:
    """Return whether a code is that of a language.

    >>> is_language("tr"), is_language("qq")
    (True, False)
    """
    from babel import Locale, UnknownLocaleError

    try:
        Locale.parse(language, sep="-")
    except UnknownLocaleError:
        return False
    return True


def direction_of(language: str) -> Literal["ltr", "rtl"]:
    """Return the direction in which a language is written.

    >>> direction_of("ar"), direction_of("nl")
    ('rtl', 'ltr')
    """
    from babel import Locale

    return "rtl" if Locale.parse(language, sep="-").character_order == "right-to-left" else "ltr"


def source_texts(definition: Library | Module | Extension) -> dict[str, str]:
    """Return the Dutch texts of a definition that clients read, by key."""
    if isinstance(definition, Library):
        return dict([*item_texts(definition.items.values()), *scale_texts(definition.scales.values())])
    texts = {"title": definition.title, **dict(page_texts(definition.page_entries))}
    if isinstance(definition, Module):
        return texts | {f"param.{name}": param.default for name, param in definition.params.items()}
    texts |= dict([*item_texts(definition.items.values()), *scale_texts(definition.scales.values())])
    return texts | {f"param.{name}": value for name, value in definition.params.items()}


def item_texts(items: Iterable[Item]) -> Iterator[tuple[str, str]]:
    """Yield the texts of items by key."""
    for item in items:
        place = f"item.{item.reference}"
        yield from _both(f"{place}.stem", item.text.stem, item.text.stem_easy)
        yield from _both(f"{place}.help", item.text.help, item.text.help_easy)
        for name, pipe in item.pipes.items():
            yield from _both(f"{place}.pipe.{name}", pipe.fallback, pipe.fallback_easy)
        for check in item.soft_checks:
            yield from _both(f"{place}.soft.{check.id}", check.ask, check.ask_easy)
        if isinstance(item.type, IntegerAnswer):
            yield f"{place}.unit", item.type.integer.unit


def scale_texts(scales: Iterable[AnswerScale]) -> Iterator[tuple[str, str]]:
    """Yield the texts of answer options by key."""
    for scale in scales:
        for option in scale.options:
            place = f"scale.{scale.reference}.{option.code}"
            yield from _both(place, option.text, option.text_easy)
            if not isinstance(option, MissingOption) and option.inline is not None:
                yield f"{place}.inline", option.inline


def page_texts(pages: Iterable[PageEntry]) -> Iterator[tuple[str, str]]:
    """Yield the titles of pages by key."""
    for page in pages:
        if page.title is not None:
            yield f"page.{page.id}.title", page.title


def _both(key: str, text: str | None, easy: str | None) -> Iterator[tuple[str, str]]:
    if text is not None:
        yield key, text
    if easy is not None:
        yield key + EASY, easy
