"""The page for the council: two sides of A4 about what was asked, what came out, what it does not say, and what to talk about.

It fits whatever the questionnaire is: at most five figures and three questions each way, and long names are shortened. What was agreed
and what clients told come with it as far as there is room, which is kept free for the most important of both.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from analysis.results import Comparison, Measure, ProtectedResults
from exports.blocks import hidden_words
from exports.claim_wording import comparisons_sentence
from exports.comparability import mark_flags
from exports.figure_rows import codebook_labels, figure_rows
from exports.findings import EVERYONE, Findings, ReportContext
from exports.municipal_report.additions import Additions
from exports.municipal_report.composition import groups_that_matter
from exports.municipal_report.council_deeds import (
    FEWEST_DEEDS,
    FEWEST_QUOTES,
    MOST_DEEDS,
    MOST_QUOTES,
    NOT_SAID,
    deeds_section,
    quotes_for_everybody,
    quotes_section,
    shortened_deeds,
    shortened_quotes,
)
from exports.municipal_report.council_findings import (
    FEWEST_FIGURES,
    LONGEST_NAME,
    MOST_FIGURES,
    MOST_TOLD,
    Told,
    compared_lines,
    everyone_who_took_part,
    key_cells,
    key_chart,
    key_indicators,
    shortened,
    told_questions,
)
from exports.municipal_report.summary import (
    SIMULATED_SENTENCE,
    changes_of_themes,
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
_SHORTER: Final = 0.5  # where names are very long
_FEWEST_ASKED: Final = 2


def compose_council_page(
    results: ProtectedResults,
    codebook: Codebook,
    context: ReportContext,
    *,
    additions: Additions = Additions(),  # noqa: B008 - frozen
) -> Report:
    """Return what a council needs to talk about a round, from what its full report is made of: at most two pages.

    Where the names of many themes take too much room, there are fewer figures, and never fewer than three; where what was agreed and
    told does, less of that, and how many are left out; and with very long names fewer questions that go well or less well.
    """
    findings = _named_shortly(Findings(results, codebook, context, additions))
    quotes = quotes_for_everybody(additions.quotes)
    *ways, last = _ways(len(codebook.composites), min(len(additions.deeds), MOST_DEEDS), min(len(quotes), MOST_QUOTES))
    if not additions.deeds and not quotes and _is_short(codebook):
        return _composed(findings, ways[0])  # it always fits
    for way in ways:
        report = _composed(findings, way)
        if _fits(report):
            return report
    return _composed(findings, last)


def _is_short(codebook: Codebook) -> bool:
    names = [composite.title for composite in codebook.composites]
    return len(names) <= FEWEST_FIGURES and max(map(len, names), default=0) < LONGEST_NAME


@dataclass(frozen=True, slots=True)
class _Way:
    """How much is told: themes, deeds, quotes, and questions each way.

    `everyone`: the chart has the figures of all municipalities too, which are always in its table. `part`: of the signs that a deed or a
    quote may have.
    """

    figures: int
    deeds: int
    quotes: int
    questions: int = MOST_TOLD
    everyone: bool = False
    part: float = 1.0


def _ways(themes: int, deeds: int, quotes: int) -> Iterator[_Way]:
    """Yield how much can be told, the fullest first. The most important deeds and a quote go last."""
    most, few_deeds, few_quotes = min(themes, MOST_FIGURES), min(deeds, FEWEST_DEEDS), min(quotes, FEWEST_QUOTES)
    fewest = min(most, FEWEST_FIGURES)
    yield _Way(most, deeds, quotes, everyone=True)
    for figures in range(most, fewest - 1, -1):
        yield _Way(figures, deeds, quotes)
    for fewer in range(quotes - 1, few_quotes - 1, -1):
        yield _Way(fewest, deeds, fewer)
    for fewer in range(deeds - 1, few_deeds - 1, -1):
        yield _Way(fewest, fewer, few_quotes)
    for part in (1.0, _SHORTER):
        for fewer in range(MOST_TOLD - 1, 0, -1):
            yield _Way(fewest, few_deeds, few_quotes, fewer, part=part)
    yield _Way(fewest, 0, 0, 1)


def _fits(report: Report) -> bool:
    from exports.pdf.writing import count_pages

    return count_pages(report) <= _PAGES


def _composed(whole: Findings, way: _Way) -> Report:
    """Return the page that tells so much."""
    composites = whole.codebook.composites
    findings = replace(whole, codebook=replace(whole.codebook, composites=composites[: way.figures]))
    told, context = told_questions(findings, way.questions), findings.context
    return Report(
        title=f"{shortened(context.round_title, _LONGEST_ROUND)}: {context.municipality_name}",
        subtitle=f"Voor de gemeenteraad. {shortened(context.period, _LONGEST_PERIOD)}",
        author=f"Gemeente {context.municipality_name}",
        made_on=context.made_on,
        simulated=context.simulated,
        summary=_summary(findings, all_themes=len(composites) <= way.figures),
        sections=tuple(section for section in _sections(findings, told, way) if section.blocks),
        figures=figure_rows(
            findings.results,
            codebook_labels(findings.codebook, context.units),
            key_cells(findings),
            mark_flags(findings.results.marks),
        ),
        source=_source(findings),
    )


def _sections(findings: Findings, told: Told, way: _Way) -> tuple[Section, ...]:
    more = findings.additions
    deeds = shortened_deeds(more.deeds[: way.deeds], way.part)
    quotes = shortened_quotes(quotes_for_everybody(more.quotes)[: way.quotes], way.part)
    return (
        _asked(findings),
        _key_figures(findings, way),
        _questions(told),
        _beside_others(findings),
        deeds_section(deeds, left_out=len(more.deeds) - way.deeds),
        quotes_section(quotes),
        _not_said(),
        Section(title="Drie vragen voor het gesprek", blocks=(Bullets(items=_to_talk_about(findings, told)),)),
    )


def _summary(findings: Findings, *, all_themes: bool) -> tuple[str, ...]:
    sentences = (
        *(shortened(notice, _LONGEST_NOTICE) for notice in findings.additions.notices),
        SIMULATED_SENTENCE if findings.context.simulated else "",
        response_sentence(findings),
        _not_known_of_how_many(findings),
        _differences_sentence(findings, all_themes=all_themes),
        changes_of_themes(findings),
    )
    return tuple(sentence for sentence in sentences if sentence)


def _not_known_of_how_many(findings: Findings) -> str:
    if findings.context.invited or hidden_response(findings):
        return ""
    return "Hoeveel cliënten daarvoor gevraagd zijn, is in deze cijfers niet bekend."


def _differences_sentence(findings: Findings, *, all_themes: bool) -> str:
    """Return how the themes lie next to all municipalities, and which those are: here they are named first."""
    composites = findings.codebook.composites
    compared = {
        composite.title: found
        for composite in composites
        if isinstance(found := findings.comparison(composite.composite), Comparison)
    }
    all_asked = all_themes and len(compared) == len(composites)
    return comparisons_sentence(compared, everyone_who_took_part(findings), all_asked=all_asked)


def _asked(findings: Findings) -> Section:
    context = findings.context
    title = shortened(findings.codebook.title, _LONGEST_TITLE)
    asked = "Cliënten konden"
    if context.invited >= _FEWEST_ASKED and not hidden_response(findings):
        asked = f"{count_words(context.invited, 'cliënt', 'cliënten')} konden"
    text = f"{asked} de vragenlijst ‘{title}’ invullen. Meedoen was vrijwillig."
    return Section(title="Wat is er gevraagd, en aan wie?", blocks=(Paragraph(text=text),))


def _key_figures(findings: Findings, way: _Way) -> Section:
    chart = key_chart(findings, everyone=way.everyone)
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
    return Section(title=NOT_SAID, blocks=(Bullets(items=items),))


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
