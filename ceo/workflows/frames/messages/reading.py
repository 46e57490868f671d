"""A delivery of iWmo and iJw messages to the clients in it: one XML file, a zip of them, or several.

301 (assigned), 305 (began) and 307 (ended) of release 3.0, 3.1 and 3.2. Source of what stands where: the information models iWmo and iJw of
Zorginstituut Nederland, informatiemodel.istandaarden.nl, with the code lists COD002-VEKT, COD046, COD170, COD467, COD700, COD757, WMO002,
JZ002, WMO588 and JZ588. What a message does not have is who asked and was not granted support: that comes in a list only.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from ceo.workflows.frames.listed import Act, ListedClient, ListFault
from ceo.workflows.frames.messages.fields import Fields
from ceo.workflows.frames.messages.joining import Joining, TooManyError
from ceo.workflows.frames.messages.parsing import BrokenXmlError, Element, Outermost, read_parts
from ceo.workflows.frames.messages.people import read_bsn, read_person
from ceo.workflows.frames.messages.products import read_assigned, read_begun, read_ended
from ceo.workflows.frames.messages.unzipping import EMPTY, MAGIC, BrokenZipError, unzip

_NAMESPACE: Final = re.compile(
    r"http://www\.istandaarden\.nl/(?:(iwmo)/3_[0-2]/wmo|(ijw)/3_[0-2]/jw)(\d{3})/schema", re.ASCII
)
# By act and message: the code in its header.
_HEADER_CODES: Final[Mapping[tuple[Act, str], str]] = {
    (Act.WMO, "301"): "414",
    (Act.WMO, "305"): "418",
    (Act.WMO, "307"): "420",
    (Act.JEUGD, "301"): "436",
    (Act.JEUGD, "305"): "438",
    (Act.JEUGD, "307"): "440",
}
_ASSIGNED, _BEGUN = "301", "305"
# What computers add to a zip.
_BESIDE_THE_POINT: Final = re.compile(r"(^|/)(__MACOSX/|\.|Thumbs\.db$|desktop\.ini$)")


def read_messages(
    files: Iterable[tuple[str, Iterable[bytes]]],
    names: Mapping[tuple[str, str], str],
    *,
    municipality: str = "",
    tally: Counter[str] | None = None,
) -> Iterator[ListedClient | ListFault]:
    """Yield everything that is wrong in a delivery, and then the clients in it with one support each.

    `files`: a name and the bytes in pieces; a file may be a zip. `names`: what products are called, by category and code (see
    `name_product`). `municipality`: such as GM0344; a message of another one is a fault. `tally` counts messages by kind ("301"), what was
    left out and why ("replaced", "removed", "deceased", "not-started", "without-assignment", "without-number"), "supports", and codes
    without a name of their own ("code:02:02A03").

    `ListedClient.person` is a citizen service number: hash it at once. It stands in no fault. The line of a fault is that of the XML, and
    its column the path in the message, with the number of the file in the zip before it. Memory grows with the number of assignments only
    (at most `joining.MOST`), by some hundreds of bytes each, and not with the size of files.
    """
    tally = Counter() if tally is None else tally
    delivery = _Delivery(municipality, tally)
    try:
        for _, chunks in files:
            yield from delivery.read(chunks)
    except TooManyError:
        yield ListFault(0, "", "message-many")
        return
    if not delivery.joining.assignments and not delivery.faulty:
        yield ListFault(0, "", "message-none")
    yield from delivery.joining.clients(names, tally)


class _Delivery:
    """The reading of one delivery."""

    def __init__(self, municipality: str, tally: Counter[str]) -> None:
        self.joining = Joining()
        self.faulty = False
        self._municipality = municipality.removeprefix("GM")
        self._tally = tally

    def read(self, chunks: Iterable[bytes]) -> Iterator[ListFault]:
        """Yield the faults of one file."""
        begin, chunks = _peek(chunks)
        if not begin.startswith((MAGIC, EMPTY)):
            yield from self._message(chunks, "", None)
            return
        number = 0
        try:
            for name, content in unzip(chunks):
                if not _BESIDE_THE_POINT.search(name):
                    number += 1
                    yield from self._message(content, f"zip {number}: ", number)
        except BrokenZipError as error:
            yield self._fault(ListFault(0, f"zip {number}" if number else "", error.code))
        else:
            if not number:
                yield self._fault(ListFault(0, "", "zip-empty"))

    def _message(self, chunks: Iterable[bytes], prefix: str, number: int | None) -> Iterator[ListFault]:
        """Yield the faults of one message, up to where it cannot be read further."""
        message: _Message | None = None
        try:
            for part in read_parts(chunks):
                if isinstance(part, Outermost):
                    message = _begin(part, prefix, number)
                    self._tally[message.kind] += 1
                else:
                    assert message is not None, "a document begins with its outermost element"
                    for fault in self._part(message, part):
                        yield self._fault(fault)
            if message is not None and not message.read_header:
                yield self._fault(ListFault(1, prefix.rstrip(" :"), "message-header"))
        except (BrokenXmlError, _UnusableError) as error:
            yield self._fault(ListFault(error.line, prefix.rstrip(" :"), error.code))

    def _part(self, message: _Message, part: Element) -> list[ListFault]:
        faults: list[ListFault] = []
        fields = Fields(part, part.name, faults, message.prefix)
        if part.name == "Header":
            if message.read_header:
                raise _UnusableError("message-headers", part.line)
            self._header(message, fields)
        elif part.name == "Client":
            if not message.read_header:
                raise _UnusableError("message-header", part.line)
            self._client(message, fields)
        return faults

    def _header(self, message: _Message, header: Fields) -> None:
        message.read_header = True
        if header.text("BerichtCode", required=True) not in {"", _HEADER_CODES[message.act, message.kind]}:
            header.tell("message-kind", "BerichtCode")
        message.written_on = header.day("BerichtIdentificatie", "Dagtekening")
        message.provider, place = header.text("Ontvanger"), "Afzender"
        if message.kind != _ASSIGNED:
            place = "Ontvanger"
        if self._municipality and header.text(place, required=True) not in {"", self._municipality}:
            header.tell("message-municipality", place)

    def _client(self, message: _Message, client: Fields) -> None:
        if message.kind == _ASSIGNED:
            person = read_person(client, message.act, written_on=message.written_on)
            for assigned in read_assigned(client, person, message.act, provider=message.provider, line=message.number):
                if person.bsn:
                    self.joining.add_assigned(assigned)
        elif message.kind == _BEGUN:
            bsn = read_bsn(client)
            for begun in read_begun(client, bsn, message.act):
                if begun is None:
                    self._tally["without-number"] += 1
                elif bsn:
                    self.joining.add_reported(begun)
        else:
            self._ended(message, client)

    def _ended(self, message: _Message, client: Fields) -> None:
        bsn = read_bsn(client)
        for ending in read_ended(client, bsn, message.act):
            if not bsn:
                continue
            if ending.by_death:
                self.joining.add_death(bsn, withdrawn=ending.withdrawn)
            if ending.report is not None:
                self.joining.add_reported(ending.report)

    def _fault(self, fault: ListFault) -> ListFault:
        self.faulty = True
        return fault


class _UnusableError(Exception):
    """A message that is well written and that we cannot use."""

    def __init__(self, code: str, line: int) -> None:
        super().__init__(code)
        self.code = code
        self.line = line


@dataclass(slots=True)
class _Message:
    act: Act
    kind: str
    prefix: str
    number: int | None
    read_header: bool = False
    written_on: date | None = None
    provider: str = ""


def _begin(outermost: Outermost, prefix: str, number: int | None) -> _Message:
    found = _NAMESPACE.fullmatch(outermost.namespace)
    if found is None or outermost.name != "Bericht":
        raise _UnusableError("message-namespace", outermost.line)
    act = Act.WMO if found[1] else Act.JEUGD
    if (act, found[3]) not in _HEADER_CODES:
        raise _UnusableError("message-kind", outermost.line)
    return _Message(act, found[3], prefix, number)


def _peek(chunks: Iterable[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """Return the first bytes, and everything with them."""
    rest, begin = filter(None, chunks), b""
    while len(begin) < len(MAGIC) and (more := next(rest, b"")):
        begin += more
    return begin, _after(begin, rest)


def _after(begin: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield begin
    yield from rest
