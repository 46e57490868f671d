"""From the rows of a list to clients, with everything that is wrong by row and column: nothing stops at the first fault."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar

from ceo.workflows.frames.citizen_numbers import CitizenNumberWatch, is_named_so
from ceo.workflows.frames.listed import Act, ContactDetails, ListedClient, ListedSupport, ListFault
from ceo.workflows.frames.mapping import Columns, ListField
from ceo.workflows.frames.rows import Cell, Row, UnreadableListError, column_letters
from ceo.workflows.frames.values import (
    Wrong,
    read_act,
    read_birth,
    read_day,
    read_email,
    read_granted,
    read_language,
    read_number,
    read_phone,
    read_postcode,
    read_sex,
    read_text,
)

Value = TypeVar("Value")

# Of what stands on an envelope: longer does not fit the window.
_LONGEST_LINE: Final = 100


@dataclass(frozen=True, slots=True)
class ListRules:
    """How a list is read. `act`: of lines that name none; `today`: nobody is born after it."""

    columns: Columns
    today: date
    act: Act | None = None


def read_clients(rows: Iterable[Row], rules: ListRules) -> Iterator[ListedClient | ListFault]:
    """Yield each line of a list as a client, or its faults. The first row is the head.

    A column with citizen service numbers is a fault of the head, told at the end. The column of a fault is its letters.
    """
    watch, head, number = CitizenNumberWatch(), None, 0
    try:
        for row in rows:
            if head is None:
                head = row
                continue
            number = row.number
            watch.look(row)
            reading = _RowReading(row, rules)
            client = reading.client()
            yield from reading.faults
            if not reading.faults:
                yield client
    except UnreadableListError as error:
        yield ListFault(error.line, "", error.code)
    if head is None or not number:
        yield ListFault(0, "", "empty")
    elif head is not None:
        named = {place for place, cell in enumerate(head.cells) if is_named_so(str(cell))}
        for place in sorted(named.union(watch.columns())):
            yield ListFault(head.number, column_letters(place), "citizen-number")


class _RowReading:
    """Reads one row, and keeps what is wrong with it."""

    def __init__(self, row: Row, rules: ListRules) -> None:
        self._row = row
        self._rules = rules
        self.faults: list[ListFault] = []

    def client(self) -> ListedClient:
        """Return the client of the row; it counts only when there are no faults."""
        contacts = self._rules.columns.with_contacts
        postcode = self._take(ListField.POSTCODE, read_postcode(self._cell(ListField.POSTCODE), whole=contacts), "")
        person = self._take(ListField.CLIENT_NUMBER, read_number(self._cell(ListField.CLIENT_NUMBER)), "")
        if not person and not self._told(ListField.CLIENT_NUMBER):
            self._fault(ListField.CLIENT_NUMBER, "required")
        return ListedClient(
            line=self._row.number,
            person=person,
            support=self._support(),
            born_on=self._take(ListField.BORN, read_birth(self._cell(ListField.BORN), today=self._rules.today), None),
            sex=self._take(ListField.SEX, read_sex(self._cell(ListField.SEX)), None),
            neighbourhood=self._text(ListField.NEIGHBOURHOOD) or postcode[:4],
            language=self._take(ListField.LANGUAGE, read_language(self._cell(ListField.LANGUAGE)), ""),
            contact=self._contact(postcode) if contacts else ContactDetails(),
            not_before=self._take(ListField.NOT_BEFORE, read_day(self._cell(ListField.NOT_BEFORE)), None),
        )

    def _support(self) -> ListedSupport:
        act = self._take(ListField.ACT, read_act(self._cell(ListField.ACT)), None) or self._rules.act
        if act is None and not self._told(ListField.ACT):
            self._fault(ListField.ACT, "required")
        started_on = self._take(ListField.STARTED_ON, read_day(self._cell(ListField.STARTED_ON)), None)
        ended_on = self._take(ListField.ENDED_ON, read_day(self._cell(ListField.ENDED_ON)), None)
        if started_on is not None and ended_on is not None and ended_on < started_on:
            self._fault(ListField.ENDED_ON, "ends-before-start")
        return ListedSupport(
            act=act or Act.WMO,
            product=self._text(ListField.PRODUCT),
            provider=self._text(ListField.PROVIDER),
            granted=self._take(ListField.GRANTED, read_granted(self._cell(ListField.GRANTED)), default=True),
            started_on=started_on,
            ended_on=ended_on,
        )

    def _contact(self, postcode: str) -> ContactDetails:
        street = f"{self._joined(ListField.STREET)} {self._joined(ListField.NUMBER)}".strip()
        return ContactDetails(
            name=self._joined(ListField.NAME),
            care_of=self._joined(ListField.CARE_OF),
            street=street,
            postcode=postcode,
            place=self._text(ListField.PLACE, longest=_LONGEST_LINE),
            email=self._take(ListField.EMAIL, read_email(self._cell(ListField.EMAIL)), ""),
            phone=self._take(ListField.PHONE, read_phone(self._cell(ListField.PHONE)), ""),
        )

    def _joined(self, field: ListField) -> str:
        """Return the text of several columns, such as a first and a last name."""
        parts = []
        for place in self._rules.columns.places.get(field, ()):
            text = read_text(self._row.cell(place), longest=_LONGEST_LINE)
            if isinstance(text, Wrong):
                self.faults.append(ListFault(self._row.number, column_letters(place), text.code))
            else:
                parts.append(text)
        return " ".join(part for part in parts if part)

    def _text(self, field: ListField, *, longest: int = 200) -> str:
        return self._take(field, read_text(self._cell(field), longest=longest), "")

    def _cell(self, field: ListField) -> Cell:
        places = self._rules.columns.places.get(field)
        return self._row.cell(places[0]) if places else ""

    def _take(self, field: ListField, value: Value | Wrong, default: Value) -> Value:
        """Return what was read, or keep why it could not be."""
        if isinstance(value, Wrong):
            self._fault(field, value.code)
            return default
        return value

    def _fault(self, field: ListField, code: str) -> None:
        self.faults.append(ListFault(self._row.number, self._letters(field), code))

    def _told(self, field: ListField) -> bool:
        """Return whether something is wrong with a field already."""
        letters = self._letters(field)
        return bool(letters) and any(fault.column == letters for fault in self.faults)

    def _letters(self, field: ListField) -> str:
        places = self._rules.columns.places.get(field)
        return column_letters(places[0]) if places else ""
