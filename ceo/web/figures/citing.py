"""How to cite an edition, or one page of it: as a text, and for programs that keep references."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from ceo.workflows.releases.proposal import one_line
from exports.release.facts import ReleaseFacts, Seal, citation_of
from exports.release.telling import titled

_ESCAPED: Final = str.maketrans(
    {"\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", **{sign: f"\\{sign}" for sign in "&%$#_"}}
)


def page_citation(facts: ReleaseFacts, seal: Seal, subject: str, path: str) -> str:
    """Return how to cite one page of an edition: its subject stands before the whole."""
    return f"‘{subject}’, in: {citation_of(facts, seal)}, {seal.address}{path}"


def write_bibtex(facts: ReleaseFacts, seal: Seal) -> str:
    r"""Return a reference for BibTeX. Signs that mean something to TeX are escaped; every value stands on one line.

    >>> "wmo & jeugd_2".translate(_ESCAPED)
    'wmo \\& jeugd\\_2'
    """
    year = f"{seal.published_on.year}" if seal.published_on else ""
    fields = {
        "title": f"{{{titled(facts, seal).translate(_ESCAPED)}}}",
        "author": f"{{{facts.publisher.translate(_ESCAPED)}}}",
        "publisher": facts.publisher.translate(_ESCAPED),
        "year": year,
        "version": f"{facts.edition}",
        "url": seal.address,
        "note": f"{facts.licence}; {seal.digest}".translate(_ESCAPED),
    }
    lines = "".join(f"  {name} = {{{one_line(value)}}},\n" for name, value in fields.items())
    return f"@misc{{{facts.release}-{facts.edition},\n{lines}}}\n"


def write_ris(facts: ReleaseFacts, seal: Seal) -> str:
    """Return a reference in RIS, as Zotero, EndNote and Mendeley read it: a line for each tag, each ended as the format wants."""
    published = seal.published_on
    lines = (
        ("TY", "DATA"),
        ("TI", titled(facts, seal)),
        ("AU", facts.publisher),
        ("PB", facts.publisher),
        ("PY", f"{published.year}" if published else ""),
        ("DA", f"{published:%Y/%m/%d}" if published else ""),
        ("ET", f"{facts.edition}"),
        ("UR", seal.address),
        ("N1", f"{facts.licence}; {seal.digest}"),
        ("ER", ""),
    )
    return "".join(f"{tag}  - {one_line(text)}\r\n" for tag, text in lines if text or tag == "ER")


REFERENCES: Final[Mapping[str, tuple[str, Callable[[ReleaseFacts, Seal], str]]]] = MappingProxyType(
    {"bib": ("application/x-bibtex", write_bibtex), "ris": ("application/x-research-info-systems", write_ris)}
)
