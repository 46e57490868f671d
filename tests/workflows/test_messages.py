"""Messages of iWmo and iJw as a client list: who has support, and what cannot be read, each with its place."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import tracemalloc
import zipfile
from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceo.workflows.frames.choices import FrameChoices, ListOrder
from ceo.workflows.frames.gathering import gather_people
from ceo.workflows.frames.listed import Act, ContactDetails, ListedClient, ListedSupport, ListFault, Sex, person_hash
from ceo.workflows.frames.mapping import suggest_columns
from ceo.workflows.frames.merging import MergeRules
from ceo.workflows.frames.messages.reading import read_messages
from ceo.workflows.frames.messages.recognising import ENOUGH, looks_like_message

FILES = Path(__file__).parent / "messages"
NAMES = {("02", "02A03"): "Begeleiding thuis", ("01", ""): "Hulp bij het huishouden"}
BSNS = ("111222333", "111222334", "123456782", "999990019")


def content(name: str) -> bytes:
    return (FILES / f"{name}.xml").read_bytes()


def read(*files: bytes, **options: str) -> tuple[list[ListedClient], list[ListFault], Counter[str]]:
    tally: Counter[str] = Counter()
    found = list(read_messages([("bestand", [each]) for each in files], NAMES, tally=tally, **options))
    for each in found:
        if isinstance(each, ListFault):
            assert not any(bsn in f"{each}" for bsn in BSNS), "no citizen service number in a fault"
    clients = [each for each in found if isinstance(each, ListedClient)]
    return clients, [each for each in found if isinstance(each, ListFault)], tally


def told(*files: bytes, **options: str) -> list[tuple[int, str, str]]:
    _, faults, _ = read(*files, **options)
    return [(fault.line, fault.column, fault.code) for fault in faults]


def zipped(*contents: bytes, names: Iterable[str] = (), method: int = zipfile.ZIP_DEFLATED) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", method) as archive:
        for name, each in zip(names or (f"{number}.xml" for number in range(len(contents))), contents, strict=True):
            archive.writestr(name, each)
    return written.getvalue()


def test_an_assignment_tells_who_it_is_and_what_was_assigned() -> None:
    clients, faults, tally = read(content("wmo301"))
    assert not faults
    assert [client.support for client in clients] == [
        ListedSupport(Act.WMO, "Begeleiding thuis", "12345678", True, date(2026, 3, 1), date(2027, 2, 28)),
        ListedSupport(Act.WMO, "Hulp bij het huishouden", "12345678", True, date(2026, 3, 1), None),
    ]
    assert [client.line for client in clients] == [68, 84]
    [first, _] = clients
    assert (first.person, first.born_on, first.sex) == ("111222333", date(1951, 8, 13), Sex.MAN)
    assert (first.neighbourhood, first.language) == ("3511", "tr")
    assert first.contact == ContactDetails(
        name="T.J. de Wit-Smit",
        street="Postbus 12",
        postcode="3500 AA",
        place="Utrecht",
        email="t.dewit@voorbeeld.nl",
    )
    assert tally == {"301": 1, "supports": 2, "code:01:01A11": 1}


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
def test_beginning_and_ending_are_joined_in_whatever_order_messages_come(order: tuple[int, ...]) -> None:
    messages = [content("wmo301"), content("wmo305"), content("wmo307")]
    clients, faults, tally = read(*(messages[place] for place in order))
    assert not faults
    assert [(each.support.started_on, each.support.ended_on) for each in clients] == [
        (date(2026, 3, 9), date(2027, 2, 28)),
        (date(2026, 3, 4), date(2026, 6, 30)),
    ]
    assert tally["305"] == tally["307"] == 1


def test_youth_care_of_a_young_child_is_addressed_to_a_parent() -> None:
    clients, faults, _ = read(content("jw301"), content("jw305"), content("jw307"))
    assert not faults
    [client] = clients
    assert client.support == ListedSupport(
        Act.JEUGD, "code 45B02", "12345678", True, date(2026, 1, 20), date(2026, 2, 27)
    )
    assert (client.born_on, client.sex, client.neighbourhood) == (date(2018, 7, 1), Sex.WOMAN, "3721")
    assert (client.contact.name, client.contact.care_of) == ("L.M. Bakker", "K. Bakker")


def test_what_is_not_known_of_a_day_of_birth_is_taken_in_the_middle() -> None:
    clients, faults, _ = read(content("dates_of_birth"))
    assert not faults
    assert [client.born_on for client in clients] == [date(1951, 8, 15), date(1951, 7, 1), None]


@pytest.mark.parametrize("name", ["wmo301_release_3_0", "wmo301_utf16"])
def test_older_releases_and_other_encodings_give_the_same(name: str) -> None:
    clients, faults, _ = read(content(name))
    assert not faults
    assert [client.support for client in clients] == [client.support for client in read(content("wmo301"))[0]]
    assert clients[0].contact.name == ("T.J. de Wit-Çelik" if "utf16" in name else "T.J. de Wit-Smit")


def changed(name: str, *replaced: tuple[str, str]) -> bytes:
    text = content(name).decode()
    for old, new in replaced:
        assert old in text
        text = text.replace(old, new)
    return text.encode()


def test_the_newest_version_of_an_assignment_holds() -> None:
    newer = changed("wmo301", (">2026-02-20<", ">2026-04-01<"), (">2027-02-28<", ">2026-05-31<"))
    for order in ((content("wmo301"), newer), (newer, content("wmo301"))):
        clients, _, tally = read(*order)
        assert [client.support.ended_on for client in clients] == [date(2026, 5, 31), None]
        assert tally["replaced"] == 2


REASON = "<wmo301:Ingangsdatum>2026-03-01</wmo301:Ingangsdatum>\n        <wmo301:Omvang>"


def with_reason(code: str) -> bytes:
    """Return the assignment, with a reason for its change at the product without a last day."""
    reason = f"<wmo301:RedenWijziging>{code}</wmo301:RedenWijziging>"
    return changed("wmo301", (REASON, REASON.replace("\n        <wmo301:Omvang>", f"{reason}<wmo301:Omvang>")))


def test_a_removed_assignment_is_no_support() -> None:
    clients, _, tally = read(with_reason("13"))
    assert [client.support.product for client in clients] == ["Begeleiding thuis"]
    assert tally["removed"] == 1


def test_nobody_who_died_is_written_to() -> None:
    assert read(with_reason("02"))[0] == []
    died = changed("wmo307", (">19<", ">02<"))
    clients, faults, tally = read(content("wmo301"), died)
    assert (clients, faults, tally["deceased"]) == ([], [], 2)
    by_mistake = changed("wmo307", (">19<", ">02<"), ("Aanlevering>1<", "Aanlevering>3<"))
    assert len(read(content("wmo301"), died, by_mistake)[0]) == 2


def test_support_that_never_began_is_left_out_and_counted() -> None:
    withdrawn = changed("wmo305", ("Aanlevering>1<", "Aanlevering>3<"))
    only_one = changed("wmo305", (">300202<", ">300999<"))
    clients, _, tally = read(content("wmo301"), content("wmo305"), withdrawn)
    assert (clients, tally["not-started"]) == ([], 2)
    clients, _, tally = read(content("wmo301"), only_one)
    assert [client.support.product for client in clients] == ["Begeleiding thuis"]
    assert (tally["not-started"], tally["without-assignment"]) == (1, 1)


def test_support_that_stopped_for_a_while_or_began_again_has_not_ended() -> None:
    paused = changed("wmo307", (">19<", ">20<"))
    clients, _, _ = read(content("wmo301"), content("wmo305"), paused)
    assert clients[1].support.ended_on is None
    again = changed("wmo305", (">2026-03-04<", ">2026-09-01<"))
    clients, _, _ = read(content("wmo301"), content("wmo305"), content("wmo307"), again)
    assert (clients[1].support.started_on, clients[1].support.ended_on) == (date(2026, 3, 4), None)


@pytest.mark.parametrize(
    ("name", "faults"),
    [
        ("broken_namespace", [(2, "", "message-namespace")]),
        ("broken_other_message", [(2, "", "message-kind")]),
        ("broken_no_bsn", [(18, "Client/Bsn", "message-missing")]),
        ("broken_bsn", [(19, "Client/Bsn", "message-bsn")]),
        (
            "broken_dates",
            [
                (21, "Client/Geboortedatum/Datum", "message-date-impossible"),
                (56, "Client/ToegewezenProducten/ToegewezenProduct/Einddatum", "message-date-order"),
                (71, "Client/ToegewezenProducten/ToegewezenProduct/Ingangsdatum", "message-date"),
            ],
        ),
        (
            "broken_codes",
            [
                (22, "Client/Geboortedatum/DatumGebruik", "message-value"),
                (24, "Client/Geslacht", "message-value"),
                (49, "Client/ToegewezenProducten/ToegewezenProduct/ToewijzingNummer", "message-value"),
                (51, "Client/ToegewezenProducten/ToegewezenProduct/Product/Categorie", "message-value"),
            ],
        ),
        ("broken_cut_off", [(59, "", "message-cut-off")]),
        ("broken_encoding", [(26, "", "message-broken")]),
        ("broken_encoding_unknown", [(1, "", "message-encoding")]),
        ("broken_two_headers", [(18, "", "message-headers")]),
        ("broken_no_header", [(3, "", "message-header")]),
        ("hostile_dtd", [(2, "", "message-dtd")]),
        ("hostile_entities", [(2, "", "message-dtd")]),
        ("hostile_external", [(2, "", "message-dtd")]),
    ],
)
def test_what_is_wrong_is_told_with_its_place(name: str, faults: list[tuple[int, str, str]]) -> None:
    assert told(content(name)) == faults


def test_faults_of_all_messages_are_told_at_once() -> None:
    codes = [code for _, _, code in told(content("broken_bsn"), content("hostile_dtd"), content("broken_no_bsn"))]
    assert codes == ["message-bsn", "message-dtd", "message-missing"]


def test_a_message_of_another_municipality_is_a_fault() -> None:
    assert told(content("wmo301"), content("wmo305"), municipality="GM0344") == []
    assert told(content("wmo301"), content("wmo305"), municipality="GM0193") == [
        (7, "Header/Afzender", "message-municipality"),
        (8, "Header/Ontvanger", "message-municipality"),
    ]


def test_without_an_assignment_there_is_nobody() -> None:
    assert told(content("wmo305")) == [(0, "", "message-none")]


BEGIN = content("wmo301").decode().split("  <wmo301:Client>")[0]
HOSTILE = {
    "deep nesting": BEGIN + "<x>" * 100_000,
    "one long attribute": BEGIN + '<x y="' + "z" * 30_000_000,
    "a long attribute that ends": BEGIN + '<x y="' + "z" * 2_000 + '"/>',
    "many attributes": BEGIN + "<x " + " ".join(f'a{number}="1"' for number in range(50)) + "/>",
    "one long comment": BEGIN + "<!-- " + "z" * 30_000_000,
    "one long name": BEGIN + "<" + "z" * 30_000_000,
    "many names": BEGIN + "".join(f"<x{number}/>" for number in range(100_000)),
    "many prefixes": BEGIN + "".join(f'<x xmlns:a{number}="b"/>' for number in range(10_000)),
    "one client without end": BEGIN + "<wmo301:Client>" + "<x/>" * 100_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_would_grow_without_end_is_refused(name: str) -> None:
    [(_, _, code)] = told(HOSTILE[name].encode())
    assert code == "message-limits"


def test_a_text_of_any_length_that_nobody_needs_is_passed_over() -> None:
    remark = "<wmo301:Commentaar>" + "lang " * 400_000 + "</wmo301:Commentaar>\n    <wmo301:Contactgegevens>"
    clients, faults, _ = read(changed("wmo301", ("<wmo301:Contactgegevens>", remark)))
    assert (len(clients), faults) == (2, [])


def test_a_name_that_is_too_long_is_a_fault() -> None:
    path = "Client/Naam/Geslachtsnaam/Achternaam"
    assert told(changed("wmo301", (">Wit<", f">{'W' * 5_000}<"))) == [(26, path, "message-long")]


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
def test_a_zip_of_messages_is_read_message_by_message(method: int) -> None:
    packed = zipped(
        b"",
        content("wmo301"),
        b"mac",
        content("wmo305"),
        content("wmo307"),
        names=("map/", "map/1.xml", "__MACOSX/map/._1.xml", "map/2.xml", "map/3.xml"),
        method=method,
    )
    clients, faults, _ = read(packed)
    assert not faults
    assert [client.support.ended_on for client in clients] == [date(2027, 2, 28), date(2026, 6, 30)]
    assert [client.line for client in clients] == [1, 1]


def test_a_fault_in_a_zip_says_in_which_message() -> None:
    packed = zipped(
        content("wmo301"), content("broken_bsn"), b"geen bericht", names=("1.xml", "111222333.xml", "c.txt")
    )
    assert told(packed) == [(19, "zip 2: Client/Bsn", "message-bsn"), (1, "zip 3", "message-broken")]


class Unseekable(io.RawIOBase):
    """What can be written to only, as a stream: sizes then stand behind each file."""

    def __init__(self) -> None:
        self.written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, piece: bytes) -> int:  # type: ignore[override]  # bytes suffice here
        self.written += piece
        return len(piece)


def test_a_zip_that_was_written_as_a_stream_is_read() -> None:
    written = Unseekable()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("1.xml", content("wmo301"))
        with archive.open("2.xml", "w", force_zip64=True) as large:
            large.write(content("wmo305"))
    clients, faults, tally = read(bytes(written.written))
    assert (len(clients), faults, tally["305"]) == (2, [], 1)


def test_a_zip_that_unpacks_to_far_more_than_it_is_is_refused_early() -> None:
    bomb = zipped(BEGIN.encode() + b" " * 50_000_000)
    assert len(bomb) < 60_000
    unpacked = 0

    def counted() -> Iterable[bytes]:
        nonlocal unpacked
        for start in range(0, len(bomb), 1_000):
            unpacked += 1_000
            yield bomb[start : start + 1_000]

    [fault] = [each for each in read_messages([("", counted())], {}) if isinstance(each, ListFault)]
    assert (fault.column, fault.code) == ("zip 1", "zip-large")
    assert unpacked < 10_000


BROKEN_ZIPS = {
    "cut off": (zipped(content("wmo301"))[:700], "zip-cut-off"),
    "an unknown way of packing": (zipped(content("wmo301")).replace(b"\x08\x00", b"\x63\x00", 1), "zip-broken"),
    "changed": (
        zipped(content("wmo301"), method=zipfile.ZIP_STORED).replace(b"Oudegracht", b"Nieuwegrac"),
        "zip-broken",
    ),
    "with a password": (zipped(content("wmo301"))[:6] + b"\x01" + zipped(content("wmo301"))[7:], "zip-secured"),
    "empty": (zipped(), "zip-empty"),
    "folders only": (zipped(b"", names=("map/",)), "zip-empty"),
    "a zip in it": (zipped(zipped(content("wmo301"))), "message-broken"),
    "no bytes": (b"", "message-cut-off"),
}


@pytest.mark.parametrize("name", BROKEN_ZIPS)
def test_a_zip_that_cannot_be_read_is_refused(name: str) -> None:
    broken, code = BROKEN_ZIPS[name]
    assert code in {fault for _, _, fault in told(broken)}


DELIVERY = [content("wmo301"), content("wmo305"), content("jw301"), content("broken_bsn"), content("wmo301_utf16")]


@given(cuts=st.lists(st.integers(0, 20_000), max_size=30), packed=st.booleans())
def test_any_chunking_of_the_bytes_gives_the_same_clients(cuts: list[int], *, packed: bool) -> None:
    files = [zipped(*DELIVERY)] if packed else DELIVERY

    def pieces(whole: bytes) -> list[bytes]:
        ends = sorted({min(cut, len(whole)) for cut in cuts} | {len(whole)})
        return [whole[start:end] for start, end in zip([0, *ends], ends, strict=False)]

    chunked = list(read_messages([("", pieces(each)) for each in files], NAMES))
    assert chunked == list(read_messages([("", [each]) for each in files], NAMES))
    assert sum(isinstance(each, ListedClient) for each in chunked) == 3


def test_byte_by_byte_gives_the_same_clients() -> None:
    single = [("", [bytes([byte]) for byte in each]) for each in (zipped(*DELIVERY), *DELIVERY)]
    whole = [("", [each]) for each in (zipped(*DELIVERY), *DELIVERY)]
    assert list(read_messages(single, NAMES)) == list(read_messages(whole, NAMES))


BEGINNINGS = {
    "a message": (content("wmo301"), True),
    "a message in UTF-16": (content("wmo301_utf16"), True),
    "a message with a mark of UTF-8": ("\ufeff".encode() + content("jw301"), True),
    "a message without declaration": (content("wmo301").split(b"\n", 1)[1], True),
    "a zip of messages": (zipped(content("wmo301")), True),
    "a workbook": (zipped(b"x", names=("[Content_Types].xml",)), False),
    "a sheet of LibreOffice": (zipped(b"x", names=("mimetype",)), False),
    "a list": (b"clientnummer;wet;product\r\n1;wmo;x", False),
    "a web page": (b"<html><table>", False),
    "the mark of a zip": (b"PK\x03\x04", True),
    "nothing": (b"", False),
}


@pytest.mark.parametrize("name", BEGINNINGS)
def test_a_message_is_told_from_a_list_by_its_first_bytes(name: str) -> None:
    begin, expected = BEGINNINGS[name]
    assert looks_like_message(begin[:ENOUGH]) is expected


@given(st.data())
def test_no_damage_leads_to_anything_but_clients_and_faults(data: st.DataObject) -> None:
    whole = bytearray(data.draw(st.sampled_from([content("wmo301"), content("wmo301_utf16"), zipped(*DELIVERY)])))
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(whole) - 1))
        whole[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
    for each in read_messages([("", [bytes(whole)])], NAMES):
        assert isinstance(each, ListedClient) or "111222333" not in repr(each)


READING = """
import resource, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from made_messages import made_delivery
from ceo.workflows.frames.messages.reading import read_messages

sum(1 for _ in read_messages([("", each) for each in made_delivery(50)], {}))
pages = int(Path("/proc/self/statm").read_text().split()[0])
limit = pages * resource.getpagesize() + 10_000_000
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
size = 0
def counted(chunks):
    global size
    for chunk in chunks:
        size += len(chunk)
        yield chunk
clients = sum(1 for _ in read_messages([("", counted(each)) for each in made_delivery(6_900)], {}))
print(clients, size > 20_000_000)
"""


def test_a_delivery_of_20_megabytes_is_read_with_10_megabytes_of_memory() -> None:
    tests = str(Path(__file__).parents[1])
    ran = subprocess.run(
        [sys.executable, "-c", READING, tests], capture_output=True, text=True, check=False, timeout=120
    )
    assert (ran.stdout.split(), ran.stderr) == (["6900", "True"], "")


def test_what_is_passed_over_takes_no_memory() -> None:
    remark = b"<wmo301:Commentaar>" + b"x" * 100_000 + b"</wmo301:Commentaar>"
    begin, end = content("wmo301").split(b"<wmo301:Contactgegevens>")

    def long() -> Iterable[bytes]:
        yield begin
        yield from (remark for _ in range(200))
        yield b"<wmo301:Contactgegevens>" + end

    tracemalloc.start()
    found = list(read_messages([("", long())], NAMES))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (len(found), peak < 2_000_000) == (2, True)


def test_in_the_frame_a_client_is_one_person_and_the_number_is_gone() -> None:
    day = date(2026, 11, 22)
    order = ListOrder(file_id="", columns=None, choices=FrameChoices(), opens_on=day, today=day)
    packed = zipped(content("wmo301"), content("wmo305"), content("jw301"), content("jw305"))
    gathered = gather_people(iter([packed]), order, MergeRules(bytes(32), "GM0344", day), NAMES)
    assert not gathered.faults
    people = list(gathered.merging.people())
    assert sorted(tuple(person.traits["products"]) for person in people) == [
        ("Begeleiding thuis", "Hulp bij het huishouden"),
        ("code 45B02",),
    ]
    assert {person.person_hash for person in people} == {
        person_hash(bytes(32), "GM0344", "111222333"),
        person_hash(bytes(32), "GM0344", "123456782"),
    }
    assert not any(bsn in repr(people) + repr(gathered.tally) for bsn in BSNS)


def test_the_fixed_names_of_columns_in_the_documentation_are_known() -> None:
    page = (Path(__file__).parents[2] / "docs" / "client-lists.md").read_text(encoding="utf-8")
    table = page.split("| kolom |")[1].split("\n\n")[0]
    names = [name for line in table.splitlines()[2:] for name in re.findall(r"`([^`]+)`", line.split("|")[1])]
    assert len(names) == 20
    assert None not in suggest_columns(names)
    assert len(set(suggest_columns(names))) == len(names)
