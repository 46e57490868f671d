"""What readers must know where several versions of a questionnaire meet: what was taken together, and where a series breaks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from analysis.results import Mark
from exports.findings import Findings
from exports.report import Bullets, Paragraph, Section
from questionnaires.comparability.words import joined, words_for

# How a mark stands in the columns of data files.
POOLED_FLAG: Final = "versions_pooled"
BREAK_FLAG: Final = "series_break"

_INTRO: Final = (
    "Niet iedereen kreeg precies dezelfde vragenlijst. Hieronder staat wat dat betekent. "
    "Antwoorden die niet hetzelfde betekenen, hebben we nooit bij elkaar geteld."
)


def comparability_section(findings: Findings) -> Section:
    """Return what is said about versions of the questionnaire; without blocks when there was one version only."""
    lines = tuple(_lines(findings))
    blocks = (Paragraph(text=_INTRO), Bullets(items=lines)) if lines else ()
    return Section(title="Verschillende versies van de vragenlijst", blocks=blocks)


def mark_flags(marks: Iterable[Mark]) -> dict[str, frozenset[str]]:
    """Return the flags of each variable that a mark is about."""
    found: dict[str, set[str]] = {}
    for mark in marks:
        flag = POOLED_FLAG if mark.pooled else BREAK_FLAG
        for variable in (mark.variable, mark.earlier):
            found.setdefault(variable, set()).add(flag)
    return {variable: frozenset(flags) for variable, flags in found.items()}


def _lines(findings: Findings) -> Iterator[str]:
    """Yield one line for the variables that changed alike, breaks first."""
    from analysis.plan import NOT_COUNTED  # brings numpy, and pages need the flags of this module only

    titles = {one.item: one.title for one in findings.codebook.variables if one.kind not in NOT_COUNTED}
    titles |= {one.composite: one.title for one in findings.codebook.composites}
    alike: dict[tuple[bool, str, str], list[str]] = {}
    for mark in findings.results.marks:
        name = titles.get(mark.variable) or titles.get(mark.earlier)
        if name is not None:
            why = " ".join(words_for(reason) for reason in mark.reasons if reason.verdict is mark.verdict)
            alike.setdefault((mark.pooled, mark.old, why), []).append(f"‘{name}’")
    for (pooled, old, why), names in sorted(alike.items(), key=lambda line: line[0][0]):
        asked = joined(list(dict.fromkeys(names)))
        if pooled:
            yield f"{asked}: de antwoorden op {old} tellen mee. {why}"
        else:
            yield f"{asked}: reeksbreuk. De antwoorden op {old} staan apart en tellen hier niet mee. {why}"
