"""XML in pieces to its parts, one at a time, with a limit on everything that a file could make large.

No document type, so no entities and nothing from elsewhere. What stands in the outermost element is handed on part by part (for a message:
the header, then a client) and let go again: a file of any length takes the memory of one part.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NoReturn
from xml.parsers import expat

# In characters: of a text more than this is never kept. The longest field that a message has for us takes 200.
LONGEST_TEXT: Final = 1_000

_PIECE: Final = 32 * 1024  # bytes that the parser gets at a time
_LONGEST_MARK: Final = 64 * 1024  # bytes of one tag or comment, which the parser keeps until it is complete
_DEEPEST: Final = 32
_MOST_ELEMENTS: Final = 50_000  # of one part
_MOST_NAMES: Final = 1_000  # different names of elements and attributes: the parser keeps each
_MOST_PREFIXES: Final = 50
_MOST_ATTRIBUTES: Final = 20
_LONGEST_ATTRIBUTE: Final = 1_000
_ENCODINGS: Final = frozenset({"", "utf-8", "utf-16", "us-ascii", "iso-8859-1", "iso-8859-15", "windows-1252"})
_CUT_OFF: Final = frozenset(
    expat.errors.codes[text]
    for text in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
)


class BrokenXmlError(Exception):
    """What was read cannot be a message. Says where and why in a code, and never what stands there."""

    def __init__(self, code: str, line: int) -> None:
        super().__init__(f"{code} at line {line}")
        self.code = code
        self.line = line


@dataclass(slots=True)
class Element:
    """One element: its name without namespace, the line where it begins, its own text, and what stands in it.

    `name` is "" when the element is of another family of namespaces than the outermost one. `text` is at most `LONGEST_TEXT` and one more.
    """

    name: str
    line: int
    text: str = ""
    children: list[Element] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Outermost:
    """The outermost element of a document, when it begins."""

    name: str
    namespace: str
    line: int


def read_parts(chunks: Iterable[bytes]) -> Iterator[Outermost | Element]:
    """Yield the outermost element of a document, and then each element directly in it, as soon as it is complete.

    `chunks` are bytes in pieces of any size. Raises `BrokenXmlError` where a document cannot be read further.
    """
    parsing = _Parsing()
    for chunk in chunks:
        for start in range(0, len(chunk), _PIECE):
            parsing.feed(chunk[start : start + _PIECE])
            yield from parsing.ready
            parsing.ready.clear()
    parsing.feed(b"", last=True)
    yield from parsing.ready


class _Parsing:
    """The parser with what is open in it."""

    def __init__(self) -> None:
        self.ready: list[Outermost | Element] = []
        self._fed = 0
        self._depth = 0
        self._open: list[Element] = []
        self._elements = 0
        self._family = ""
        self._prefixes: set[str | None] = set()
        self._names: dict[str, str] = {}
        self._parser = expat.ParserCreate(namespace_separator=" ", intern=self._names)
        self._parser.ordered_attributes = True
        self._parser.XmlDeclHandler = self._declared
        self._parser.StartDoctypeDeclHandler = self._refuse_document_type
        self._parser.EntityDeclHandler = self._refuse_document_type
        self._parser.ExternalEntityRefHandler = self._refuse_document_type
        self._parser.StartNamespaceDeclHandler = self._prefix
        self._parser.StartElementHandler = self._begin
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters

    def feed(self, piece: bytes, *, last: bool = False) -> None:
        try:
            self._parser.Parse(piece, last)
        except expat.ExpatError as error:
            code = "message-cut-off" if last and error.code in _CUT_OFF else "message-broken"
            raise BrokenXmlError(code, error.lineno) from None
        except (LookupError, ValueError):  # the encoding that it says it has
            raise BrokenXmlError("message-encoding", 1) from None
        self._fed += len(piece)
        if self._fed - self._parser.CurrentByteIndex > _LONGEST_MARK:
            self._refuse("message-limits")

    def _declared(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if (encoding or "").lower() not in _ENCODINGS:
            self._refuse("message-encoding")

    def _refuse_document_type(self, *_: object) -> NoReturn:
        self._refuse("message-dtd")

    def _prefix(self, prefix: str | None, _namespace: str) -> None:
        self._prefixes.add(prefix)
        if len(self._prefixes) > _MOST_PREFIXES:
            self._refuse("message-limits")

    def _begin(self, qualified: str, attributes: Sequence[str]) -> None:
        self._depth += 1
        self._elements += 1
        if (
            self._depth > _DEEPEST
            or self._elements > _MOST_ELEMENTS
            or len(self._names) > _MOST_NAMES
            or len(attributes) > 2 * _MOST_ATTRIBUTES
            or any(len(text) > _LONGEST_ATTRIBUTE for text in attributes)
        ):
            self._refuse("message-limits")
        line = self._parser.CurrentLineNumber
        namespace, _, name = qualified.rpartition(" ")
        if self._depth == 1:
            self._family = _family(namespace)
            self.ready.append(Outermost(name, namespace, line))
            return
        element = Element(name if _family(namespace) == self._family else "", line)
        if self._open:
            self._open[-1].children.append(element)
        self._open.append(element)

    def _end(self, _qualified: str) -> None:
        self._depth -= 1
        if not self._open:
            return
        element = self._open.pop()
        element.text = element.text.strip()
        if not self._open:
            self.ready.append(element)
            self._elements = 0

    def _characters(self, text: str) -> None:
        if self._open and len(self._open[-1].text) <= LONGEST_TEXT:
            element = self._open[-1]
            element.text += text[: LONGEST_TEXT + 1 - len(element.text)]

    def _refuse(self, code: str) -> NoReturn:
        raise BrokenXmlError(code, self._parser.CurrentLineNumber)


def _family(namespace: str) -> str:
    """Return what the namespaces of one release of one standard have in common.

    >>> _family("http://www.istandaarden.nl/iwmo/3_2/wmo301/schema")
    'http://www.istandaarden.nl/iwmo/3_2'
    """
    return namespace.rsplit("/", 2)[0]
