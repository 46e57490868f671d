"""What the pages say about client lists: columns, faults with what to do, reasons to leave somebody out, and what is counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ceo.web.languages import N_
from ceo.workflows.frames.exclusions import Exclusion
from ceo.workflows.frames.listed import Act
from ceo.workflows.frames.mapping import ListField

FIELDS: Final[Mapping[str, str]] = {
    ListField.CLIENT_NUMBER: N_("Cliëntnummer"),
    ListField.ACT: N_("Wet"),
    ListField.PRODUCT: N_("Product of soort hulp"),
    ListField.PROVIDER: N_("Aanbieder"),
    ListField.GRANTED: N_("Toegekend (ja of nee)"),
    ListField.STARTED_ON: N_("Begindatum van de hulp"),
    ListField.ENDED_ON: N_("Einddatum van de hulp"),
    ListField.BORN: N_("Geboortedatum of geboortejaar"),
    ListField.SEX: N_("Geslacht"),
    ListField.NEIGHBOURHOOD: N_("Wijk of buurt"),
    ListField.LANGUAGE: N_("Taal van de brief"),
    ListField.NAME: N_("Naam"),
    ListField.CARE_OF: N_("Ter attentie van (vertegenwoordiger of ouder)"),
    ListField.STREET: N_("Straat"),
    ListField.NUMBER: N_("Huisnummer en toevoeging"),
    ListField.POSTCODE: N_("Postcode"),
    ListField.PLACE: N_("Woonplaats"),
    ListField.EMAIL: N_("E-mailadres"),
    ListField.PHONE: N_("Telefoonnummer"),
    ListField.NOT_BEFORE: N_("Niet aanschrijven vóór deze datum"),
}
_AGAIN: Final = N_("Sla de lijst opnieuw op als Excel-werkboek (.xlsx) of als CSV, en upload hem nog een keer.")
_SMALLER: Final = N_("Haal weg wat niet nodig is, of sla de lijst op als CSV.")
_NEW_MESSAGE: Final = N_("Haal het bericht opnieuw uit uw administratie. Verander het niet met de hand.")
# Code: what is wrong, and what to do.
FAULTS: Final[Mapping[str, tuple[str, str]]] = {
    "required": (N_("Deze cel is leeg en mag niet leeg zijn."), N_("Vul de cel in.")),
    "formula": (N_("Hier staat een formule."), N_("Kopieer de kolom en plak alleen de waarden.")),
    "too-long": (N_("Deze tekst is te lang."), N_("Kort de tekst in.")),
    "control-sign": (
        N_("Er staat een teken in dat niet te lezen is."),
        N_("Typ de tekst opnieuw, of sla de lijst op met UTF-8."),
    ),
    "unreadable-day": (N_("Dit is geen datum die wij kunnen lezen."), N_("Schrijf de datum als 31-12-1960.")),
    "impossible-day": (N_("Deze datum bestaat niet."), N_("Verbeter de datum.")),
    "impossible-birth": (
        N_("Deze geboortedatum kan niet: iemand zou ouder dan 120 zijn of nog geboren moeten worden."),
        N_("Verbeter de geboortedatum."),
    ),
    "ends-before-start": (N_("De hulp eindigt voordat zij begint."), N_("Verbeter de einddatum of de begindatum.")),
    "unknown-act": (
        N_("Deze wet kennen wij niet."),
        N_("Schrijf Wmo, Jeugdwet of Participatiewet."),
    ),
    "unknown-sex": (N_("Dit geslacht kennen wij niet."), N_("Schrijf man, vrouw of anders, of laat de cel leeg.")),
    "unknown-granted": (N_("Hier staat geen ja of nee."), N_("Schrijf ja of nee.")),
    "unknown-language": (
        N_("Deze taal kennen wij niet."),
        N_("Schrijf de naam van de taal, zoals Turks, of laat de cel leeg."),
    ),
    "postcode": (N_("Dit is geen Nederlandse postcode."), N_("Schrijf vier cijfers en twee letters.")),
    "email": (N_("Dit is geen e-mailadres."), N_("Verbeter het adres, of laat de cel leeg.")),
    "phone": (N_("Dit is geen telefoonnummer."), N_("Schrijf tien cijfers, of laat de cel leeg.")),
    "contradicts-born": (
        N_("Bij dit cliëntnummer staat eerder een andere geboortedatum."),
        N_("Kijk of het cliëntnummer of de geboortedatum klopt."),
    ),
    "contradicts-sex": (
        N_("Bij dit cliëntnummer staat eerder een ander geslacht."),
        N_("Kijk of het cliëntnummer of het geslacht klopt."),
    ),
    "unknown-number": (
        N_("Dit cliëntnummer staat niet in de cliëntenlijst."),
        N_("Gebruik dezelfde nummers als in de eerste lijst."),
    ),
    "citizen-number": (
        N_("In deze kolom staan burgerservicenummers (BSN). Die hebben wij niet nodig."),
        N_("Haal de kolom weg, gebruik een eigen cliëntnummer, en upload de lijst opnieuw."),
    ),
    "no-head": (N_("Boven de kolommen staan geen namen."), N_("Zet op de eerste regel wat er in elke kolom staat.")),
    "empty": (N_("Er staan geen cliënten in dit bestand."), N_("Kijk of u het goede bestand hebt.")),
    "no-list": (N_("Dit is geen lijst die wij kunnen lezen."), _AGAIN),
    "broken-file": (N_("Dit bestand is beschadigd."), _AGAIN),
    "locked": (
        N_("Dit bestand heeft een wachtwoord, of is van een oude Excel (.xls)."),
        N_("Sla het op als Excel-werkboek (.xlsx), zonder wachtwoord."),
    ),
    "entities": (N_("In dit bestand staat een verwijzing die niet mag."), _AGAIN),
    "encoding": (N_("De letters in dit bestand zijn door elkaar geraakt."), _AGAIN),
    "quotes": (
        N_("Een aanhalingsteken wordt niet gesloten. Vanaf hier is de lijst niet te lezen."),
        N_("Haal het teken weg, of sla de lijst op als Excel-werkboek (.xlsx)."),
    ),
    "too-large": (N_("Dit bestand is groter dan 200 MB."), _SMALLER),
    "packed-too-large": (N_("Dit werkboek is groter dan 50 MB."), _SMALLER),
    "unpacks-too-large": (N_("Uitgepakt is dit werkboek te groot."), _SMALLER),
    "too-many-rows": (N_("De lijst heeft meer dan 500.000 regels."), _SMALLER),
    "too-many-columns": (N_("De lijst heeft meer dan 200 kolommen."), _SMALLER),
    "no-file": (N_("U hebt geen bestand gekozen."), N_("Kies een bestand.")),
    "message-missing": (N_("In het bericht ontbreekt een verplicht gegeven."), _NEW_MESSAGE),
    "message-long": (N_("Een gegeven in het bericht is te lang."), _NEW_MESSAGE),
    "message-value": (N_("Deze waarde hoort niet in het bericht."), _NEW_MESSAGE),
    "message-date": (N_("Dit is geen datum zoals in berichten."), _NEW_MESSAGE),
    "message-date-impossible": (N_("Deze datum bestaat niet of kan niet."), _NEW_MESSAGE),
    "message-date-order": (N_("De einddatum ligt voor de begindatum."), _NEW_MESSAGE),
    "message-bsn": (N_("Het burgerservicenummer in het bericht kan niet kloppen."), _NEW_MESSAGE),
    "message-municipality": (
        N_("Dit bericht is van een andere gemeente."),
        N_("Haal het bericht uit de levering."),
    ),
    "message-header": (N_("Het bericht heeft geen kop."), _NEW_MESSAGE),
    "message-headers": (N_("Het bericht heeft meer dan één kop."), _NEW_MESSAGE),
    "message-kind": (
        N_("Dit soort bericht lezen wij niet."),
        N_("Gebruik de berichten 301, 305 en 307 van iWmo of iJw."),
    ),
    "message-namespace": (
        N_("Dit is geen bericht van iWmo of iJw 3.0, 3.1 of 3.2."),
        N_("Gebruik de berichten 301, 305 en 307 van iWmo of iJw."),
    ),
    "message-broken": (N_("Dit bericht is geen goede XML."), _NEW_MESSAGE),
    "message-cut-off": (N_("Dit bericht houdt halverwege op."), _NEW_MESSAGE),
    "message-encoding": (N_("De letters in dit bericht zijn door elkaar geraakt."), _NEW_MESSAGE),
    "message-dtd": (N_("In dit bericht staat een verwijzing die niet mag."), _NEW_MESSAGE),
    "message-limits": (N_("Dit bericht is anders gemaakt dan berichten mogen zijn."), _NEW_MESSAGE),
    "message-many": (N_("Er staan te veel toewijzingen in deze levering."), N_("Upload minder berichten.")),
    "message-none": (
        N_("Er staat geen toewijzing in deze levering."),
        N_("Voeg de berichten 301 toe: daarin staat wie hulp kreeg."),
    ),
    "zip-broken": (N_("Dit ingepakte bestand is beschadigd."), N_("Pak de berichten opnieuw in.")),
    "zip-cut-off": (N_("Dit ingepakte bestand houdt halverwege op."), N_("Pak de berichten opnieuw in.")),
    "zip-empty": (N_("Dit ingepakte bestand is leeg."), N_("Pak de berichten opnieuw in.")),
    "zip-large": (N_("Uitgepakt is dit bestand te groot."), N_("Upload minder berichten.")),
    "zip-secured": (N_("Dit ingepakte bestand heeft een wachtwoord."), N_("Pak de berichten in zonder wachtwoord.")),
    # Of a choice of columns.
    "no-client-number": (N_("Geen kolom heeft het cliëntnummer."), N_("Kies in welke kolom het cliëntnummer staat.")),
    "no-act": (N_("Geen kolom heeft de wet."), N_("Kies een kolom, of kies hieronder één wet voor de hele lijst.")),
    "no-contact": (
        N_("Geen kolom heeft een naam, adres, e-mailadres of telefoonnummer."),
        N_("Kies minstens één kolom met contactgegevens."),
    ),
    # Of asking for it.
    "already-drawn": (
        N_("Uit de lijst van deze meting is al een steekproef getrokken. De lijst kan niet meer anders."),
        N_("Verwijder eerst de steekproef."),
    ),
    "not-drawn": (N_("Er is nog geen steekproef getrokken."), N_("Trek eerst de steekproef.")),
    "busy": (N_("Er wordt al een lijst ingelezen of een steekproef getrokken."), N_("Wacht tot dat klaar is.")),
    "file-gone": (N_("Het bestand is er niet meer."), N_("Upload de lijst opnieuw.")),
}
UNKNOWN: Final = (N_("Hier klopt iets niet."), N_("Kijk dit gegeven na."))
TWICE: Final = (N_("Dit gegeven staat bij meer dan één kolom."), N_("Kies één kolom voor dit gegeven."))
EXCLUSIONS: Final[Mapping[str, str]] = {
    Exclusion.OPTED_OUT: N_("wil niet gevraagd worden"),
    Exclusion.DUPLICATE: N_("staat al in de lijst onder een ander nummer"),
    Exclusion.SURVEYED_RECENTLY: N_("deed kort geleden mee aan een andere meting"),
    Exclusion.TOO_YOUNG: N_("is te jong"),
    Exclusion.TOO_OLD: N_("is te oud"),
    Exclusion.NOT_IN_PERIOD: N_("had geen hulp in de gekozen periode"),
}
TRAITS: Final[Mapping[str, str]] = {
    "acts": N_("Wet"),
    "products": N_("Product"),
    "age_group": N_("Leeftijd"),
    "sex": N_("Geslacht"),
    "granted": N_("Hulp toegekend"),
    "language": N_("Taal"),
    "neighbourhood": N_("Wijk of buurt"),
    "providers": N_("Aanbieder"),
}
ACTS: Final[Mapping[str, str]] = {
    Act.WMO: N_("Wmo"),
    Act.JEUGD: N_("Jeugdwet"),
    Act.PARTICIPATIE: N_("Participatiewet"),
}
_VALUES: Final[Mapping[str, Mapping[str, str]]] = {
    "acts": ACTS,
    "sex": {"man": N_("man"), "woman": N_("vrouw"), "other": N_("anders")},
    "granted": {"yes": N_("ja"), "no": N_("nee, wel aangevraagd")},
}
NOT_KNOWN: Final = N_("niet bekend")


def fault_words(code: str) -> tuple[str, str]:
    """Return what is wrong, and what to do."""
    return TWICE if code.startswith("twice-") else FAULTS.get(code, UNKNOWN)


def value_words(trait: str, value: str, language: str) -> str:
    """Return a value of a trait in words: still to be translated, but for languages and names of the municipality itself."""
    if trait == "language" and value:
        from babel import Locale

        return str(Locale.parse(language).languages.get(value, value))
    return _VALUES.get(trait, {}).get(value, value) or NOT_KNOWN
