"""Readability of Dutch texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaires.readability import count_syllables, reading_ease, words_in


@pytest.mark.parametrize(
    ("word", "syllables"),
    [
        ("de", 1),
        ("hulp", 1),
        ("wijk", 1),
        ("mooi", 1),
        ("nieuw", 1),
        ("eeuw", 1),
        ("gemeente", 3),
        ("begeleiding", 4),
        ("beoordelen", 4),
        ("ondersteuner", 4),
        ("huishouden", 3),
        ("radio", 3),
        ("situatie", 4),
        ("officieel", 4),
        ("ideeën", 3),
        ("coördinatie", 5),
        ("reünie", 3),
        ("MOEITE", 2),
        ("12", 1),
        ("wmo", 1),
        ("", 1),
    ],
)
def test_syllables_are_groups_of_vowels(word: str, syllables: int) -> None:
    assert count_syllables(word) == syllables


def test_words_are_counted_without_punctuation_and_gaps() -> None:
    assert words_in("Na 12 maanden: bij {loket}, thuis – of niet?") == [
        "Na",
        "12",
        "maanden",
        "bij",
        "loket",
        "thuis",
        "of",
        "niet",
    ]


def test_a_plain_question_reads_easier_than_an_official_one() -> None:
    plain = "Wist u waar u hulp kon vragen?"
    official = "Beschikte u over voldoende informatie betreffende de toegangsprocedure van ondersteuningsvoorzieningen?"
    assert reading_ease([plain]) > 90
    assert reading_ease([official]) < 0


def test_the_formula_is_that_of_douma() -> None:
    # One sentence of three words and four syllables.
    assert reading_ease(["Ik kreeg hulp daar."]) == pytest.approx(206.84 - 0.93 * 4 - 77 * 4 / 4)
    assert reading_ease(["Ik kreeg betere hulp."]) == pytest.approx(206.84 - 0.93 * 4 - 77 * 6 / 4)


def test_a_text_without_words_is_no_mistake() -> None:
    assert reading_ease([]) == reading_ease(["?"]) == pytest.approx(206.84 - 0.93 - 77)


def test_each_text_ends_a_sentence_with_or_without_a_full_stop() -> None:
    assert reading_ease(["Ik ben er", "Wij ook"]) == reading_ease(["Ik ben er. Wij ook!"])


WORDS = st.lists(st.sampled_from(["hulp", "gemeente", "ik", "beoordeling", "woont"]), min_size=1, max_size=12)


@given(WORDS, WORDS)
def test_one_long_sentence_reads_harder_than_the_same_words_in_two(first: list[str], second: list[str]) -> None:
    one, two = " ".join([*first, *second]), [" ".join(first), " ".join(second)]
    assert reading_ease([one]) < reading_ease(two)


@given(WORDS)
def test_the_order_of_words_and_capitals_make_no_difference(words: list[str]) -> None:
    assert reading_ease([" ".join(words)]) == pytest.approx(reading_ease([" ".join(reversed(words)).upper()]))
