"""Telling: a comparison as lines of Dutch, for who asks what residents notice and for who follows figures over time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from questionnaires.comparability.reasons import Change, ItemVerdict, Reason, Verdict
from questionnaires.comparability.words import joined, sentence_for, words_for, words_for_verdict
from questionnaires.minutes import show_minutes

# What residents notice at single questions, by the line that tells it.
NOTICED: Final[Mapping[str, AbstractSet[Change]]] = {
    "Andere woorden in de vraag": {
        Change.REWORDED,
        Change.SPELLING,
        Change.PIPE,
        Change.PARAM_VALUE,
        Change.EASY_TEXT,
    },
    "Andere antwoorden om uit te kiezen": {
        Change.ANSWER_TYPE,
        Change.NUMBER_RANGE,
        Change.UNIT,
        Change.POINTS,
        Change.OPTIONS_ADDED,
        Change.OPTIONS_REMOVED,
        Change.OPTION_TEXT,
        Change.OPTION_SPELLING,
        Change.OPTION_ALONE,
        Change.OPTION_ORDER,
        Change.CATEGORY_SPLIT,
        Change.CATEGORY_MERGED,
        Change.CATEGORY_RENAMED,
        Change.MISSING_ADDED,
        Change.MISSING_REMOVED,
        Change.BOUNDS,
    },
    "Andere tekst naast de vraag": {Change.HELP_TEXT, Change.AUDIO, Change.CONSENT, Change.PAGE_TEXT},
    "Een andere controle van het antwoord": {Change.SOFT_CHECK},
    "Een andere vertaling": {Change.TRANSLATION},
    "Aan meer, minder of andere mensen gevraagd": {
        Change.POPULATION_WIDENED,
        Change.POPULATION_NARROWED,
        Change.POPULATION_OTHER,
        Change.POPULATION_UNDECIDED,
    },
    "Samen met andere vragen op een pagina": {Change.PAGE_GROUPING},
}
# What holds for the whole questionnaire, though it is a reason at every item.
EVERYWHERE: Final = (Change.MODE_ADDED, Change.MODE_REMOVED, Change.EASY_ADDED, Change.EASY_REMOVED)


def tell_residents(
    verdicts: Sequence[ItemVerdict], notes: Iterable[Reason], minutes: tuple[float, float]
) -> tuple[str, ...]:
    """Return what people who fill it in notice, in Dutch. `minutes` are the estimates for all questions, old and new."""
    lines = [words_for(note) for note in notes]
    for start, verdict in (("Nieuwe vragen", Verdict.ADDED), ("Vervallen vragen", Verdict.REMOVED)):
        lines += _line(start, (one for one in verdicts if one.verdict is verdict))
    before, now = map(show_minutes, minutes)
    if before != now and any(one.verdict in {Verdict.ADDED, Verdict.REMOVED} for one in verdicts):
        lines.append(f"Alle vragen beantwoorden kost naar schatting {now}; eerst was dat {before}.")
    for start, changes in NOTICED.items():
        lines += _line(start, (one for one in verdicts if any(reason.code in changes for reason in one.reasons)))
    everywhere = {reason.code: sentence_for(reason) for one in verdicts for reason in one.reasons}
    lines += (everywhere[change] for change in EVERYWHERE if change in everywhere)
    if Change.ORDER in everywhere:
        lines.append("De volgorde van de vragen is anders.")
    return tuple(lines) or ("Voor wie de vragenlijst invult, verandert er niets.",)


def tell_series(verdicts: Iterable[ItemVerdict]) -> tuple[str, ...]:
    """Return what people who follow figures over time must know, the worst first; what changed alike stands in one line."""
    alike: dict[tuple[Verdict, str], list[str]] = {}
    for one in verdicts:
        why = " ".join(words_for(reason) for reason in one.reasons if reason.verdict is one.verdict)
        alike.setdefault((one.verdict, why), []).append(one.label)
    worst_first = (Verdict.E, Verdict.D, Verdict.C, Verdict.B, Verdict.REMOVED, Verdict.ADDED)
    lines = tuple(
        f"{joined(labels)}: {words_for_verdict(verdict)} {why}".rstrip()
        for wanted in worst_first
        for (verdict, why), labels in alike.items()
        if verdict is wanted
    )
    return lines or ("Alle reeksen gaan gewoon door.",)


def _line(start: str, verdicts: Iterable[ItemVerdict]) -> Iterator[str]:
    labels = [one.label for one in verdicts if not one.composite]
    if labels:
        yield f"{start}: {joined(labels)}."
