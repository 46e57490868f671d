"""What a PDF says about itself: XMP with the claim of PDF/UA-1, dates without a clock, letters that can be read back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from xml.sax.saxutils import escape

from reportlab.pdfbase.pdfdoc import XMP
from reportlab.pdfbase.ttfonts import TTFont

PRODUCER = "CEO"
_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<pdf:Producer>{producer}</pdf:Producer>
<xmp:CreateDate>{day}T00:00:00Z</xmp:CreateDate><xmp:ModifyDate>{day}T00:00:00Z</xmp:ModifyDate>
<pdfuaid:part>1</pdfuaid:part>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>
"""


@dataclass(frozen=True, slots=True)
class Identity:
    """What a document says about itself. Only the day of making is told, never the time."""

    title: str
    subject: str
    author: str
    language: str
    made_on: date


def xmp_metadata(identity: Identity) -> XMP:
    """Return the XMP stream of a document. It stays uncompressed, so that search engines and checkers can read it."""
    content = _XMP.format(
        title=escape(identity.title),
        subject=escape(identity.subject),
        author=escape(identity.author),
        language=identity.language,
        producer=PRODUCER,
        day=identity.made_on.isoformat(),
    )
    return XMP(creator=lambda _: content.encode())


def pdf_date(day: date) -> str:
    """Return a day in the notation of PDF.

    >>> pdf_date(date(2026, 11, 21))
    "D:20261121000000+00'00'"
    """
    return f"D:{day:%Y%m%d}000000+00'00'"


class ReadableFont(TTFont):  # type: ignore[misc]  # reportlab has no types
    """A font whose letters can be copied and read aloud: codes that are not used map to nothing instead of U+0000."""

    def addObjects(self, doc: Any) -> None:  # noqa: N802 -- reportlab's name
        """Write the font, then drop the empty lines from its maps to Unicode."""
        before = set(doc.idToObject)
        super().addObjects(doc)
        for name in set(doc.idToObject) - before:
            if name.startswith("toUnicodeCMap:"):
                stream = doc.idToObject[name]
                stream.content = without_nulls(stream.content)


def without_nulls(cmap: str) -> str:
    r"""Return a map to Unicode without the codes that map to U+0000, its count corrected.

    >>> print(without_nulls("2 beginbfchar\n<00> <0000>\n<41> <0041>\nendbfchar"))
    1 beginbfchar
    <41> <0041>
    endbfchar
    """
    lines = [line for line in cmap.split("\n") if not line.endswith("> <0000>")]
    return "\n".join(_blocks(lines))


def _blocks(lines: list[str]) -> list[str]:
    """Return the lines with at most 100 characters a block, the limit of the format."""
    start = next(number for number, line in enumerate(lines) if line.endswith("beginbfchar"))
    end = lines.index("endbfchar")
    characters = lines[start + 1 : end]
    blocks: list[str] = []
    for first in range(0, len(characters), 100):
        block = characters[first : first + 100]
        blocks += [f"{len(block)} beginbfchar", *block, "endbfchar"]
    return [*lines[:start], *blocks, *lines[end + 1 :]]
