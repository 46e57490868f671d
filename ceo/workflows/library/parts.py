"""What stands in the files of the library, a line a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from questionnaires.definition import Library
from questionnaires.sources import Definitions


@dataclass(frozen=True, slots=True)
class FileLine:
    """A definition file: its kind, what it defines, a title, and the parts in it: what kind of part, and its reference."""

    name: str
    kind: str
    id: str
    title: str
    parts: tuple[tuple[str, str], ...] = ()


def file_lines(definitions: Definitions, names: Iterable[str]) -> tuple[FileLine, ...]:
    """Return a line for each of these files in order of name; of kind "" when it cannot be read. Examples of extensions are left out."""
    known = {line.name: line for line in _lines(definitions)}
    lines = (known.get(name, FileLine(name, "", name, "")) for name in sorted(names))
    return tuple(line for line in lines if line.kind != "extension")


def _lines(definitions: Definitions) -> Iterator[FileLine]:
    for name, library in definitions.libraries.items():
        yield FileLine(library.document.file, "library", name, "", tuple(_parts(library.content)))
    for name, module in definitions.modules.items():
        parts = tuple(("items", item) for entry in module.content.page_entries for item in entry.items)
        yield FileLine(module.document.file, "module", name, module.content.title, parts)
    for name, crosswalk in definitions.crosswalks.items():
        one = crosswalk.content
        title = f"{one.item}@{one.from_version} → {one.item}@{one.to_version}"
        yield FileLine(crosswalk.document.file, "crosswalk", name, title)
    for texts in definitions.texts.values():
        kind = "extension" if texts.content.of in definitions.extensions else "texts"
        yield FileLine(texts.document.file, kind, texts.content.of, texts.content.language)
    for name, extension in definitions.extensions.items():
        yield FileLine(extension.document.file, "extension", name, extension.content.title)


def _parts(library: Library) -> Iterator[tuple[str, str]]:
    for kind in ("concepts", "scales", "items", "composites"):
        yield from ((kind, name) for name in getattr(library, kind))
