"""How to read a report, all its tables, and where it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from exports.findings import Findings
from exports.municipal_report.summary import SIMULATED_SENTENCE
from exports.municipal_report.themes import score_tables
from exports.report import Block, Bullets, FunnelChart, Paragraph, Quotation, Section, TrendChart
from exports.wording import date_words

METHOD_SENTENCES: Final = (
    (
        "Niet iedereen vult de vragenlijst in. Daarom is elke score een schatting. "
        "Met ‘waarschijnlijk’ bedoelen we het betrouwbaarheidsinterval van 95%: "
        "bij 100 van zulke metingen ligt de echte score ongeveer 95 keer binnen het interval."
    ),
    "Hoe onzeker elk percentage is, staat bij ‘Alle cijfers’ in het Excel-bestand en in het CSV-bestand.",
    "De antwoorden zijn gewogen: een antwoord telt zwaarder als het voor meer cliënten staat.",
    (
        "We noemen een verschil alleen als het interval van het verschil niet door nul gaat, "
        "ook als we er rekening mee houden dat we veel verschillen tegelijk bekijken."
    ),
    (
        "Een verschil van minder dan 3 punten noemen we klein, "
        "tenzij het groot is vergeleken met de spreiding van de antwoorden."
    ),
    (
        "Een cijfer over minder dan {floor} mensen laten we niet zien. "
        "Soms laten we ook een ander cijfer weg, zodat niemand het kleine cijfer kan uitrekenen."
    ),
    "‘Kleine groep’ betekent: minder dan 30 antwoorden. Zo’n score kan bij een volgende meting flink anders zijn.",
    "Antwoorden als ‘weet ik niet’ en ‘niet van toepassing’ en overgeslagen vragen tellen niet mee in een score.",
)
_FUNNEL: Final = (
    "In de trechter staat elke gemeente bij haar aantal antwoorden. Bij weinig antwoorden speelt toeval een grotere rol, "
    "en daarom is de trechter daar breed. De lijnen rekenen met dezelfde spreiding voor alle gemeenten."
)
_BANDS: Final = (
    "‘Zoals verwacht’ betekent: de score past bij toeval en bij de verschillen tussen de meeste gemeenten. "
    "‘Beter’ of ‘minder goed dan verwacht’ is meer dan 1,96 standaardafwijking van het gemiddelde van gemeenten, "
    "en ‘veel’ meer dan 3,09."
)
_TREND: Final = (
    "Over een verandering sinds de vorige meting zeggen we alleen iets als het interval ervan niet door nul gaat. "
    "Over een reeksbreuk heen vergelijken we nooit."
)
_STORIES: Final = "Verhalen zijn uitgekozen door mensen. Ze tellen niet mee in de cijfers."


def method_section(findings: Findings, sections: tuple[Section, ...]) -> Section:
    """Return how to read the report that holds these sections."""
    items = (*(sentence.format(floor=findings.floor) for sentence in METHOD_SENTENCES), *_about(findings, sections))
    simulated: tuple[Block, ...] = (Paragraph(text=SIMULATED_SENTENCE),) if findings.context.simulated else ()
    return Section(title="Hoe leest u dit rapport?", blocks=(*simulated, Bullets(items=items)))


def table_section(findings: Findings) -> Section:
    """Return the scores of all questions as tables."""
    return Section(title="Tabellen", blocks=tuple(score_tables(findings)))


def source_of(findings: Findings) -> tuple[tuple[str, str], ...]:
    """Return where the figures come from, for citation."""
    context = findings.context
    rows = [
        ("Gegevens", "Gesimuleerd" if context.simulated else "Antwoorden van cliënten"),
        ("Meting", context.round_title),
        ("Periode", context.period),
        ("Vragenlijst", f"{context.questionnaire}, versie {context.questionnaire_version}"),
        ("Vingerafdruk van de vragenlijst", context.questionnaire_hash),
        ("Regels voor geheimhouding", f"versie {findings.results.policy.version}, ondergrens {findings.floor} mensen"),
        ("Software", f"CEO {context.software_version}"),
        ("Gemaakt op", date_words(context.made_on)),
    ]
    if context.address:
        rows.append(("Deze resultaten op internet", context.address))
    return tuple(rows)


def _about(findings: Findings, sections: tuple[Section, ...]) -> Iterator[str]:
    kinds = {type(block) for section in sections for block in section.blocks}
    if FunnelChart in kinds:
        yield _FUNNEL
    if any(findings.band(composite.composite) is not None for composite in findings.codebook.composites):
        yield _BANDS
    if TrendChart in kinds:
        yield _TREND
    if Quotation in kinds:
        yield _STORIES
