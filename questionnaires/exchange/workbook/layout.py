"""The sheets of an author's workbook, for a module and for an extension."""

from __future__ import annotations

from typing import Final

from questionnaires.exchange.spreadsheets.cells import Choice, Several
from questionnaires.exchange.spreadsheets.columns import (
    CONDITION,
    LINES,
    MIDDLE,
    NAMES,
    NARROW,
    NUMBER,
    TEXT,
    THEMES,
    WHOLE,
    WIDE,
    WIDEST,
    Column,
    SheetForm,
)
from questionnaires.exchange.workbook.library_layout import (
    COMPOSITES,
    CONCEPTS,
    ITEMS,
    KINDS,
    OPTIONS,
    PIPES,
    SCALES,
    SOFT_CHECKS,
    own_parts,
)

KIND: Final = Column(
    "Soort",
    ("kind",),
    Choice({"module": "module", "extension": "uitbreiding"}),
    "Een module, of een uitbreiding daarvan.",
)
_ID: Final = Column("Id", ("id",), TEXT, "De naam van de vragenlijst, voor altijd, zoals nl.ceo.wmo.", WIDE)
_VERSION: Final = Column(
    "Versie", ("version",), WHOLE, "Een heel getal. Wat is uitgegeven, verandert niet: verhoog de versie."
)
_TITLE: Final = Column("Titel", ("title",), TEXT, "Zoals de invuller hem leest.", WIDEST)
_LANGUAGES: Final = Column("Talen", ("languages",), NAMES, "Codes met komma's ertussen, zoals nl, tr, ar.")
_BREAKDOWNS: Final = Column("Uitsplitsen naar", ("breakdowns",), NAMES, "Vragen die mensen in groepen delen.")
_CHANGES: Final = Column(
    "Wijzigingen", ("changes",), LINES, "Wat er in deze versie anders is, één regel per wijziging.", WIDEST
)

# On this sheet stand rows where others have columns.
MODULE_RECORD: Final = SheetForm(
    "Vragenlijst",
    "De vragenlijst zelf: één eigenschap per rij.",
    (
        KIND,
        _ID,
        _VERSION,
        _TITLE,
        Column(
            "Rol",
            ("role",),
            Choice({"core": "kern", "optional": "keuze"}),
            "Kern, of keuze: een module om toe te voegen.",
        ),
        Column("Wet", ("act",), Choice({one: one for one in ("wmo", "jeugdwet", "participatiewet")}), "Mag leeg zijn."),
        Column("Bibliotheken", ("uses", "libraries"), NAMES, "Waar de vragen uit komen."),
        _LANGUAGES,
        Column(
            "Leesniveaus", ("registers",), Several({"standard": "standaard", "easy": "eenvoudig"}), "Leeg: standaard."
        ),
        Column("Manieren", ("modes",), Several({"web": "web", "paper": "papier", "phone": "telefoon"}), "Leeg: web."),
        Column("Minuten", ("limits", "minutes"), WHOLE, "Hoe lang invullen mag duren. Leeg: 10."),
        *(
            Column(f"Thema {word}", ("themes", theme), NAMES, "Vragen van dit thema, zonder versie.")
            for theme, word in THEMES.items()
        ),
        Column("Themascores", ("composites",), NAMES, "Samengestelde scores, met versie."),
        _BREAKDOWNS,
        _CHANGES,
    ),
)
EXTENSION_RECORD: Final = SheetForm(
    "Vragenlijst",
    "De uitbreiding zelf: één eigenschap per rij.",
    (
        KIND,
        _ID,
        _VERSION,
        _TITLE,
        Column("Eigenaar", ("owner",), TEXT, "De gemeente of regio, zoals gm0344."),
        Column("Vult aan", ("extends",), TEXT, "De vragenlijst die wordt aangevuld, met versie."),
        Column("Neemt over", ("includes",), NAMES, "Uitbreidingen van een regio, met versie."),
        _LANGUAGES,
        _BREAKDOWNS,
        _CHANGES,
    ),
)

PAGES: Final = SheetForm(
    "Pagina's",
    "Wat een invuller tegelijk ziet, op volgorde. Een rij met alleen een gleuf is de plek van die gleuf.",
    (
        Column("Pagina", ("id",), TEXT, "De naam van de pagina."),
        Column("Gleuf", ("slot",), TEXT, "Bij een uitbreiding: de gleuf waar de pagina in komt."),
        Column("Vragen", ("items",), NAMES, "Vragen met versie en komma's ertussen, zoals TOE01@1.", 24),
        Column("Titel", ("title",), TEXT, "Mag leeg zijn.", WIDE),
        Column("Tonen als", ("show_if",), CONDITION, "De voorwaarde. Leeg: altijd.", WIDEST),
        Column(
            "Als onbekend", ("when_unknown",), Choice({"show": "tonen", "hide": "verbergen"}), "Als iemand niets koos."
        ),
        Column("Op papier", ("paper",), TEXT, "Voor wie de pagina is, als het formulier op papier staat.", WIDE),
    ),
)
CALCULATIONS: Final = SheetForm(
    "Berekeningen",
    "Wat volgt uit antwoorden. Voorwaarden kunnen het gebruiken.",
    (
        Column("Berekening", ("name",), TEXT, "De naam.", MIDDLE),
        Column(
            "Soort",
            ("type",),
            Choice({"bool": "waar of onwaar", "int": "heel getal", "decimal": "getal", "date": "datum"}),
            "Wat eruit komt.",
        ),
        Column("Uitdrukking", ("expr",), CONDITION, "De berekening.", WIDEST),
    ),
)

MODULE_SLOTS: Final = SheetForm(
    "Gleuven",
    "Plekken waar een gemeente iets mag toevoegen.",
    (
        Column("Gleuf", ("name",), TEXT, "De naam.", MIDDLE),
        Column("Minuten", ("max_minutes",), WHOLE, "Hoe lang het toegevoegde hoogstens mag duren.", NARROW),
        Column("Vragen", ("max_items",), WHOLE, "Hoeveel vragen er hoogstens bij mogen.", NARROW),
        Column("Soorten", ("types",), Several(KINDS), "Welke soorten vragen.", WIDE),
        Column("Modules", ("modules",), NAMES, "Welke keuzemodules, zonder versie.", WIDEST),
    ),
)
EXTENSION_SLOTS: Final = SheetForm(
    "Gleuven",
    "Landelijke modules die de gemeente kiest.",
    (
        Column("Gleuf", ("name",), TEXT, "De gleuf waar de modules in komen.", MIDDLE),
        Column("Modules", ("modules",), NAMES, "De gekozen modules, met versie.", WIDEST),
    ),
)
MODULE_PARAMS: Final = SheetForm(
    "Invulwoorden",
    "Gaten in de tekst voor een eigen naam, zoals die van het wijkteam.",
    (
        Column("Invulwoord", ("name",), TEXT, "De naam tussen accolades in de tekst."),
        Column("Soort", ("type",), Choice({"noun_phrase": "naamwoord"}), "Wat voor woord er past."),
        Column("Tekens", ("max_chars",), WHOLE, "Hoogstens zo veel tekens.", NARROW),
        Column("Tekst", ("default",), TEXT, "Wat er staat als de gemeente niets kiest.", WIDE),
    ),
)
EXTENSION_PARAMS: Final = SheetForm(
    "Invulwoorden",
    "De eigen namen in de tekst van de vragenlijst die wordt aangevuld.",
    (
        Column("Invulwoord", ("name",), TEXT, "De naam tussen accolades in de tekst."),
        Column("Tekst", ("text",), TEXT, "Wat daar komt te staan.", WIDE),
    ),
)
SAMPLE: Final = SheetForm(
    "Steekproef",
    "Wat de steekproef over een cliënt zegt; voorwaarden kunnen het gebruiken.",
    (
        Column("Kenmerk", ("name",), TEXT, "De naam.", MIDDLE),
        Column("Schaal", ("type", "scale"), TEXT, "Naam en versie, of leeg bij een getal.", MIDDLE),
        *NUMBER,
    ),
)
ACCEPTED: Final = SheetForm(
    "Aanvaard",
    "Waarschuwingen van de controle die de redactie aanvaardt.",
    (
        Column("Code", ("code",), TEXT, "De code van de waarschuwing, zoals D15.", NARROW),
        Column("Waarover", ("about",), TEXT, "Een stuk van de plaats of de tekst van de waarschuwing.", WIDE),
        Column("Reden", ("reason",), TEXT, "Waarom de redactie haar aanvaardt.", WIDEST),
    ),
)
LIBRARIES: Final = SheetForm(
    "Bibliotheken",
    "Waar de vragen, schalen en begrippen in staan.",
    (
        Column("Bibliotheek", ("name",), TEXT, "De naam.", WIDE),
        Column("Gebruikt", ("uses", "libraries"), NAMES, "Andere bibliotheken.", WIDE),
        Column("Vervallen", ("retired",), NAMES, "Namen die nooit meer gebruikt worden.", WIDE),
    ),
)
MODULE_SHEETS: Final = (
    MODULE_RECORD,
    PAGES,
    ITEMS,
    OPTIONS,
    SCALES,
    COMPOSITES,
    CONCEPTS,
    PIPES,
    SOFT_CHECKS,
    CALCULATIONS,
    MODULE_SLOTS,
    MODULE_PARAMS,
    SAMPLE,
    ACCEPTED,
    LIBRARIES,
)
# What stands in the extension itself needs no library.
EXTENSION_SHEETS: Final = (
    EXTENSION_RECORD,
    PAGES,
    *(own_parts(sheet) for sheet in (ITEMS, OPTIONS, SCALES, COMPOSITES)),
    PIPES,
    SOFT_CHECKS,
    EXTENSION_SLOTS,
    EXTENSION_PARAMS,
    ACCEPTED,
)
