"""The page for the council: two sides of A4 about what was asked, what came out, what it does not say, and what to talk about.

It fits whatever the questionnaire is: at most five figures and three questions each way, and long names are shortened. What was decided
and what clients told come with it as far as there is room.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from analysis.results import Measure, ProtectedResults
from exports.blocks import hidden_words
from exports.comparability import mark_flags
from exports.figure_rows import codebook_labels, figure_rows
from exports.findings import EVERYONE, Findings, ReportContext
from exports.municipal_report.additions import Additions
from exports.municipal_report.composition import groups_that_matter
from exports.municipal_report.council_deeds import (
    MOST_DEEDS,
    MOST_QUOTES,
    deeds_section,
    quotes_section,
    told_quotes,
    with_deeds,
)
from exports.municipal_report.council_findings import (
    FEWEST_FIGURES,
    LONGEST_NAME,
    MOST_FIGURES,
    MOST_TOLD,
    Told,
    compared_lines,
    key_cells,
    key_chart,
    key_indicators,
    shortened,
    told_questions,
)
from exports.municipal_report.summary import (
    SIMULATED_SENTENCE,
    changes_of_themes,
    differences_sentence,
    hidden_response,
    response_sentence,
)
from exports.report import Bullets, Paragraph, Report, Section
from exports.wording import count_words
from questionnaires.codebook import Codebook

_PAGES: Final = 2
_LONGEST_TITLE: Final = 60
_LONGEST_ROUND: Final = 60
_LONGEST_PERIOD: Final = 46
_LONGEST_HASH: Final = 16  # of the fingerprint, which the report gives in full
_LONGEST_NOTICE: Final = 240
_FEWEST_ASKED: Final = 2


def compose_council_page(
    results: ProtectedResults,
    codebook: Codebook,
    context: ReportContext,
    *,
    additions: Additions = Additions(),  # noqa: B008 - frozen
) -> Report:
    """Return what a council needs to talk about a round, from what its full report is made of: at most two pages.

    Where the names of many themes take too much room, there are fewer figures, and never fewer than three; where what was decided and
    told does, less of that; and with very long names fewer questions that go well or less well.
    """
    findings = _named_shortly(Findings(results, codebook, context, additions))
    *ways, last = _ways(findings)
    if not additions.deeds and not additions.quotes and _is_short(codebook):
        return _composed(findings, MOST_FIGURES, MOST_TOLD)  # it always fits
    for way in ways:
        report = _composed(*way)
        if _fits(report):
            return report
    return _composed(*last)


def _is_short(codebook: Codebook) -> bool:
    names = [composite.title for composite in codebook.composites]
    return len(names) <= FEWEST_FIGURES and max(map(len, names), default=0) < LONGEST_NAME


def _ways(findings: Findings) -> Iterator[tuple[Findings, int, int]]:
    """Yield what can be told with how many figures and how many questions each way, the fullest first."""
    deeds, quotes = findings.additions.deeds[:MOST_DEEDS], told_quotes(findings)[:MOST_QUOTES]
    for most in range(MOST_FIGURES, FEWEST_FIGURES, -1):
        yield with_deeds(findings, deeds, quotes), most, MOST_TOLD
    for fewer in range(len(quotes), -1, -1):
        yield with_deeds(findings, deeds, quotes[:fewer]), FEWEST_FIGURES, MOST_TOLD
    for fewer in range(len(deeds) - 1, -1, -1):
        yield with_deeds(findings, deeds[:fewer], ()), FEWEST_FIGURES, MOST_TOLD
    for fewer in range(MOST_TOLD - 1, 0, -1):
        yield with_deeds(findings, (), ()), FEWEST_FIGURES, fewer


def _fits(report: Report) -> bool:
    from exports.pdf.writing import count_pages

    return count_pages(report) <= _PAGES


def _composed(whole: Findings, most: int, most_told: int) -> Report:
    """Return the page about that many themes at most, and that many questions each way."""
    composites = whole.codebook.composites
    findings = replace(whole, codebook=replace(whole.codebook, composites=composites[:most]))
    told, context = told_questions(findings, most_told), findings.context
    return Report(
        title=f"{shortened(context.round_title, _LONGEST_ROUND)}: {context.municipality_name}",
        subtitle=f"Voor de gemeenteraad. {shortened(context.period, _LONGEST_PERIOD)}",
        author=f"Gemeente {context.municipality_name}",
        made_on=context.made_on,
        simulated=context.simulated,
        summary=_summary(findings, all_themes=len(composites) <= most),
        sections=tuple(section for section in _sections(findings, told) if section.blocks),
        figures=figure_rows(
            findings.results,
            codebook_labels(findings.codebook, context.units),
            key_cells(findings),
            mark_flags(findings.results.marks),
        ),
        source=_source(findings),
    )


def _sections(findings: Findings, told: Told) -> tuple[Section, ...]:
    return (
        _asked(findings),
        _key_figures(findings),
        _questions(told),
        _beside_others(findings),
        deeds_section(findings),
        quotes_section(findings),
        _not_said(),
        Section(title="Drie vragen voor het gesprek", blocks=(Bullets(items=_to_talk_about(findings, told)),)),
    )


def _summary(findings: Findings, *, all_themes: bool) -> tuple[str, ...]:
    sentences = (
        *(shortened(notice, _LONGEST_NOTICE) for notice in findings.additions.notices),
        SIMULATED_SENTENCE if findings.context.simulated else "",
        response_sentence(findings),
        differences_sentence(findings, all_themes=all_themes),
        changes_of_themes(findings),
    )
    return tuple(sentence for sentence in sentences if sentence)


def _asked(findings: Findings) -> Section:
    context = findings.context
    title = shortened(findings.codebook.title, _LONGEST_TITLE)
    asked = "Cliënten konden"
    if context.invited >= _FEWEST_ASKED and not hidden_response(findings):
        asked = f"{count_words(context.invited, 'cliënt', 'cliënten')} konden"
    text = f"{asked} de vragenlijst ‘{title}’ invullen. Meedoen was vrijwillig."
    return Section(title="Wat is er gevraagd, en aan wie?", blocks=(Paragraph(text=text),))


def _key_figures(findings: Findings) -> Section:
    chart = key_chart(findings)
    title = "De belangrijkste cijfers"
    if chart:
        text = "Een score loopt van 0 tot 100. De echte ligt waarschijnlijk op de streep (in de tabel: van en tot)."
        return Section(title=title, blocks=(Paragraph(text=text), chart))
    own = (findings.own_figure(Measure.SCORE, name) for name, _ in key_indicators(findings))
    hidden = hidden_words(own, floor=findings.floor)
    return Section(title=title, blocks=(Paragraph(text=f"De scores zijn {hidden}."),) if hidden else ())


def _questions(told: Told) -> Section:
    lines = [*(f"Goed: {line}" for line in told.well), *(f"Minder goed: {line}" for line in told.less_well)]
    title = "Wat gaat goed, en wat minder goed?"
    if lines:
        # One side alone would read as if the other was forgotten.
        if told.compared and not (told.well and told.less_well):
            lines.append(f"Geen enkele vraag scoort duidelijk {'lager' if told.well else 'hoger'} dan {EVERYONE}.")
        return Section(title=title, blocks=(Bullets(items=tuple(lines)),))
    nothing = "Van geen enkele vraag is met genoeg zekerheid te zeggen dat het goed of minder goed gaat."
    return Section(title=title, blocks=(Paragraph(text=nothing),))


def _beside_others(findings: Findings) -> Section:
    lines = compared_lines(findings)
    return Section(title="Hoe verhoudt dat zich tot andere gemeenten?", blocks=(Bullets(items=lines),) if lines else ())


def _not_said() -> Section:
    items = (
        "Waardoor een score hoog of laag is. Ook een verschil zegt niets over de oorzaak.",
        f"Welke gemeente de beste is. Geen duidelijk verschil met {EVERYONE} betekent niet dat er geen verschil is.",
        "Wat mensen vinden die niet antwoordden, en hoe het met één cliënt gaat.",
    )
    return Section(title="Wat zeggen deze cijfers niet?", blocks=(Bullets(items=items),))


def _to_talk_about(findings: Findings, told: Told) -> tuple[str, str, str]:
    first = "Welke uitkomst verrast ons, en welke niet?"
    if told.subjects:
        first = f"Herkennen we wat cliënten zeggen over ‘{told.subjects[0]}’, en wat willen we daarover nog weten?"
    second = "Van wie horen we nog te weinig, en hoe bereiken we die mensen?"
    composition = findings.additions.composition
    rarer = (
        [name for name, difference in groups_that_matter(composition) if difference.value < 0] if composition else []
    )
    if rarer and not hidden_response(findings):
        group = shortened(rarer[0], LONGEST_NAME)
        second = f"Uit één groep antwoordden mensen minder vaak ({group}): hoe horen we ook hen?"
    return first, second, "Wat willen we bij de volgende meting terugzien, en wat doen we daarvoor?"


def _named_shortly(findings: Findings) -> Findings:
    """Return the same findings with names that fit in a sentence."""
    composites = tuple(
        replace(composite, title=shortened(composite.title, LONGEST_NAME)) for composite in findings.codebook.composites
    )
    return replace(
        findings,
        codebook=replace(findings.codebook, composites=composites),
        context=replace(
            findings.context, municipality_name=shortened(findings.context.municipality_name, LONGEST_NAME)
        ),
    )


def _source(findings: Findings) -> tuple[tuple[str, str], ...]:
    context = findings.context
    questionnaire = shortened(context.questionnaire, LONGEST_NAME)
    rows = [
        (
            "Vragenlijst",
            f"{questionnaire}, versie {context.questionnaire_version} ({context.questionnaire_hash[:_LONGEST_HASH]})",
        ),
    ]
    if context.address:
        rows.append(("Het hele rapport, met alle cijfers en de methode", context.address))
    return tuple(rows)
