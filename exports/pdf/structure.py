"""The structure tree of a tagged PDF: which part of which page is a heading, a cell, a figure.

Source: ISO 32000-1:2008, section 14.7 (logical structure) and 14.8 (tagged PDF); ISO 14289-1 (PDF/UA-1).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFString


@dataclass(frozen=True, slots=True)
class Content:
    """Marked content of an element: its number on a page."""

    page: Any  # a reference of reportlab
    number: int


@dataclass(frozen=True, slots=True)
class Annotation:
    """A link on a page, as part of its element."""

    page: Any
    reference: Any


@dataclass(slots=True, eq=False)
class Element:
    """A node of the tree. `entries` holds what else its dictionary says, such as Alt and A."""

    role: str
    parent: Element | None = None
    entries: dict[str, Any] = field(default_factory=dict)
    kids: list[Element | Content | Annotation] = field(default_factory=list)

    def child(self, role: str, **entries: Any) -> Element:
        """Return a new last child."""
        element = Element(role, self, entries)
        self.kids.append(element)
        return element


def attributes(owner: str, values: Mapping[str, Any]) -> PDFDictionary:
    """Return the value of the A entry."""
    return PDFDictionary({"O": PDFName(owner), **values})


def cell_scope(scope: str) -> PDFDictionary:
    """Return the A entry of a table heading: for its Column or its Row."""
    return attributes("Table", {"Scope": PDFName(scope)})


def write_tree(document: Any, root: Element, parents: Mapping[int, Element | list[Element]]) -> Any:
    """Return the StructTreeRoot of a reportlab document. `parents` says by key to whom content and links belong."""
    tree = PDFDictionary({"Type": PDFName("StructTreeRoot")})
    reference = document.Reference(tree)
    references = _write_elements(document, root, reference)
    numbers: list[Any] = []
    for key, owner in sorted(parents.items()):
        value = PDFArray([references[it] for it in owner]) if isinstance(owner, list) else references[owner]
        numbers += [key, value]
    tree["K"] = PDFArray([references[root]])
    tree["ParentTree"] = document.Reference(PDFDictionary({"Nums": PDFArray(numbers)}))
    tree["ParentTreeNextKey"] = max(parents, default=-1) + 1
    return reference


def _write_elements(document: Any, root: Element, tree: Any) -> dict[Element, Any]:
    """Return the references of all elements; parents come before their children, so each knows its own."""
    references: dict[Element, Any] = {}
    dictionaries: list[tuple[Element, Any]] = []
    waiting = [root]
    while waiting:
        element = waiting.pop()
        dictionary = PDFDictionary({"Type": PDFName("StructElem"), "S": PDFName(element.role), **element.entries})
        dictionary["P"] = references[element.parent] if element.parent else tree
        references[element] = document.Reference(dictionary)
        dictionaries.append((element, dictionary))
        waiting += [kid for kid in reversed(element.kids) if isinstance(kid, Element)]
    for element, dictionary in dictionaries:
        _write_kids(element, dictionary, references)
    return references


def _write_kids(element: Element, dictionary: Any, references: Mapping[Element, Any]) -> None:
    page = next((kid.page for kid in element.kids if isinstance(kid, Content)), None)
    if page is not None:
        dictionary["Pg"] = page
    kids = [_kid(kid, page, references) for kid in element.kids]
    if kids:
        dictionary["K"] = kids[0] if len(kids) == 1 else PDFArray(kids)


def _kid(kid: Element | Content | Annotation, page: Any, references: Mapping[Element, Any]) -> Any:
    if isinstance(kid, Element):
        return references[kid]
    if isinstance(kid, Annotation):
        return PDFDictionary({"Type": PDFName("OBJR"), "Obj": kid.reference, "Pg": kid.page})
    if kid.page.name == page.name:
        return kid.number
    return PDFDictionary({"Type": PDFName("MCR"), "Pg": kid.page, "MCID": kid.number})


def text_entry(text: str) -> PDFString:
    """Return a text for an entry such as Alt."""
    return PDFString(text)
