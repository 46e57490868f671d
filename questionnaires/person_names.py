"""Names of persons in a text: after a word that introduces them, or two words with a capital side by side."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

Span: TypeAlias = tuple[int, int]


def find_names(text: str) -> Iterator[Span]:
    """Yield where names seem to stand, in order: the first position of each, and the one after its last.

    >>> text = "Mevrouw van den Berg kwam met Ali."
    >>> [text[start:end] for start, end in find_names(text)]
    ['van den Berg']
    """
    words = list(_words(text))
    position = 0
    while position < len(words):
        start, end = _name_at(words, position)
        if start < end:
            yield words[start].span[0], words[end - 1].span[1]
        position = max(position + 1, end)


def _set_of(words: str) -> frozenset[str]:
    return frozenset(words.split())


_WORD: Final = re.compile(r"[^\W\d_]++(?:['’-][^\W\d_]++)*+")
_SENTENCE_END: Final = frozenset('.!?:;\n•…"“”‘(-')
# After these a word with a capital is a name.
_INTRODUCING: Final = _set_of("""
    mevrouw mevr mw meneer mijnheer heer dhr dokter dr drs zuster broeder juf pastoor dominee oom tante oma opa
    mr mrs ms frau herr madame monsieur pan pani пан пані heet heette genaamd
    begeleider begeleidster begeleiders consulent consulente hulp huishoudster man vrouw zoon zoontje dochter dochtertje kleinzoon
    kleindochter moeder vader broer broertje zus zusje buurman buurvrouw vriend vriendin partner mantelzorger verpleegkundige
    wijkverpleegkundige huisarts arts psycholoog therapeut fysiotherapeut chauffeur coach casemanager bewindvoerder mentor voogd
    contactpersoon medewerker medewerkster""")
_SHORTENED: Final = _set_of("mevr mw dhr dr drs mr mrs ms")
# After these any word is a name, also without a capital.
_NAMING_ONESELF: Final = tuple(
    tuple(phrase.split())
    for phrase in (
        *("mijn naam is", "ik heet", "my name is", "ich heiße", "je m'appelle", "je m’appelle"),
        *("nazywam się", "мене звати", "benim adım", "اسمي"),
    )
)
_NO_OWN_NAME: Final = _set_of(
    "niet ook dus nu bekend onbekend geheim fout verkeerd anders iedereen jullie het een de hier not here nicht pas ne не"
)
_PARTICLES: Final = _set_of("van de der den ten ter el al ben von zu la le du da dos")
# Words with a capital that are no name: how sentences begin, and bodies, places and days that stand in these stories.
_NO_NAME: Final = _set_of("""
    aan achter al alle alleen als ben bij bijna binnen blij daar daarna daarom dan dank dat de deze die dit door dus één een eerst er geen
    gelukkig goed haar heb heel helaas het hij hoe hun ik in is ja je jij jullie kan maar me meer men met mijn na naar
    niet nog nu of om omdat onder ons onze ook op over rond sinds soms te tegen tijdens toch toen tot tussen u uit uw vaak van vanaf vanuit
    via volgens voor vooral waar wat we weer wel wie wij zal ze zei zeker zelf zij zijn zo zonder
    gemeente sociaal sociale team teams wijkteam buurtteam jeugdteam loket wijk zorg thuiszorg buurtzorg hulp huishoudelijke zaken
    wmo jeugdwet participatiewet wlz zvw pgb ggz ggd uwv svb cak ciz werk inkomen jeugd participatie schuldhulp maatschappelijke
    ondersteuning centrum huis stichting leger heils rode kruis regiotaxi valys ziekenhuis raad stadhuis gemeentehuis school
    den haag bosch noord oost zuid west nieuwe oude nederland nederlands nederlandse belgië duitsland europa tweede eerste kamer lijn
    maandag dinsdag woensdag donderdag vrijdag zaterdag zondag januari februari maart april mei juni juli augustus september oktober
    november december kerst kerstdag pasen pinksteren ramadan corona beste geachte mevrouw meneer mijnheer heer dokter god
    i the a my we he she it they and but ich wir der die das und""")
_LONGEST_NAME: Final = 3  # words with a capital in a row; who writes every word so says nothing with it


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    span: Span
    before: str  # what stands between the word before it and this one

    @property
    def capital(self) -> bool:
        return self.text[0].isupper() and not self.text.isupper()

    @property
    def may_be_name(self) -> bool:
        return self.capital and self.text.lower() not in _NO_NAME


def _words(text: str) -> Iterator[_Word]:
    reached = 0
    for match in _WORD.finditer(text):
        yield _Word(match[0], match.span(), text[reached : match.start()])
        reached = match.end()


def _name_at(words: list[_Word], position: int) -> Span:
    """Return the words of a name that is introduced or begins here; an empty span when there is none."""
    for phrase in _NAMING_ONESELF:
        after = position + len(phrase)
        said = tuple(word.text.lower() for word in words[position:after])
        if said == phrase and _follows(words, after) and words[after].text.lower() not in _NO_OWN_NAME:
            return after, max(after + 1, _name_end(words, after))
    if words[position].text.lower() in _INTRODUCING:
        return position + 1, _name_end(words, position + 1)
    run = _run_of_capitals(words, position)
    if run > _LONGEST_NAME:
        return position + run, position + run
    return position, _full_name_end(words, position)


def _follows(words: list[_Word], position: int) -> bool:
    """Return whether a word belongs to the one before it: a space between them, or the point of "mw." or an initial."""
    if position >= len(words):
        return False
    gap, earlier = words[position].before, words[position - 1].text
    return gap == " " or (gap in {". ", "."} and (len(earlier) == 1 or earlier.lower() in _SHORTENED))


def _name_end(words: list[_Word], start: int) -> int:
    """Return where a name ends that may begin with initials and particles, such as "J. van den Berg"; `start` when it is none."""
    position, end = start, start
    while _follows(words, position) and position - end <= _LONGEST_NAME:
        word = words[position]
        position += 1
        if word.may_be_name:
            end = position
        elif word.text.lower() not in _PARTICLES and not (len(word.text) == 1 and word.text.isupper()):
            break
    return end


def _run_of_capitals(words: list[_Word], position: int) -> int:
    end = position
    while end < len(words) and words[end].capital and (end == position or words[end].before == " "):
        end += 1
    return end - position


def _full_name_end(words: list[_Word], position: int) -> int:
    """Return where a name of two words or more ends; at the start of a sentence they stand side by side."""
    if not words[position].may_be_name:
        return position
    end = _name_end(words, position + 1)
    begins_sentence = position == 0 or not _SENTENCE_END.isdisjoint(words[position].before)
    if end == position + 1 or (begins_sentence and not words[position + 1].may_be_name):
        return position
    return end
