"""The sheets of a workbook that hold what stands in libraries: questions, scales, composites and concepts."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from questionnaires.exchange.spreadsheets.cells import Choice, Several
from questionnaires.exchange.spreadsheets.columns import (
    CONDITION,
    DAY,
    LINES,
    MIDDLE,
    NAMES,
    NARROW,
    NUMBER,
    SCORE,
    TEXT,
    THEMES,
    WHOLE,
    WIDE,
    WIDEST,
    YES_NO,
    Column,
    SheetForm,
)

KINDS: Final = {
    "scale": "schaal",
    "integer": "heel getal",
    "date": "datum",
    "text": "korte tekst",
    "narrative": "verhaal",
}
GROUPS: Final = {"codes": "gewoon", "exclusive": "alleen dit", "missing": "geen waarde"}
_POLARITIES: Final = {"positive": "positief", "negative": "negatief", "none": "geen"}
_REASONS: Final = {
    "dont_know": "weet niet",
    "not_applicable": "niet van toepassing",
    "refused": "wil niet zeggen",
}
LIBRARY: Final = Column("Bibliotheek", ("library",), TEXT, "De bibliotheek waar dit in staat.", MIDDLE)
_SPELLING: Final = (
    Column("Spelling van", ("spelling", "of"), WHOLE, "Versie waarvan dit alleen de spelling verbetert."),
    Column("Goedgekeurd door", ("spelling", "approved_by"), LINES, "Twee redacteuren, één per regel.", MIDDLE),
)
ITEMS: Final = SheetForm(
    "Vragen",
    "Eén vraag per rij. Wat is uitgegeven, verandert niet: maak bij een wijziging een rij met een nieuwe versie.",
    (
        Column("Vraag", ("name",), TEXT, "Naam en versie, zoals TOE01@1."),
        LIBRARY,
        Column("Begrip", ("concept",), TEXT, "Wat de vraag meet.", 24),
        Column("Titel", ("title",), TEXT, "Korte naam voor tabellen en grafieken.", WIDE),
        Column(
            "Tekst", ("text", "stem"), TEXT, "De vraag of stelling zelf. {naam} is een gat voor een invulwoord.", WIDEST
        ),
        Column("Tekst eenvoudig", ("text", "stem_easy"), TEXT, "Voor wie moeilijk leest.", WIDEST),
        Column("Uitleg", ("text", "help"), TEXT, "Staat onder de vraag.", WIDEST),
        Column("Uitleg eenvoudig", ("text", "help_easy"), TEXT, "Voor wie moeilijk leest.", WIDEST),
        Column("Geluid", ("text", "audio"), TEXT, "Naam van de opname."),
        Column("Soort antwoord", ("kind",), Choice(KINDS), "Hoe iemand antwoordt."),
        Column("Schaal", ("type", "scale"), TEXT, "Bij schaal: naam en versie, zoals eens5@1."),
        *NUMBER,
        Column("Vroegste dag", ("type", "date", "earliest"), DAY, "Bij datum, zoals 2020-01-31."),
        Column("Laatste dag", ("type", "date", "latest"), DAY, "Bij datum."),
        Column("Tekens tekst", ("type", "text", "max_chars"), WHOLE, "Bij korte tekst: hoogstens zo veel.", NARROW),
        Column("Tekens verhaal", ("type", "narrative", "max_chars"), WHOLE, "Bij verhaal: hoogstens zo veel.", NARROW),
        Column(
            "Verhaal als", ("type", "narrative", "media"), Several({"text": "tekst", "audio": "geluid"}), "Leeg: tekst."
        ),
        Column("Periode", ("reference_period",), TEXT, "now (nu), of P12M: de laatste 12 maanden."),
        Column("Richting", ("polarity",), Choice(_POLARITIES), "Leeg: die van de schaal. Negatief: hoog is slecht."),
        Column("Rol", ("role",), Choice({"effect": "effect"}), "Effect: een vraag van voor en na."),
        Column("Invulwoorden", ("params",), NAMES, "Gaten in de tekst die een gemeente vult."),
        Column(
            "Toestemming",
            ("consent", "ask"),
            Choice({"after": "na het verhaal"}),
            "Bij verhaal: wanneer die gevraagd wordt.",
        ),
        Column(
            "Gebruik",
            ("consent", "scopes"),
            NAMES,
            "Bij verhaal: leren_intern, delen_anoniem, landelijk_delen, terugbellen.",
        ),
        Column("Vooraf aan", ("consent", "default"), Several(alone={"none": "geen"}), "Bij verhaal: geen."),
        Column(
            "Herkenbaar", ("disclosure", "quasi_identifier"), YES_NO, "Of het antwoord iemand kan aanwijzen.", NARROW
        ),
        *_SPELLING,
        Column("Overgenomen van", ("adopted_from", "item"), TEXT, "Bij een eigen vraag: de vraag van een ander."),
        Column("Overgenomen uit", ("adopted_from", "content_hash"), TEXT, "De hash van de versie waarin die staat."),
    ),
)
PIPES: Final = SheetForm(
    "Invoegingen",
    "Een eerder antwoord in de tekst van een vraag.",
    (
        Column("Vraag", ("item",), TEXT, "In de tekst van deze vraag, met versie."),
        Column("Gat", ("name",), TEXT, "De naam tussen accolades in de tekst."),
        Column("Antwoord op", ("answer",), TEXT, "De eerdere vraag, zonder versie."),
        Column("Anders", ("fallback",), TEXT, "Wat er staat als dat antwoord onbekend is.", WIDE),
        Column("Anders eenvoudig", ("fallback_easy",), TEXT, "Voor wie moeilijk leest.", WIDE),
    ),
)
SOFT_CHECKS: Final = SheetForm(
    "Navragen",
    "Vraagt één keer na of een antwoord klopt dat kan, maar niet waarschijnlijk is.",
    (
        Column("Vraag", ("item",), TEXT, "Bij deze vraag, met versie."),
        Column("Naam", ("id",), TEXT, "Een korte naam."),
        Column("Als", ("when",), CONDITION, "De voorwaarde.", WIDEST),
        Column("Navraag", ("ask",), TEXT, "Wat er gevraagd wordt.", WIDEST),
        Column("Navraag eenvoudig", ("ask_easy",), TEXT, "Voor wie moeilijk leest.", WIDEST),
    ),
)
SCALES: Final = SheetForm(
    "Schalen",
    "Lijsten van antwoorden. De antwoorden zelf staan op het blad Antwoorden.",
    (
        Column("Schaal", ("name",), TEXT, "Naam en versie, zoals eens5@1.", MIDDLE),
        LIBRARY,
        Column(
            "Soort",
            ("type",),
            Choice({"ordinal": "op volgorde", "nominal": "zonder volgorde", "multi": "meer antwoorden"}),
            "Of de volgorde iets zegt, en of er meer antwoorden mogen.",
        ),
        Column("Richting", ("polarity",), Choice(_POLARITIES), "Leeg: positief, hoog is goed."),
        Column("Score", ("score", "map"), SCORE, "Als de waarden een score geven."),
        *_SPELLING,
    ),
)
OPTIONS: Final = SheetForm(
    "Antwoorden",
    "De antwoorden van elke schaal, op volgorde.",
    (
        Column("Schaal", ("scale",), TEXT, "De schaal, met versie.", MIDDLE),
        Column("Code", ("code",), TEXT, "De naam van het antwoord in het bestand, voor altijd.", MIDDLE),
        Column("Tekst", ("text",), TEXT, "Zoals de invuller het leest.", 40),
        Column("Tekst eenvoudig", ("text_easy",), TEXT, "Voor wie moeilijk leest.", 40),
        Column("In een zin", ("inline",), TEXT, "Zoals het in de tekst van een latere vraag staat.", WIDE),
        Column("Groep", ("group",), Choice(GROUPS), "Gewoon, alleen dit (sluit andere uit), of geen waarde."),
        Column("Waarde", ("value",), WHOLE, "De plaats op de schaal, voor scores.", NARROW),
        Column(
            "Houding",
            ("stance",),
            Choice({"positive": "positief", "neutral": "neutraal", "negative": "negatief"}),
            "Wat het zegt over de ervaring.",
        ),
        Column("Reden", ("reason",), Choice(_REASONS), "Bij geen waarde: waarom niet."),
    ),
)
COMPOSITES: Final = SheetForm(
    "Samengesteld",
    "Scores die het gemiddelde zijn van een paar vragen.",
    (
        Column("Score", ("name",), TEXT, "Naam en versie, zoals wmo_toegang@1.", 24),
        LIBRARY,
        Column("Titel", ("title",), TEXT, "Naam voor tabellen en grafieken.", WIDE),
        Column("Thema", ("theme",), Choice(THEMES), "Mag leeg zijn."),
        Column("Vragen", ("items",), NAMES, "Met versie en komma's ertussen.", WIDE),
        Column("Minstens", ("min_valid",), WHOLE, "Zo veel vragen moeten beantwoord zijn.", NARROW),
        Column(
            "Richting",
            ("direction",),
            Choice({"higher_is_better": "hoger is beter", "higher_is_worse": "hoger is slechter"}),
            "Wat een hoge score betekent.",
        ),
    ),
)
CONCEPTS: Final = SheetForm(
    "Begrippen",
    "Wat er gemeten wordt. Een begrip krijgt nooit een andere betekenis.",
    (
        Column("Begrip", ("name",), TEXT, "De naam, zoals toegang.gesprek.", 24),
        LIBRARY,
        Column(
            "Domein",
            ("domain",),
            Choice({one: one for one in ("toegang", "kwaliteit", "effect", "leven", "verhaal", "profiel")}),
            "Waar het bij hoort.",
        ),
        Column("Omschrijving", ("definition",), TEXT, "Wat het begrip betekent.", WIDEST),
        Column("Herkomst", ("origin",), TEXT, "Het instrument waarvan het begrip is overgenomen.", WIDE),
    ),
)


def own_parts(sheet: SheetForm) -> SheetForm:
    """Return a sheet for parts that stand in an extension itself, and so in no library."""
    return replace(sheet, columns=tuple(column for column in sheet.columns if column is not LIBRARY))
