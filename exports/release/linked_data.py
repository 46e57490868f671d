"""Describing things as linked data, written so that the same description gives the same bytes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from exports.release.dcat_terms import PREFIXES

if TYPE_CHECKING:
    from rdflib import URIRef
    from rdflib.term import Node


class Description:
    """A graph that is being filled. Everything in it has an address: names that a program makes up differ each time."""

    def __init__(self) -> None:
        from rdflib import Graph

        self._graph = Graph(bind_namespaces="none")
        for prefix, address in PREFIXES.items():
            self._graph.bind(prefix, address)

    def add(self, address: str, kind: str, told: Mapping[str, Iterable[Node]]) -> Node:
        """Return the node of a thing, after saying what it is and, by property, what it has. Properties are names such as `dct:title`."""
        from rdflib import RDF

        node = at(address)
        self._graph.add((node, RDF.type, term(kind)))
        for name, values in told.items():
            for value in values:
                self._graph.add((node, term(name), value))
        return node

    def turtle(self) -> bytes:
        """Return the graph as Turtle."""
        return self._graph.serialize(format="turtle", encoding="utf-8")

    def json_ld(self) -> bytes:
        """Return the graph as JSON-LD. Properties and their values have no order of their own, so they are sorted."""
        context = dict(PREFIXES)
        document = json.loads(self._graph.serialize(format="json-ld", context=context, auto_compact=False))
        return json.dumps(_sorted(document), ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def at(address: str) -> URIRef:
    """Return the node at an address."""
    from rdflib import URIRef

    return URIRef(address)


def term(name: str) -> URIRef:
    """Return the node of a name with a prefix, such as `dct:title`."""
    prefix, _, local = name.partition(":")
    return at(f"{PREFIXES[prefix]}{local}")


def dutch(*texts: str) -> list[Node]:
    """Return texts in Dutch; those that are empty say nothing."""
    from rdflib import Literal

    return [Literal(text, lang="nl") for text in texts if text]


def plain(text: str) -> list[Node]:
    """Return a text in no language; nothing where it is empty."""
    from rdflib import Literal

    return [Literal(text)] if text else []


def typed(text: str, kind: str) -> list[Node]:
    """Return a text with a datatype, such as `xsd:hexBinary`."""
    from rdflib import Literal

    return [Literal(text, datatype=term(kind), normalize=False)]


def days(*found: date | None) -> list[Node]:
    """Return days, without those that are not known."""
    return [node for day in found if day for node in typed(day.isoformat(), "xsd:date")]


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _sorted(part) for name, part in value.items()}
    if isinstance(value, list):
        return sorted((_sorted(part) for part in value), key=lambda part: json.dumps(part, sort_keys=True))
    return value
