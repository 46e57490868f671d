"""Handing out microdata: protected records with the agreement under which they go, or made-up records for practice.

Every writer takes one of these two. Neither can be made of records that nobody protected.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias

from analysis.microdata.protected import ProtectedMicrodata
from analysis.microdata.records import REASON_LABELS, SUPPRESSED, WEIGHT, Records
from analysis.microdata.synthetic import MARK, Synthetic
from exports.microdata.agreement import Agreement
from exports.release.facts import ReleaseFacts, Seal, citation_of
from exports.release.introducing import method_of
from exports.release.telling import titled, warnings_of
from exports.wording import date_words

_NOT_IN_FILE_NAMES: Final = re.compile(r"[^A-Za-z0-9.-]+")


@dataclass(frozen=True, slots=True, eq=False)
class UnderAgreement:
    """Protected microdata of the rounds in a release, for one agreement."""

    microdata: ProtectedMicrodata
    facts: ReleaseFacts
    seal: Seal
    agreement: Agreement


@dataclass(frozen=True, slots=True, eq=False)
class ForPractice:
    """Made-up microdata after the figures of a release; for anybody."""

    microdata: Synthetic
    facts: ReleaseFacts
    seal: Seal


Handout: TypeAlias = UnderAgreement | ForPractice


def records_of(handout: Handout) -> Records:
    """Return the records that go out."""
    return handout.microdata.records


def dated_of(handout: Handout) -> date:
    """Return the day that a file gives as its own: that of publishing, or else the last day of the period. Never that of writing."""
    return handout.seal.published_on or handout.facts.period_end


def file_name_of(handout: Handout, extension: str) -> str:
    """Return a name that says what is in the file: `wmo-2026-1-overeenkomst-2026-12.sav`, or `SYNTHETISCH-wmo-2026-1.sav`."""
    name = handout.facts.name
    whole = f"{MARK}-{name}" if isinstance(handout, ForPractice) else f"{name}-overeenkomst-{handout.agreement.number}"
    return f"{_NOT_IN_FILE_NAMES.sub('-', whole).strip('-')}.{extension}"


def file_label_of(handout: Handout) -> str:
    """Return one line about the file, the most needed first: programs cut it off after 60 to 80 signs."""
    title = titled(handout.facts, handout.seal)
    if isinstance(handout, ForPractice):
        return f"{MARK}: {title}"
    agreement = handout.agreement
    return f"Overeenkomst {agreement.number}, t/m {agreement.ends_on.isoformat()}: {title}"


def notes_of(handout: Handout) -> tuple[str, ...]:
    """Return everything that a reader of the file must know, in sentences: agreement, citation, digest, method, weight, reasons."""
    facts, seal = handout.facts, handout.seal
    lines = (
        *_standing(handout),
        *warnings_of(facts, seal),
        f"{facts.title}, editie {facts.edition}. {facts.publisher}.",
        f"Over: {facts.population}.",
        f"Gevraagd van {date_words(facts.period_start)} tot en met {date_words(facts.period_end)}.",
        f"Zo verwijst u hiernaar: {citation_of(facts, seal)}",
        f"Controlegetal van de uitgave: {seal.digest}",
        f"Methode: {method_of(facts)}" if method_of(facts) else "",
        _protection(handout),
        f"De weegvariabele is {WEIGHT}: voor hoeveel cliënten iemand staat. Zonder wegen kloppen de uitkomsten niet.",
        f"Getallen onder de 0 zijn geen antwoord: {_reasons()}.",
    )
    return tuple(line for line in lines if line)


def _standing(handout: Handout) -> tuple[str, ...]:
    if isinstance(handout, ForPractice):
        facts = handout.facts
        return (
            f"{MARK}: deze antwoorden zijn nagemaakt, van niemand, en alleen om mee te oefenen. Trek er geen conclusies uit.",
            f"Licentie: {facts.licence} ({facts.licence_address}).",
        )
    agreement = handout.agreement
    return (
        f"Overeenkomst {agreement.number} met {agreement.user}.",
        f"Doel: {agreement.purpose}",
        f"Geldig tot en met {date_words(agreement.ends_on)}. Niet doorgeven, en niemand zoeken in deze gegevens.",
    )


def _protection(handout: Handout) -> str:
    if isinstance(handout, ForPractice):
        return (
            "Gemaakt van vrijgegeven cijfers: elke vraag apart, en naar een uitsplitsing waar die is vrijgegeven. "
            "Andere verbanden tussen vragen zijn toeval. Ook de route door de vragen is niet gevolgd."
        )
    rule, records = handout.microdata.rule, handout.microdata.records
    named = {one.name: one.label for one in records.variables}
    labels = ", ".join(f"‘{named[names[0]]}’" for names in handout.microdata.identifiers)
    return (
        f"Beschermd: elke combinatie van {labels} komt minstens {rule.k} keer voor. "
        f"Waar dat niet zo was, is een antwoord onderdrukt ({SUPPRESSED}). Gewichten zijn in kleine groepen gemiddeld."
    )


def _reasons() -> str:
    return ", ".join(f"{number} {label.lower()}" for number, label in REASON_LABELS.items())
