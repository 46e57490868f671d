"""The summary of a report: at most six sentences in plain Dutch, below what must be known before anything else."""

from __future__ import annotations

from typing import Final

from analysis.results import Comparison, Estimate, Flag, Measure, Suppressed
from exports.blocks import hidden_words
from exports.claim_wording import changes_sentence, comparisons_sentence
from exports.findings import EVERYONE, Findings
from exports.municipal_report.trend import told_changes
from exports.wording import count_words, interval_words, number_words, percentage_words, reason_words
from questionnaires.comparability.words import joined

SIMULATED_SENTENCE: Final = (
    "Let op: een computer heeft deze antwoorden verzonnen, ze zeggen niets over de echte gemeente."
)
NO_CAUSE_SENTENCE: Final = (
    "Een score of een verschil zegt niet waardoor het komt: praat er samen over voordat u iets besluit."
)
# More scores in one sentence nobody reads.
_MOST_SCORES: Final = 3


def summary(findings: Findings) -> tuple[str, ...]:
    """Return who took part, the scores, what may be said about differences, and what may not: one sentence each."""
    sentences = (
        *findings.additions.notices,
        SIMULATED_SENTENCE if findings.context.simulated else "",
        response_sentence(findings),
        scores_sentence(findings),
        differences_sentence(findings),
        changes_of_themes(findings),
        NO_CAUSE_SENTENCE,
    )
    return tuple(sentence for sentence in sentences if sentence)


def hidden_response(findings: Findings) -> Suppressed | None:
    """Return why the number of clients who took part may not be shown, if it may not."""
    if findings.context.submitted < findings.floor:
        return Suppressed("fewer_than_floor")
    counted = findings.results.respondents.get(findings.own)
    return counted if isinstance(counted, Suppressed) else None


def response_sentence(findings: Findings) -> str:
    """Return how many clients took part, out of how many who were invited."""
    context, hidden = findings.context, hidden_response(findings)
    if hidden:
        reason = reason_words(hidden, floor=findings.floor)
        return f"Het aantal cliënten dat in {context.municipality_name} de vragenlijst invulde, is {reason}."
    people = count_words(context.submitted, "cliënt", "cliënten")
    verb = "vulde" if context.submitted == 1 else "vulden"
    sentence = f"In {context.municipality_name} {verb} {people} de vragenlijst in"
    if not context.invited:
        return f"{sentence}."
    share = percentage_words(context.submitted / context.invited)
    return f"{sentence}: dat is {share} van {count_words(context.invited, 'uitnodiging', 'uitnodigingen')}."


def scores_sentence(findings: Findings) -> str:
    """Return the theme scores with their intervals; of many themes between which scores they lie, of none why."""
    found = {
        composite.title: figure
        for composite in findings.codebook.composites
        if (figure := findings.own_figure(Measure.SCORE, composite.composite)) is not None
    }
    shown = {title: figure for title, figure in found.items() if isinstance(figure, Estimate)}
    if not shown:
        reason = hidden_words(found.values(), floor=findings.floor)
        return f"De scores zijn {reason}." if reason else ""
    if len(shown) > _MOST_SCORES:
        low, high = (number_words(side([it.value for it in shown.values()]), decimals=1) for side in (min, max))
        return f"De scores voor {len(shown)} thema’s liggen tussen {low} en {high}, op een schaal van 0 tot 100."
    words = joined([f"{_score_words(figure)} voor ‘{title}’" for title, figure in shown.items()])
    verb = "De score is" if len(shown) == 1 else "De scores zijn"
    return f"{verb} {words}, op een schaal van 0 tot 100."


def differences_sentence(findings: Findings, *, all_themes: bool = True) -> str:
    """Return how the theme scores lie next to those of all municipalities together; `all_themes`: there are no other themes."""
    composites = findings.codebook.composites
    compared = {
        composite.title: found
        for composite in composites
        if isinstance(found := findings.comparison(composite.composite), Comparison)
    }
    return comparisons_sentence(compared, EVERYONE, all_asked=all_themes and len(compared) == len(composites))


def changes_of_themes(findings: Findings) -> str:
    """Return which theme scores changed since the last measurement; empty when no change may be claimed."""
    titles = {composite.composite: composite.title for composite in findings.codebook.composites}
    changes = told_changes(findings)
    return changes_sentence({titles[name]: change for name, change in changes.items() if name in titles})


def _score_words(figure: Estimate) -> str:
    score = number_words(figure.value, decimals=1)
    if Flag.CENSUS in figure.flags:
        return f"{score} (iedereen deed mee)"
    return f"{score} (waarschijnlijk {interval_words(figure.interval, Measure.SCORE)})"
