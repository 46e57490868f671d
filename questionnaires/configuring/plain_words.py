"""Plain words: a remark as people who fill in forms read it. The checks speak of files, keys and names; pages show titles and fields.

The code stays, and what an acceptance quotes stays the sentence of the check, so that `ceo check` knows the same acceptance.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from questionnaires.checks.asked import asked_items
from questionnaires.configuring.assembled import Assembled
from questionnaires.configuring.language_states import LanguageState
from questionnaires.configuring.remarks import Remark, Spot, SpotKind
from questionnaires.definition import Item
from questionnaires.minutes import show_minutes
from questionnaires.resolving import Assembly
from questionnaires.texts import gaps_in

_ITEM: Final = re.compile(r"(?:(?:gm|rg)[0-9]{2,4}\.)?[A-Z]{3}[0-9]{2}(?:@[0-9]+)?")
_PAGE: Final = re.compile(r"(?<=\b[Pp]agina )[a-z0-9_.-]*[a-z0-9_]")
_CONDITION: Final = frozenset({"D01", "D02", "D03", "D05", "D06", "D07", "D08"})
_KINDS: Final[Mapping[str, str]] = {
    "scale": "een keuze uit antwoorden",
    "integer": "een getal",
    "date": "een datum",
    "text": "een kort antwoord",
    "narrative": "een verhaal",
}


def in_plain_words(
    remarks: Iterable[Remark], assembled: Assembled, languages: Iterable[LanguageState]
) -> Iterator[Remark]:
    """Yield remarks with titles in place of names, and with cures that can be carried out on the pages."""
    teller = _Teller(assembled, languages)
    for remark in remarks:
        yield teller.tell(remark)


class _Teller:
    """Knows what everything in one configuration is called."""

    def __init__(self, assembled: Assembled, languages: Iterable[LanguageState]) -> None:
        self._assembled = assembled
        self._languages = {one.language: one for one in languages}
        self._items: dict[str, Item] = {item.id: item for item in assembled.document.extension.items.values()}
        self._pages: dict[str, str] = {}
        if isinstance(assembled.assembly, Assembly):
            for one in asked_items(assembled.assembly):
                self._items.setdefault(one.item.id, one.item)
                self._pages.setdefault(one.placed.page.id, one.item.title)

    def tell(self, remark: Remark) -> Remark:
        """Return a remark in plain words."""
        told = _TOLD.get((remark.code, remark.spot.kind), _unchanged)(self, remark)
        cause, cure = (self._named(sentence) for sentence in (told.cause, told.cure))
        return replace(told, cause=cause, cure=cure, quote=remark.cause)

    def _named(self, sentence: str) -> str:
        """Return a sentence with titles in place of the names of questions and pages."""
        sentence = _PAGE.sub(lambda found: self._page(found.group()), sentence)
        return _ITEM.sub(lambda found: self._title(found.group()), sentence)

    def _title(self, name: str) -> str:
        item = self._items.get(name.partition("@")[0])
        return f"‘{item.title}’" if item is not None else name

    def _page(self, name: str) -> str:
        title = self._pages.get(name) or self._pages.get(f"{self._assembled.document.owner}.{name}")
        return f"‘{title}’" if title is not None else name

    def easy(self, remark: Remark) -> Remark:
        """Tell which texts there are not yet in easy words."""
        if remark.spot.name not in self._items:
            return remark
        text = self._items[remark.spot.name].text
        lacks_help = text.help is not None and text.help_easy is None
        what = "vraag en de uitleg staan" if lacks_help and text.stem_easy is None else "uitleg staat"
        what = "vraag staat" if text.stem_easy is None and not lacks_help else what
        field = "stem_easy" if text.stem_easy is None else "help_easy"
        cause = f"De {what} er nog niet in makkelijke woorden, en mensen kunnen die kiezen."
        return replace(
            remark, spot=replace(remark.spot, field=field), cause=cause, cure="Schrijf dit ook in makkelijke woorden."
        )

    def language(self, remark: Remark) -> Remark:
        """Tell how many texts a language lacks, and whose those are."""
        state, name = self._languages.get(remark.spot.name), _language(remark.spot.name)
        if remark.warning:
            cure = "Laat de teksten nakijken, of schrijf waarom dat hier niet hoeft."
            return replace(remark, cause=f"De vertaling in het {name} is nog niet nagekeken.", cure=cure)
        if state is None or "ontbreken" not in remark.cause:
            return remark
        lack = "ontbreekt" if state.missing == 1 else "ontbreken"
        cause = f"In het {name} {lack} {state.missing} van de {state.texts} teksten."
        national = state.missing - state.own_missing
        if not national:
            return replace(remark, cause=cause, cure="Vertaal deze teksten, of bied deze taal niet aan.")
        cause += f" Daarvan zijn er {national} landelijk: die kunt u niet zelf vertalen."
        return replace(remark, cause=cause, cure="Bied deze taal niet aan, of zet de module uit die haar niet heeft.")

    def stale(self, remark: Remark) -> Remark:
        """Tell what to do with a translation of a text that has changed."""
        if "veranderd" not in remark.cause:
            return remark
        return replace(remark, cure="Pas de vertaling aan, of zeg dat zij nog klopt.")

    def room(self, remark: Remark) -> Remark:
        """Tell that more stands in a slot than it has room for."""
        assembly = self._assembled.assembly
        slot = assembly.core.content.slots.get(remark.spot.name) if isinstance(assembly, Assembly) else None
        if slot is None:
            return remark
        if "duurt" in remark.cause:
            most = show_minutes(float(slot.max_minutes))
            return replace(remark, cause=f"Wat u hier toevoegt, duurt naar schatting langer dan {most}.")
        return replace(remark, cause=f"Hier staan meer dan {slot.max_items} eigen vragen.")

    def kind(self, remark: Remark) -> Remark:
        """Tell which kinds of questions can stand in a slot."""
        assembly, document = self._assembled.assembly, self._assembled.document
        if remark.spot.field != "answer" or not isinstance(assembly, Assembly):
            return remark
        slot = next(
            name
            for name, pages in document.extension.slots.items()
            if any(item.partition("@")[0] == remark.spot.name for page in pages for item in page.items)
        )
        kinds = [_KINDS[kind] for kind in assembly.core.content.slots[slot].types]
        cure = f"Kies {' of '.join(kinds)}." if kinds else "Zet de vraag op een andere plek."
        return replace(remark, cause="Een vraag met zo’n antwoord mag op deze plek niet staan.", cure=cure)

    def reference(self, remark: Remark) -> Remark:
        """Tell what is named and is not there: a gap, a scale, or a question in a condition."""
        if "schaal" in remark.cause and remark.spot.field == "answer":
            cause = "De antwoorden van deze vraag zijn er niet in de vragenlijst waarop u voortbouwt."
            return replace(remark, cause=cause, cure="Kies andere antwoorden.")
        return self.gap(remark) if remark.spot.field != "condition" else self.condition(remark)

    def gap(self, remark: Remark) -> Remark:
        """Tell which gaps a text can have."""
        assembly = self._assembled.assembly
        params = assembly.core.content.params if isinstance(assembly, Assembly) else {}
        if "accolade" in remark.cause:
            return replace(remark, cure="Haal de accolade weg.")
        if not gaps_in(remark.cause):
            return remark
        known = ", ".join(f"{{{name}}}" for name in params)
        return replace(remark, cure=f"Kies uit: {known}." if known else "Haal de accolades weg.")

    def condition(self, remark: Remark) -> Remark:
        """Tell where a condition can be changed."""
        if remark.spot.field != "condition" or remark.code not in _CONDITION:
            return remark
        return replace(remark, cure="Kies opnieuw wie deze vraag krijgt, of stel haar aan iedereen.")

    def options(self, remark: Remark) -> Remark:
        """Tell what to do with answers or bounds that do not go together."""
        if "De reden" in remark.cause:
            cause = "Twee antwoorden zeggen om dezelfde reden dat er geen antwoord is."
            return replace(remark, cause=cause, cure="Kies elke reden één keer.")
        if remark.spot.field == "options":
            return replace(remark, cure="Geef elk antwoord eigen woorden.")
        if "getal" in remark.cause:
            return replace(remark, cure="Kies een laagste getal dat lager is dan het hoogste.")
        return (
            replace(remark, cure="Kies een eerste dag die voor de laatste ligt.") if "dag" in remark.cause else remark
        )

    def long(self, remark: Remark) -> Remark:
        """Tell what to do with a long question."""
        if remark.spot.field != "stem":
            return remark
        return replace(remark, cure="Maak de vraag korter, of zet een deel in de uitleg.")

    def paper(self, remark: Remark) -> Remark:
        """Tell where it is said who fills in a question on paper."""
        cause = "Op papier is niet vanzelf te zeggen wie deze vraag invult."
        return replace(
            remark,
            spot=Spot(remark.spot.kind, remark.spot.name, "paper"),
            cause=cause,
            cure="Schrijf bij ‘op papier’ wie haar invult, zoals: Alleen als u hulp kreeg.",
        )

    def breakdown(self, remark: Remark) -> Remark:
        """Tell what to do with a breakdown by a question that is not asked or divides nobody."""
        return replace(remark, cure="Haal deze uitsplitsing weg, of kies een vraag uit de lijst.")


def _unchanged(_: _Teller, remark: Remark) -> Remark:
    return remark


def _language(code: str) -> str:
    from babel import Locale

    return str(Locale("nl").languages.get(code.replace("-", "_"), code))


_TOLD: Final[Mapping[tuple[str, SpotKind], Callable[[_Teller, Remark], Remark]]] = {
    ("D12", SpotKind.QUESTION): _Teller.easy,
    ("D12", SpotKind.LANGUAGE): _Teller.language,
    ("D12", SpotKind.TEXT): _Teller.stale,
    ("D09", SpotKind.SLOT): _Teller.room,
    ("D09", SpotKind.QUESTION): _Teller.kind,
    ("D13", SpotKind.QUESTION): _Teller.options,
    ("D15", SpotKind.QUESTION): _Teller.long,
    ("D18", SpotKind.QUESTION): _Teller.paper,
    ("D18", SpotKind.PAGE): _Teller.paper,
    ("D01", SpotKind.QUESTION): _Teller.reference,
    ("D01", SpotKind.TITLE): _Teller.gap,
    ("D01", SpotKind.BREAKDOWN): _Teller.breakdown,
    ("D02", SpotKind.BREAKDOWN): _Teller.breakdown,
    **{(code, kind): _Teller.condition for code in _CONDITION - {"D01"} for kind in (SpotKind.QUESTION, SpotKind.PAGE)},
}
