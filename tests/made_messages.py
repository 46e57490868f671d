"""Made messages of any length, as pieces of bytes: the clients do not exist, and their numbers only pass the test of eleven."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2)


def made_numbers() -> Iterator[str]:
    """Yield citizen service numbers that pass the test of eleven, each once."""
    for begin in range(10_000_000, 99_999_999):
        last = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, str(begin), strict=True)) % 11
        if last < 10:
            yield f"{begin}{last}"


def made_delivery(clients: int) -> list[Iterator[bytes]]:
    """Return a 301, a 305 and a 307 of iWmo about the same clients; the last is about one in ten of them."""
    return [
        _message("301", "414", (_assigned(bsn, place) for place, bsn in enumerate(islice(made_numbers(), clients)))),
        _message("305", "418", (_reported(bsn, place, "Start") for place, bsn in _numbered(clients))),
        _message("307", "420", (_reported(bsn, place, "Stop") for place, bsn in _numbered(clients) if place % 10 == 0)),
    ]


def _numbered(clients: int) -> Iterator[tuple[int, str]]:
    return enumerate(islice(made_numbers(), clients))


def _message(kind: str, code: str, clients: Iterator[str]) -> Iterator[bytes]:
    space = "http://www.istandaarden.nl/iwmo/3_2"
    sender, receiver = ("0344", "12345678") if kind == "301" else ("12345678", "0344")
    yield (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<m:Bericht xmlns:b="{space}/basisschema/schema" '
        f'xmlns:m="{space}/wmo{kind}/schema">\n<m:Header><m:BerichtCode>{code}</m:BerichtCode>'
        f"<m:BerichtVersie>3</m:BerichtVersie><m:BerichtSubversie>2</m:BerichtSubversie><m:Afzender>{sender}</m:Afzender>"
        f"<m:Ontvanger>{receiver}</m:Ontvanger><m:BerichtIdentificatie><b:Identificatie>PROEF</b:Identificatie>"
        "<b:Dagtekening>2026-03-02</b:Dagtekening></m:BerichtIdentificatie></m:Header>\n"
    ).encode()
    for client in clients:
        yield client.encode()
    yield b"</m:Bericht>\n"


def _person(bsn: str, place: int) -> str:
    return (
        f"<m:Client>\n  <m:Bsn>{bsn}</m:Bsn>\n"
        f"  <m:Geboortedatum>\n    <b:Datum>{1930 + place % 70}-05-17</b:Datum>\n  </m:Geboortedatum>\n"
        f"  <m:Geslacht>{1 + place % 2}</m:Geslacht>\n  <m:Naam>\n    <b:Geslachtsnaam>\n"
        f"      <b:Achternaam>Voorbeeld{place}</b:Achternaam>\n      <b:Voorvoegsel>van het</b:Voorvoegsel>\n"
        "    </b:Geslachtsnaam>\n    <b:Voorletters>AB</b:Voorletters>\n    <b:NaamGebruik>1</b:NaamGebruik>\n  </m:Naam>\n"
    )


def _assigned(bsn: str, place: int) -> str:
    contact = (
        f"    <m:Contact>\n      <m:Soort>01</m:Soort>\n      <m:Adres>\n        <b:Huis>\n"
        f"          <b:Huisnummer>{1 + place % 400}</b:Huisnummer>\n          <b:Huisletter>A</b:Huisletter>\n"
        f"        </b:Huis>\n        <b:Postcode>{3500 + place % 90}AB</b:Postcode>\n"
        f"        <b:Straatnaam>Proefstraat {place % 700}</b:Straatnaam>\n        <b:Plaatsnaam>Utrecht</b:Plaatsnaam>\n"
        "        <b:LandCode>NL</b:LandCode>\n      </m:Adres>\n      <m:Telefoon>\n        <b:Telefoon01>\n"
        f"          <b:Telefoonnummer>06{place:08}</b:Telefoonnummer>\n          <b:Landnummer>31</b:Landnummer>\n"
        "        </b:Telefoon01>\n      </m:Telefoon>\n    </m:Contact>\n"
    )
    product = (
        f"    <m:ToegewezenProduct>\n      <m:ToewijzingNummer>{place + 1}</m:ToewijzingNummer>\n      <m:Product>\n"
        f"        <b:Categorie>02</b:Categorie>\n        <b:Code>02A{place % 30:02}</b:Code>\n      </m:Product>\n"
        "      <m:Toewijzingsdatum>2026-02-20</m:Toewijzingsdatum>\n"
        f"      <m:Toewijzingstijd>10:{place % 60:02}:00</m:Toewijzingstijd>\n"
        "      <m:Ingangsdatum>2026-03-01</m:Ingangsdatum>\n      <m:Omvang>\n        <b:Volume>120</b:Volume>\n"
        "        <b:Eenheid>01</b:Eenheid>\n        <b:Frequentie>2</b:Frequentie>\n      </m:Omvang>\n"
        "    </m:ToegewezenProduct>\n"
    )
    remark = f"  <m:Commentaar>{'Vrije tekst over de opdracht. ' * 20}</m:Commentaar>\n"
    return (
        f"{_person(bsn, place)}{remark}  <m:Contactgegevens>\n{contact}  </m:Contactgegevens>\n"
        f"  <m:ToegewezenProducten>\n{product}  </m:ToegewezenProducten>\n</m:Client>\n"
    )


def _reported(bsn: str, place: int, word: str) -> str:
    ended = "<m:RedenBeeindiging>19</m:RedenBeeindiging><m:Einddatum>2026-09-30</m:Einddatum>" if word == "Stop" else ""
    return (
        f"{_person(bsn, place)}  <m:{word}Producten>\n    <m:{word}Product>\n"
        f"      <m:ToewijzingNummer>{place + 1}</m:ToewijzingNummer>\n      <m:Begindatum>2026-03-09</m:Begindatum>\n"
        f"      {ended}<m:StatusAanlevering>1</m:StatusAanlevering>\n    </m:{word}Product>\n"
        f"  </m:{word}Producten>\n</m:Client>\n"
    )
