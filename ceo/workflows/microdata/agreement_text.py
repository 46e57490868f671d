"""The text of an agreement, for who signs it and for who keeps it: who, what, until when, how it is protected, and what is promised."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from analysis.microdata.rule import AreaGiven, MicrodataRule
from ceo.storage.agreements import Agreement
from ceo.storage.releases import Release
from ceo.workflows.releases.reading import release_address

_AREAS: Final = {
    AreaGiven.NOTHING: "Van het gebied gaat niets mee.",
    AreaGiven.MUNICIPALITY: "De gemeente gaat mee.",
    AreaGiven.PROVINCE: "De provincie gaat mee, niet de gemeente.",
    AreaGiven.SIZE_CLASS: "De grootteklasse gaat mee, niet de gemeente.",
}


def agreement_text(row: Agreement, edition: Release, base_url: str) -> str:
    """Return the text, in Dutch, one rule a line."""
    return "\n".join((*_lines(row, edition, base_url), ""))


def _lines(row: Agreement, edition: Release, base_url: str) -> Iterator[str]:
    rule = MicrodataRule.model_validate(row.rule)
    yield f"Overeenkomst {row.id} over microdata"
    yield ""
    yield f"Gebruiker: {row.user}"
    yield f"Doel: {row.purpose}"
    yield f"Uitgave: {edition.title}, editie {edition.edition}"
    yield f"Adres: {release_address(base_url, edition.name, edition.edition)}"
    yield f"Controlegetal van de uitgave: {edition.digest}"
    yield f"Geldig tot en met: {row.ends_on.isoformat()}"
    if row.ended_on is not None:
        yield f"Beëindigd op: {row.ended_on.isoformat()}"
        yield from ((f"Reden: {row.ended_because}",) if row.ended_because else ())
    yield ""
    yield "Wat meegaat"
    yield f"- Vragen: {', '.join(rule.variables)}."
    yield f"- {_AREAS[rule.area]}"
    yield "- Een gewicht: voor hoeveel cliënten iemand staat."
    yield "- Eigen woorden, dagen, de manier en de taal van antwoorden gaan nooit mee."
    yield ""
    yield "Hoe het is beschermd"
    yield f"- Herkennen kan aan: {', '.join(rule.quasi_identifiers)}. Elke combinatie komt minstens {rule.k} keer voor."
    for name, groups in rule.coarsenings.items():
        yield f"- {name} is samengevoegd tot: {', '.join(one.label for one in groups)}."
    for name, limits in rule.limits.items():
        ends = (
            *((f"minstens {limits.bottom}",) if limits.bottom is not None else ()),
            *((f"hoogstens {limits.top}",) if limits.top is not None else ()),
        )
        yield f"- {name} is begrensd: {', '.join(ends)}."
    yield f"- Hoogstens bij {100 * rule.largest_suppressed:g} van de 100 mensen is een antwoord onderdrukt."
    yield ""
    yield "Wat de gebruiker belooft"
    yield "- De gegevens alleen te gebruiken voor het doel hierboven, en ze niet door te geven."
    yield "- Niemand te zoeken in deze gegevens, en ze niet te koppelen aan andere gegevens over mensen."
    yield "- Alles te wissen na de laatste dag, of als de overeenkomst eerder eindigt, en dat te bevestigen."
