"""Settling: versions follow by themselves from what was published before, and texts of what is gone go too.

What has the words of a published version has its number. What was changed has the next one, so that a number always means the
same. What was never published keeps the number that it has.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from questionnaires.configuring.documents import Document, Texts, make_document
from questionnaires.configuring.foundation import Foundation, Versioned
from questionnaires.texts import source_texts

_ANY: Final = {"version": 1}


def settle(document: Document, foundation: Foundation) -> Document:
    """Return the document with the versions that it will be published with, of itself and of all that it brings."""
    version = max(document.version, foundation.next_version(document.id))
    if version != document.version:
        document = _made({**document.definition, "version": version}, document.texts)
    for part, published in (
        ("scales", foundation.scales),
        ("items", foundation.items),
        ("composites", foundation.composites),
    ):
        entries = getattr(document.extension, part)
        settled = {name: _settled(one, published.get(one.id, {})) for name, one in entries.items()}
        # Two versions of one scale may stand side by side: neither takes the name of the other.
        document = rename(document, part, {old: new for old, new in settled.items() if new not in entries})
    return prune(document)


def rename(document: Document, part: str, names: Mapping[str, str]) -> Document:
    """Return the document with other references (`id@version`, old to new) of its scales, items or composites."""
    if not names:
        return document
    definition = dict(document.definition)
    definition[part] = {names.get(name, name): entry for name, entry in definition[part].items()}
    if part == "scales":
        definition["items"] = {
            name: {**item, "type": _of_scale(item["type"], names)} for name, item in definition.get("items", {}).items()
        }
    if part == "items":
        definition["slots"] = {
            slot: [{**page, "items": [names.get(item, item) for item in page["items"]]} for page in pages]
            for slot, pages in definition.get("slots", {}).items()
        }
        definition["composites"] = {
            name: {**one, "items": [names.get(item, item) for item in one["items"]]}
            for name, one in definition.get("composites", {}).items()
        }
    return _made(definition, rename_texts(document.texts, part.removesuffix("s"), names))


def rename_texts(texts: Texts, what: str, names: Mapping[str, str]) -> Texts:
    """Return texts with the keys of renamed items or scales (`item.OLD@1.stem`) under their new names."""
    return {
        language: {_renamed(key, what, names): entry for key, entry in entries.items()}
        for language, entries in texts.items()
    }


def prune(document: Document) -> Document:
    """Return the document without translations of texts that are not there any more."""
    keys = source_texts(document.extension).keys()
    gone = any(key not in keys for entries in document.texts.values() for key in entries)
    if not gone:
        return document
    texts = {
        language: {key: entry for key, entry in entries.items() if key in keys}
        for language, entries in document.texts.items()
    }
    return _made(document.definition, texts)


def _settled(one: Versioned, published: Mapping[int, Versioned]) -> str:
    equal = [
        number for number, other in published.items() if one.model_copy(update=_ANY) == other.model_copy(update=_ANY)
    ]
    if not published or one.version in equal:
        return one.reference
    return f"{one.id}@{max(equal, default=max(published) + 1)}"


def _of_scale(answer: Mapping[str, Any], names: Mapping[str, str]) -> Mapping[str, Any]:
    return {"scale": names.get(answer["scale"], answer["scale"])} if "scale" in answer else answer


def _renamed(key: str, what: str, names: Mapping[str, str]) -> str:
    for old, new in names.items():
        if key.startswith(f"{what}.{old}."):
            return f"{what}.{new}.{key.removeprefix(f'{what}.{old}.')}"
    return key


def _made(definition: Mapping[str, Any], texts: Texts) -> Document:
    made = make_document(definition, texts)
    assert isinstance(made, Document), f"other versions do not change the form: {made}"
    return made
