"""The report of a municipality: protected results in the order in which people read."""

from __future__ import annotations

from analysis.results import Comparison, Estimate, Measure, ProtectedResults, Suppressed
from exports.blocks import (
    difference_cells,
    distribution_charts,
    item_table,
    lean_table,
    mean_table,
    number,
    option_table,
    percentage,
)
from exports.comparability import comparability_section, mark_flags
from exports.figure_rows import codebook_labels, figure_rows
from exports.findings import EVERYONE, Findings, ReportContext
from exports.report import Block, Bullets, Number, Paragraph, Report, Section, Subheading, Table
from exports.score_charts import group_chart, mirror_chart, theme_chart
from exports.wording import (
    comparison_sentence,
    count_words,
    date_words,
    estimate_sentence,
    percentage_words,
    reason_words,
)
from questionnaires.codebook import Codebook, CompositeVariable, Variable

SIMULATED_SENTENCE = (
    "Let op: dit zijn gesimuleerde gegevens. Een computer heeft de antwoorden verzonnen. "
    "Ze zeggen niets over de echte gemeente."
)
NO_CAUSE_SENTENCE = "Een score of een verschil zegt niet waardoor het komt. Praat er samen over voordat u iets besluit."
METHOD_SENTENCES = (
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


def compose_municipality_report(results: ProtectedResults, codebook: Codebook, context: ReportContext) -> Report:
    """Return what a municipality reads about its own round, next to all municipalities together."""
    findings = Findings(results, codebook, context)
    sections = (
        _response(findings),
        _theme_scores(findings),
        *(_theme(findings, composite) for composite in codebook.composites),
        _other_questions(findings),
        _groups(findings),
        _mirror(findings),
        comparability_section(findings),
        _method(findings),
    )
    return Report(
        title=f"{context.round_title}: {context.municipality_name}",
        subtitle=f"{codebook.title}, {context.period}",
        author=f"Gemeente {context.municipality_name}",
        made_on=context.made_on,
        simulated=context.simulated,
        summary=_summary(findings),
        sections=tuple(section for section in sections if section.blocks),
        figures=figure_rows(
            results, codebook_labels(codebook, context.units), findings.shown_cells(), mark_flags(results.marks)
        ),
        source=_source(findings),
    )


def _summary(findings: Findings) -> tuple[str, ...]:
    simulated = (SIMULATED_SENTENCE,) if findings.context.simulated else ()
    themes = (_theme_sentence(findings, composite) for composite in findings.codebook.composites)
    return (*simulated, _response_sentence(findings), *(it for it in themes if it), NO_CAUSE_SENTENCE)


def _hidden_response(findings: Findings) -> Suppressed | None:
    """Return why the number of clients who took part may not be shown, if it may not."""
    if findings.context.submitted < findings.floor:
        return Suppressed("fewer_than_floor")
    counted = findings.results.respondents.get(findings.own)
    return counted if isinstance(counted, Suppressed) else None


def _response_sentence(findings: Findings) -> str:
    context, hidden = findings.context, _hidden_response(findings)
    if hidden:
        reason = reason_words(hidden, floor=findings.floor)
        return f"Het aantal cliënten dat in {context.municipality_name} de vragenlijst invulde, is {reason}."
    people = count_words(context.submitted, "cliënt", "cliënten")
    verb = "vulde" if context.submitted == 1 else "vulden"
    sentence = f"In {context.municipality_name} {verb} {people} de vragenlijst in."
    if not context.invited:
        return sentence
    share = percentage_words(context.submitted / context.invited)
    invited = count_words(context.invited, "uitnodiging", "uitnodigingen")
    return f"{sentence} Dat is {share} van {invited}."


def _theme_sentence(findings: Findings, composite: CompositeVariable) -> str:
    figure = findings.own_figure(Measure.SCORE, composite.composite)
    if figure is None:
        return ""
    sentence = estimate_sentence(composite.title, figure, floor=findings.floor)
    comparison = _comparison_words(findings, composite)
    return f"{sentence} {comparison}".strip() if isinstance(figure, Estimate) else sentence


def _comparison_words(findings: Findings, composite: CompositeVariable, *, subject: str = "Dat") -> str:
    comparison = findings.comparison(composite.composite)
    if comparison is None:
        return ""
    if isinstance(comparison, Comparison):
        return comparison_sentence(comparison, f"de score van {EVERYONE}", subject=subject)
    return f"Het verschil met {EVERYONE}: {reason_words(comparison, floor=findings.floor)}."


def _response(findings: Findings) -> Section:
    context, hidden = findings.context, _hidden_response(findings)
    blocks: list[Block] = [Paragraph(text=_response_sentence(findings))]
    if not hidden:
        rows: list[tuple[str | Number, ...]] = [
            ("Uitgenodigd", number(context.invited)),
            ("Vragenlijst verstuurd", number(context.submitted)),
            ("Meegeteld in de cijfers", number(context.counted)),
        ]
        if context.invited:
            rows.append(("Respons", percentage(context.submitted / context.invited, decimals=1)))
        blocks.append(Table(title="Aantallen", head=("", "Aantal"), rows=tuple(rows)))
    return Section(title="Wie deden er mee?", blocks=tuple(blocks))


def _theme_scores(findings: Findings) -> Section:
    chart = theme_chart(findings)
    intro = (
        "Een score loopt van 0 tot 100. Hoe hoger, hoe beter de ervaring van cliënten. "
        "De streep om een punt laat zien hoe onzeker de score is: "
        "de echte score ligt waarschijnlijk ergens op die streep."
    )
    return Section(title="Scores per thema", blocks=(Paragraph(text=intro), chart) if chart else ())


def _theme(findings: Findings, composite: CompositeVariable) -> Section:
    variables = findings.theme_variables(composite)
    sentence = _theme_sentence(findings, composite)
    blocks: list[Block] = [Paragraph(text=sentence)] if sentence else []
    blocks += _variable_blocks(findings, variables, composite.title)
    return Section(title=composite.title, blocks=tuple(blocks))


def _other_questions(findings: Findings) -> Section:
    title = "Andere vragen"
    return Section(title=title, blocks=tuple(_variable_blocks(findings, findings.loose_variables(), title)))


def _variable_blocks(findings: Findings, variables: list[Variable], title: str) -> list[Block]:
    charts = distribution_charts(findings, variables, f"{title}: welke antwoorden gaven mensen?")
    options = [option_table(findings, variable) for variable in variables]
    tables = [
        item_table(findings, variables, f"{title}: score per vraag"),
        mean_table(findings, variables, f"{title}: gemiddelden"),
        *options,
    ]
    return [*charts, *(table for table in tables if table)]


def _groups(findings: Findings) -> Section:
    blocks: list[Block] = []
    for variable in findings.breakdowns():
        chart = group_chart(findings, variable)
        if chart:
            blocks += [Subheading(text=variable.title), chart]
    if blocks:
        intro = (
            "Hier staan de scores van groepen cliënten in uw gemeente. We toetsen geen verschillen tussen groepen: "
            "als strepen elkaar raken, kan een verschil toeval zijn."
        )
        blocks.insert(0, Paragraph(text=intro))
    return Section(title="Groepen cliënten", blocks=tuple(blocks))


def _mirror(findings: Findings) -> Section:
    blocks: list[Block] = []
    for composite in findings.codebook.composites:
        chart = mirror_chart(findings, composite)
        if chart:
            subject = f"De score van {findings.context.municipality_name}"
            sentence = _comparison_words(findings, composite, subject=subject)
            blocks += [Subheading(text=composite.title), *([Paragraph(text=sentence)] if sentence else []), chart]
    if blocks:
        intro = (
            "De gemeenten staan op volgorde van naam. Dit is geen ranglijst: gemeenten verschillen in wie er hulp krijgt. "
            f"De streeplijn is de score van {EVERYONE}."
        )
        blocks.insert(0, Paragraph(text=intro))
        blocks += _difference_tables(findings)
    return Section(title="Naast andere gemeenten", blocks=tuple(blocks))


def _difference_tables(findings: Findings) -> list[Table]:
    rows = [
        (composite.title, *difference_cells(comparison, floor=findings.floor))
        for composite in findings.codebook.composites
        if (comparison := findings.comparison(composite.composite)) is not None
    ]
    if not rows:
        return []
    head = ("Thema", "Verschil", "Van", "Tot", "Wat zien we?")
    note = f"Verschil: score van uw gemeente min de score van {EVERYONE}, in punten."
    return [lean_table(f"Verschil met {EVERYONE}", head, rows, note)]


def _method(findings: Findings) -> Section:
    items = tuple(sentence.format(floor=findings.floor) for sentence in METHOD_SENTENCES)
    simulated: tuple[Block, ...] = (Paragraph(text=SIMULATED_SENTENCE),) if findings.context.simulated else ()
    return Section(title="Hoe leest u dit rapport?", blocks=(*simulated, Bullets(items=items)))


def _source(findings: Findings) -> tuple[tuple[str, str], ...]:
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
