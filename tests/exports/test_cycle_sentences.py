"""The law of the sentences of the cycle: nothing is claimed that an interval does not carry, no cause is named, the grammar is right."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from municipal_reports import difference

from analysis.results import Comparison, Interval, Measure
from analysis.series.released_changes import ReleasedChange, ReleasedFigure
from exports.cycle.goals import CLAIMED, goal_sentence, no_room_sentence
from exports.cycle.hidden import HIDDEN, hidden_sentence
from exports.cycle.indicators import Indicator, gap_of
from exports.cycle.periods import period_of
from exports.cycle.persons import drop_out_sentence, far_start_sentence, paired_sentence, selective_sentence
from exports.cycle.sentences import (
    BESIDE_WORDS,
    Beside,
    action_sentence,
    beside_sentence,
    break_sentence,
    broken_action_sentence,
    change_since_sentence,
    figure_sentence,
    rolling_sentence,
    untold_action_sentence,
    untold_sentence,
    usual_action_sentence,
    waiting_action_sentence,
    windows_sentence,
)
from exports.cycle.signals import (
    NO_VERDICT,
    delay_sentence,
    false_alarm_sentence,
    seen_signal_sentence,
    signal_sentence,
)
from exports.cycle.stories import (
    NO_COUNT_OF_PEOPLE,
    agreement_sentence,
    codes_sentence,
    few_stories_sentence,
    no_agreement_sentence,
    rough_agreement_sentence,
    stories_sentence,
)
from exports.wording import NOT_ESTIMABLE_WORDS, SUPPRESSED_WORDS
from questionnaires.readability import reading_ease, words_in
from questionnaires.scales import Polarity

DECIDED = date(2026, 3, 1)
CLAIM = re.compile(r"\b(hoger|lager|beter|slechter|minder goed|gestegen|gedaald|meer|vaker)\b", re.IGNORECASE)
CAUSE = re.compile(
    r"\b(door|doordat|daardoor|waardoor|dankzij|omdat|veroorza\w+|gevolgen?|effect\w*|werkt|helpt|leidt|zorgt|invloed)\b",
    re.IGNORECASE,
)
# The only places of such a word: each says that nothing is known of a cause, or why many differences are looked at with care.
ALLOWED = (
    "Of dat door de actie komt, is hiermee niet te zeggen.",
    "Of dat door de hulp komt, is hiermee niet te zeggen.",
    "Waardoor het komt, is hiermee niet te zeggen.",
    "Zo’n verschil kan toeval zijn, omdat we veel verschillen tegelijk bekijken.",
)
GOOD = re.compile(r"(Hoger|Lager) is hier (beter|minder goed)\.")
SIZE = re.compile(r"Het verschil is (\S+)( \w+)? \(waarschijnlijk tussen (\S+) en ([\d.,]+)( punten| procentpunten)?\)")
sizes = st.floats(1e-9, 40)


@st.composite
def indicators(draw: st.DrawFn) -> Indicator:
    measure = draw(st.sampled_from([Measure.SCORE, Measure.SHARE, Measure.MEAN]))
    return Indicator("Toegang", measure, draw(st.sampled_from(Polarity)))


@st.composite
def changes(draw: st.DrawFn) -> ReleasedChange:
    value, down, up, wider = draw(st.floats(-60, 60)), draw(sizes), draw(sizes), draw(st.floats(1, 2))
    # Some bounds lie on zero, or so near to it that they read as zero.
    near = draw(st.sampled_from([None, 0.0, 1e-7, -1e-7, 0.04, -0.04]))
    low, high = value - down, value + up
    if near is not None:
        low, high = (near, abs(value) + 0.1) if value > 0 else (-abs(value) - 0.1, near)
        value = (low + high) / 2
    return ReleasedChange(
        value, Interval(low, high), Interval(value - wider * (value - low), value + wider * (high - value))
    )


@st.composite
def comparisons(draw: st.DrawFn) -> Comparison:
    found: Comparison = difference(draw(st.floats(-30, 30)), draw(st.floats(0.5, 20)))
    return replace(found, relevant=draw(st.booleans()))


SENTENCES: dict[str, Callable[[Indicator, ReleasedChange], str]] = {
    "beside": lambda indicator, change: beside_sentence(indicator, change, BESIDE_WORDS[Beside.ALIKE]),
    "since": lambda indicator, change: change_since_sentence(indicator, change, "2025-K1"),
    "windows": lambda indicator, change: windows_sentence(indicator, change, "2025-10", 6),
    "action": lambda indicator, change: action_sentence("Terugbellen", DECIDED, indicator, change, "2025-K1"),
    "paired": lambda indicator, change: paired_sentence(indicator, change, 34),
}


def number(text: str) -> float:
    return float(text.replace(".", "").replace(",", "."))


def without_what_is_allowed(text: str) -> str:
    for sentence in ALLOWED:
        text = text.replace(sentence, "")
    return text


def names_no_cause(text: str) -> bool:
    return not CAUSE.search(without_what_is_allowed(text))


@pytest.mark.parametrize("which", SENTENCES)
@given(indicator=indicators(), change=changes())
def test_a_change_is_claimed_only_beside_zero_and_then_with_its_interval_and_its_direction(
    which: str, indicator: Indicator, change: ReleasedChange
) -> None:
    text = SENTENCES[which](indicator, change)
    carried = all(bounds.low > 0 or bounds.high < 0 for bounds in (change.interval, change.joint))
    claimed = bool(CLAIM.search(text))
    assert claimed == gap_of(indicator, change).claimed
    assert claimed <= carried
    assert claimed != ("geen duidelijk verschil" in text)
    assert names_no_cause(text)
    assert not re.search(r"nan|inf\b|None|\{|\}|  ", text, re.IGNORECASE)
    if not claimed:
        signed = r"(?:[+−][\d.,]+|0,0)"
        assert re.search(
            rf"Het verschil ligt waarschijnlijk tussen {signed} en {signed}( punten| procentpunten)?\.", text
        )
        return
    size, _, low, high, _ = SIZE.search(text).groups()  # type: ignore[union-attr]
    assert 0 < number(low) <= number(high)
    assert number(size) > 0
    side = "hoger" if change.value > 0 else "lager"
    assert set(re.findall(r"\b(hoger|lager)\b", text.lower())) == {side}
    better = (change.value > 0) == (indicator.polarity is Polarity.POSITIVE)
    expected = [(side.capitalize(), "beter" if better else "minder goed")]
    assert GOOD.findall(text) == (expected if indicator.polarity is not Polarity.NONE else [])


@given(indicators(), st.sampled_from(["above", "below", "", None]))
def test_what_begins_with_a_signal_is_never_called_higher_or_lower_than_then(
    indicator: Indicator, side: str | None
) -> None:
    usual = None if side is None else (71.0, side)
    text = usual_action_sentence("Bellen", DECIDED, indicator, (SCORE, "2026-06"), since="2026-02", usual=usual)
    assert not CLAIM.search(text)
    assert names_no_cause(text)
    assert "Dat gebeurt ook als er niets verandert." in text
    assert re.findall(r"\b(boven|onder|binnen) wat gewoon is", text) == (
        [] if side is None else [{"above": "boven", "below": "onder", "": "binnen"}[side]]
    )


@given(indicators(), comparisons())
def test_a_comparison_is_claimed_as_in_the_reports(indicator: Indicator, comparison: Comparison) -> None:
    text = beside_sentence(indicator, comparison, BESIDE_WORDS[Beside.NATION])
    beside = comparison.interval.low > 0 or comparison.interval.high < 0
    assert bool(CLAIM.search(text)) == beside
    assert ("Dat is een klein verschil." in text) == (beside and not comparison.relevant)
    assert names_no_cause(text)


MONTHS = [f"2026-{month:02}" for month in range(1, 13)]


@given(indicators(), st.dictionaries(st.sampled_from(MONTHS), st.sampled_from(["above", "below"])))
def test_a_signal_is_told_on_its_own_side_and_stands_only_in_the_newest_period(
    indicator: Indicator, found: dict[str, str]
) -> None:
    signals = sorted(found.items())
    text = signal_sentence(indicator, signals, MONTHS)
    assert names_no_cause(text)
    assert bool(GOOD.search(text)) == (bool(signals) and indicator.polarity is not Polarity.NONE)
    if not signals:
        assert "geen signaal" in text
        return
    (last, side), where = signals[-1], "boven" if signals[-1][1] == "above" else "onder"
    assert f"{'ligt de laatste tijd' if last == MONTHS[-1] else 'lag toen'} {where} wat gewoon is" in text
    assert text.startswith("Er is een signaal sinds") == (last == MONTHS[-1])
    assert all(told == ("Hoger" if side == "above" else "Lager") for told, _ in GOOD.findall(text))


@given(st.floats(1e-6, 0.5), st.integers(1, 8))
def test_a_stated_rate_is_never_more_favourable_than_that_of_the_chart(rate: float, charts: int) -> None:
    text = false_alarm_sentence(rate, "maand", "maanden", charts=charts)
    stated = [number(found) for found in re.findall(r"1 op de ([\d.]+) maanden", text)]
    assert len(stated) == (1 if charts == 1 else 2)
    for often, real in zip(stated, (rate, rate * charts), strict=False):
        assert often <= 1 / real + 0.5 or often == 2
    assert names_no_cause(text)
    assert false_alarm_sentence(0.0, "maand", "maanden", charts=charts) == ""


@given(indicators(), st.floats(0, 1), st.floats(0.5, 1))
def test_a_goal_is_met_or_missed_only_when_its_chance_carries_it(
    indicator: Indicator, chance: float, part: float
) -> None:
    missed = (1 - chance) * part
    text = goal_sentence(indicator, SCORE, "2026-K4", target=70.0, tolerance=1.0, chances=(chance, missed))
    assert ("nog niet zeker" in text) == (chance < CLAIMED and missed < CLAIMED)
    assert ("Het doel is gehaald." in text) == (chance >= CLAIMED)
    assert ("Het doel is niet gehaald." in text) == (missed >= CLAIMED)
    assert ("waarschijnlijk niet." in text) <= (missed >= 0.8)
    assert re.search(r"[Dd]e kans .*is (ongeveer|meer dan|minder dan) \d+%", text)
    assert not re.search(r"\b(0|100)%", text.partition("kans")[2])


@given(indicators(), st.floats(0, 1), sizes, st.floats(0, 1), st.floats(0, 3), st.floats(0, 1))
def test_a_goal_is_told_with_its_interval_its_direction_and_its_chance(
    indicator: Indicator, value: float, half: float, target: float, tolerance: float, chance: float
) -> None:
    figure = ReleasedFigure(value, Interval(value - half, value + half))
    text = goal_sentence(indicator, figure, "2026-K4", target=target, tolerance=tolerance, chances=(chance, 1 - chance))
    aim = {Polarity.POSITIVE: r"\S+ of hoger", Polarity.NEGATIVE: r"\S+ of lager", Polarity.NONE: r"rond \S+"}
    assert re.search(rf"Voor dat moment is het doel {aim[indicator.polarity]}[,.]", text)
    assert re.search(r"ligt waarschijnlijk tussen \S+ en \S+\. ", text)
    assert ("met een ruimte van" in text) <= (tolerance > 0)
    assert "ruimte van 0,0" not in text
    assert names_no_cause(text)


@given(st.integers(0, 3000), st.integers(0, 3000))
def test_counts_of_stories_agree_with_their_verbs(told: int, more: int) -> None:
    text = stories_sentence("Wachten", told, told + more)
    assert names_no_cause(text)
    assert not re.search(r"\b0\b|\b1 (verhalen|van de 1 )", text)
    if told + more > 1:
        assert ("gaat" in text) == (told <= 1)
    assert bool(re.search(r"\bniemand|[Gg]een|niet", text)) == (told == 0)


@given(st.integers(0, 2000), st.integers(0, 2000))
def test_counts_of_people_agree_with_their_verbs(stayed: int, stopped: int) -> None:
    text = drop_out_sentence(stayed + stopped, stayed)
    assert names_no_cause(text)
    assert not re.search(r"\b0\b|\b1 mensen|\bvan de 1 ", text)
    for count, verb in re.findall(r"^(\S+) van de \S+ mensen (deed|deden)", text):
        assert (verb == "deed") == (count in {"1", "Geen"})


@given(st.floats(-1, 1), sizes)
def test_agreement_beyond_chance_is_said_only_when_its_interval_carries_it(kappa: float, half: float) -> None:
    interval = Interval(kappa - half / 40, kappa + half / 40)
    text = agreement_sentence("Wachten", 1, 1, kappa=kappa, interval=interval)
    assert "las 1 verhaal." in text
    assert "bij 1 verhaal eens." in text
    assert ("Het kan toeval zijn" in text) == (round(interval.low, 2) <= 0)
    assert names_no_cause(text)


def test_of_a_rough_kappa_no_interval_is_told_and_nothing_is_said_of_how_well_readers_agree() -> None:
    text = rough_agreement_sentence("Wachten", 30, 30, kappa=1.0)
    assert "(kappa) is nu 1,00." in text
    assert not re.search(r"waarschijnlijk|tussen|bijna altijd|vaak|toeval", text)


@given(st.integers(0, 40), st.integers(0, 40))
def test_counts_of_codes_agree_with_their_nouns(coded: int, more: int) -> None:
    text = codes_sentence(coded, coded + more)
    assert not re.search(r"\b0\b|\b1 verhalen|alle 1\b", text)
    assert ("nog geen codes" in text) == (coded == 0 < more)


@pytest.mark.parametrize(
    ("signals", "watched", "words"),
    [
        (
            [("2024", "above"), ("2026", "above")],
            ["2024", "2025", "2026"],
            "Ook bij 1 andere meting was er een signaal.",
        ),
        (
            [("2025-K1", "above"), ("2026-K1", "below")],
            ["2025-K1", "2026-K1"],
            "Ook in 1 ander kwartaal was er een signaal.",
        ),
        ([(f"2026-0{month}", "above") for month in (1, 2, 3)], MONTHS, "Ook in 2 andere maanden waren er signalen."),
    ],
)
def test_earlier_signals_are_counted(signals: list[tuple[str, str]], watched: list[str], words: str) -> None:
    assert words in signal_sentence(HOURS, signals, watched)


@pytest.mark.parametrize("reason", [*NOT_ESTIMABLE_WORDS, *SUPPRESSED_WORDS, HIDDEN])
def test_every_reason_has_words_and_no_code(reason: str) -> None:
    text = hidden_sentence(ACCESS, reason, "2026-03", floor=10)
    assert text.startswith("In maart 2026 is de score voor ‘Toegang’ niet ")
    assert "_" not in text


def test_a_month_that_does_not_exist_is_a_name() -> None:
    assert period_of("2026-13").within == "bij de meting ‘2026-13’"


ACCESS = Indicator("Toegang", Measure.SCORE, Polarity.POSITIVE)
WAITING = Indicator("Wachten op hulp", Measure.SHARE, Polarity.NEGATIVE)
HOURS = Indicator("Uren hulp", Measure.MEAN, Polarity.NONE)
SCORE = ReleasedFigure(72.4, Interval(69.8, 75.0))
FOUR = ReleasedFigure(4.2, Interval(3.8, 4.6))
SHARE = ReleasedFigure(0.31, Interval(0.27, 0.35))
UP = ReleasedChange(4.0, Interval(1.0, 7.0), Interval(0.5, 7.5))
DOWN = ReleasedChange(-0.06, Interval(-0.1, -0.02), Interval(-0.11, -0.01))
ONE = ReleasedChange(1.0, Interval(0.4, 1.6), Interval(0.3, 1.7))
UNCLEAR = ReleasedChange(1.2, Interval(-0.8, 3.2), Interval(-1.0, 3.4))
SMALL = replace(difference(1.5, 0.4), relevant=False)
LITTLE = ReleasedChange(0.02, Interval(-0.05, 0.09), Interval(-0.05, 0.09))
FADED = ReleasedChange(4.0, Interval(0.5, 7.5), Interval(-0.5, 8.5))


def read_sentences() -> list[str]:
    """Return what a person has read for plain language."""
    return [
        figure_sentence(ACCESS, SCORE, "2026-03"),
        figure_sentence(WAITING, SHARE, "2026-K1"),
        rolling_sentence(ACCESS, SCORE, "2026-03", 3),
        rolling_sentence(HOURS, ReleasedFigure(4.2, Interval(3.8, 4.6)), "2026", 2),
        beside_sentence(ACCESS, UP, BESIDE_WORDS[Beside.NATION]),
        beside_sentence(WAITING, DOWN, BESIDE_WORDS[Beside.SIZE_CLASS]),
        beside_sentence(HOURS, ONE, BESIDE_WORDS[Beside.ALIKE]),
        beside_sentence(ACCESS, UNCLEAR, BESIDE_WORDS[Beside.REGION]),
        beside_sentence(ACCESS, FADED, BESIDE_WORDS[Beside.OWN_LIST]),
        beside_sentence(ACCESS, SMALL, BESIDE_WORDS[Beside.NATION]),
        change_since_sentence(ACCESS, ONE, "2025-03"),
        change_since_sentence(WAITING, DOWN, "2025-K4"),
        change_since_sentence(HOURS, UNCLEAR, "2024"),
        change_since_sentence(ACCESS, FADED, "2025-03"),
        windows_sentence(WAITING, DOWN, "2025-10", 6),
        windows_sentence(ACCESS, UNCLEAR, "2025-K4", 4),
        action_sentence("Binnen twee dagen terugbellen", DECIDED, ACCESS, UP, "2026-02"),
        action_sentence("Binnen twee dagen terugbellen", DECIDED, WAITING, DOWN, "2026-02"),
        action_sentence("Binnen twee dagen terugbellen", DECIDED, ACCESS, UNCLEAR, "2026-02"),
        usual_action_sentence("Bellen", DECIDED, ACCESS, (SCORE, "2026-06"), since="2026-02", usual=(71.0, "")),
        usual_action_sentence("Bellen", DECIDED, WAITING, (SHARE, "2026-06"), since="2026-02", usual=(0.24, "above")),
        usual_action_sentence("Bellen", DECIDED, ACCESS, (SCORE, "2026-06"), since="2026-02", usual=None),
        untold_action_sentence("Bellen", DECIDED, ACCESS, "2024", "census"),
        untold_action_sentence("Bellen", DECIDED, WAITING, "2024", "unknown_part"),
        untold_sentence(HOURS, BESIDE_WORDS[Beside.ALIKE], "no_variation"),
        waiting_action_sentence("Binnen twee dagen terugbellen", DECIDED, ACCESS),
        broken_action_sentence("Binnen twee dagen terugbellen", DECIDED, WAITING),
        break_sentence(ACCESS, "2026-03", ["part"]),
        break_sentence(WAITING, "2026", ["reworded", "option_text", "points"]),
        break_sentence(HOURS, "2026-K2"),
        hidden_sentence(ACCESS, "fewer_than_floor", "2026-03", floor=10),
        hidden_sentence(WAITING, HIDDEN, "2026-K1", floor=10),
        hidden_sentence(HOURS, "no_respondents", "2026", floor=10),
        signal_sentence(ACCESS, [("2026-12", "below")], MONTHS),
        signal_sentence(WAITING, [(month, "above") for month in MONTHS[-3:]], MONTHS),
        signal_sentence(HOURS, [("2026-05", "above"), ("2026-10", "above")], MONTHS),
        signal_sentence(ACCESS, [], MONTHS),
        seen_signal_sentence(ACCESS, "2026-05", "below"),
        seen_signal_sentence(HOURS, "2026-K2", "above"),
        seen_signal_sentence(ACCESS, "2026-05", "below", "2026-03"),
        f"{false_alarm_sentence(0.0027, 'maand', 'maanden')} {NO_VERDICT}",
        false_alarm_sentence(0.0027, "maand", "maanden", charts=8),
        delay_sentence(3.0, 0.9, 7, "maand", "maanden", baseline=12),
        goal_sentence(ACCESS, SCORE, "2026-03", target=75.0, tolerance=2.0, chances=(0.41, 0.59)),
        goal_sentence(WAITING, SHARE, "2026-03", target=0.4, tolerance=0.0, chances=(0.9999, 0.0001)),
        goal_sentence(HOURS, FOUR, "2026", target=6.0, tolerance=1.0, chances=(0.0, 1.0)),
        goal_sentence(HOURS, FOUR, "2026", target=4.2, tolerance=0.1, chances=(0.38, 0.31)),
        goal_sentence(HOURS, FOUR, "2026", target=4.2, tolerance=0.02, chances=(0.08, 0.46)),
        no_room_sentence(HOURS, FOUR, "2026", target=4.2),
        paired_sentence(ACCESS, UP, 34),
        paired_sentence(WAITING, LITTLE, 12, first=1, later=3),
        drop_out_sentence(50, 34),
        selective_sentence(["Toegang", "Kwaliteit"]),
        selective_sentence([], ["Toegang", "Kwaliteit"]),
        far_start_sentence(["Toegang"], ["Kwaliteit"]),
        far_start_sentence([], ["Toegang"]),
        f"{stories_sentence('Wachten', 12, 40)} {NO_COUNT_OF_PEOPLE}",
        f"{stories_sentence('Wachten', 0, 40)} {few_stories_sentence('Vervoer', 10)}",
        codes_sentence(12, 40),
        agreement_sentence("Wachten", 38, 42, kappa=0.72, interval=Interval(0.55, 0.89)),
        rough_agreement_sentence("Wachten", 26, 30, kappa=0.72),
        no_agreement_sentence("Wachten", 3, 4, "too_few_stories"),
        no_agreement_sentence("Wachten", 15, 20, "one_code_by_reader"),
        no_agreement_sentence("Vervoer", 30, 30, "same_code"),
        no_agreement_sentence("Wachten", 0, 0, "too_few_stories"),
    ]


def test_the_sentences_are_those_that_were_read(golden: Callable[[str, str], None]) -> None:
    assert len(read_sentences()) >= 40
    golden("cycle_sentences.txt", "\n".join(read_sentences()) + "\n")


def test_the_sentences_are_plain() -> None:
    parts = [part for text in read_sentences() for part in re.split(r"(?<=[.:?]) ", text)]
    assert reading_ease(parts) >= 80
    assert max(len(words_in(part)) for part in parts) <= 20
    assert all(names_no_cause(text) for text in read_sentences())
    assert not re.search(r"[\u00ad\u2010]|-\d", "".join(parts)), "a number below zero has a minus and no hyphen"
