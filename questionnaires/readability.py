"""Readability: an indication of how easy a Dutch text reads. It counts words and syllables and knows no meaning.

A low outcome is a reason to look again, a high one is no proof that people understand the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_WORD: Final = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_SENTENCE_END: Final = re.compile(r"[.!?:;\n]+")
# One match is one syllable: the sounds that Dutch writes with more vowels first, then each vowel by itself. So "radio"
# has three, and a vowel with a trema starts a syllable of its own.
_SYLLABLE: Final = re.compile(
    r"aai|ooi|oei|eeu|ieu|aa|ai|au|ee|ei|eu|ie|ij|oe|oi|oo|ou|ui|uu|[aeiouyàáâäèéêëìíîïòóôöùúûü]"
)


def words_in(text: str) -> list[str]:
    """Return the words of a text, numbers included, without punctuation.

    >>> words_in("Foto's van 3 wmo-taxi's?")
    ["Foto's", 'van', '3', "wmo-taxi's"]
    """
    return _WORD.findall(text)


def count_syllables(word: str) -> int:
    """Return the number of syllables of a Dutch word, counted by its groups of vowels; at least 1.

    Words that are read as letters or come from other languages may be counted wrong.

    >>> [count_syllables(word) for word in ("gemeente", "mooie", "radio", "ideeën", "12")]
    [3, 2, 3, 3, 1]
    """
    return max(1, len(_SYLLABLE.findall(word.lower())))


def reading_ease(texts: Iterable[str]) -> float:
    """Return the Flesch-Douma reading ease of Dutch texts taken together; each text ends a sentence.

    206.84 − 0.93 · words per sentence − 77 · syllables per word

    Above 80 is easy, 60 to 80 is plain, below 60 is hard. One short text says little: the formula is made for pages.
    A text without words counts as one sentence of one syllable.
    Source: Douma (1960), De leesbaarheid van landbouwbladen, Landbouwhogeschool Wageningen; after Flesch (1948),
    Journal of Applied Psychology 32, 221–233.

    Two sentences, 9 words, 13 syllables: 206.84 − 0.93 · 9 / 2 − 77 · 13 / 9

    >>> round(reading_ease(["De hulp begon op tijd.", "Ik beslis mee daarover."]), 2)
    91.43
    """
    sentences = [words for text in texts for part in _SENTENCE_END.split(text) if (words := words_in(part))]
    words = [word for sentence in sentences for word in sentence] or [""]
    words_a_sentence = len(words) / max(1, len(sentences))
    syllables_a_word = sum(count_syllables(word) for word in words) / len(words)
    return 206.84 - 0.93 * words_a_sentence - 77 * syllables_a_word
