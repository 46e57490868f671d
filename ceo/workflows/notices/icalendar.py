"""Writing a calendar as iCalendar (RFC 5545): whole days with a title, a text and an address. Nothing else of the format is needed.

Source: RFC 5545, sections 3.1 (lines of at most 75 octets), 3.3.11 (escapes of text), 3.6.1 (events); RFC 7986 for the name and how often
a calendar is to be read again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

_LINE_END: Final = "\r\n"
_LONGEST: Final = 75
_ESCAPES: Final = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})
_FIRST_PRINTABLE: Final = 32
_DELETE: Final = 127


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """A whole day. `uid` names it for ever, over all readings of the calendar."""

    uid: str
    day: date
    title: str
    address: str


def write_calendar(name: str, events: Iterable[CalendarEvent], *, stamp: date) -> str:
    r"""Return a calendar. `stamp` is the day on which it was read from the database.

    >>> event = CalendarEvent("round-7-opens@ceo.example", date(2026, 12, 1), "Meting opent; Wmo", "https://ceo.example/werk")
    >>> print(write_calendar("Utrecht", [event], stamp=date(2026, 11, 23)).replace(chr(13), ""), end="")
    BEGIN:VCALENDAR
    VERSION:2.0
    PRODID:-//CEO//Agenda//NL
    CALSCALE:GREGORIAN
    METHOD:PUBLISH
    NAME:Utrecht
    X-WR-CALNAME:Utrecht
    REFRESH-INTERVAL;VALUE=DURATION:P1D
    BEGIN:VEVENT
    UID:round-7-opens@ceo.example
    DTSTAMP:20261123T000000Z
    DTSTART;VALUE=DATE:20261201
    DTEND;VALUE=DATE:20261202
    SUMMARY:Meting opent\; Wmo
    URL:https://ceo.example/werk
    CLASS:PRIVATE
    TRANSP:TRANSPARENT
    END:VEVENT
    END:VCALENDAR
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//CEO//Agenda//NL",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"NAME:{escaped(name)}",
        f"X-WR-CALNAME:{escaped(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:P1D",
        *(line for event in events for line in _event(event, stamp)),
        "END:VCALENDAR",
    ]
    return "".join(folded(line) + _LINE_END for line in lines)


def escaped(text: str) -> str:
    r"""Return a text as a value of iCalendar. Signs that have no place in a text are left out.

    >>> print(escaped("Zorg, hulp; en" + chr(10) + "meer" + chr(7)))
    Zorg\, hulp\; en\nmeer
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    shown = (sign for sign in lines if sign == "\n" or (ord(sign) >= _FIRST_PRINTABLE and ord(sign) != _DELETE))
    return "".join(shown).translate(_ESCAPES)


def folded(line: str) -> str:
    """Return a line in pieces of at most 75 octets, each further one after a line end and a space; no sign is cut in two.

    >>> [len(piece.encode()) for piece in folded("SUMMARY:" + "é" * 60).split(chr(13) + chr(10))]
    [74, 55]
    """
    pieces, piece, size = [], "", 0
    for sign in line:
        length = len(sign.encode())
        if size + length > _LONGEST:
            pieces.append(piece)
            piece, size = " ", 1
        piece += sign
        size += length
    return _LINE_END.join([*pieces, piece])


def _event(event: CalendarEvent, stamp: date) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{escaped(event.uid)}"
    yield f"DTSTAMP:{stamp:%Y%m%d}T000000Z"
    yield f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{event.day + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{escaped(event.title)}"
    yield f"URL:{event.address}"
    yield "CLASS:PRIVATE"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"
