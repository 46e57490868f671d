"""Changes of what is shown beside the question, and of its words without another meaning: nothing, or a footnote."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from questionnaires.comparability.asked_items import AskedItem
from questionnaires.comparability.audiences import written_calculations, written_out
from questionnaires.comparability.reasons import Change, Reason, reason
from questionnaires.texts import gaps_in, item_texts, scale_texts

# How the keys of texts beside the question start, once the reference is out of them.
BESIDE: Final = ("item..help", "item..soft.")


def presentation_changes(old: AskedItem, new: AskedItem) -> Iterator[Reason]:
    """Yield what changed beside the question: help, sound, titles, consent, local names, soft checks and translations."""
    before, now = old.item, new.item
    if before.title != now.title:
        yield reason(Change.TITLE, old=before.title, new=now.title)
    if (before.text.help, before.text.help_easy) != (now.text.help, now.text.help_easy):
        yield reason(Change.HELP_TEXT)
    if before.text.audio != now.text.audio:
        yield reason(Change.AUDIO)
    if (old.page.title, old.page.paper) != (new.page.title, new.page.paper):
        yield reason(Change.PAGE_TEXT)
    if before.consent != now.consent:
        yield reason(Change.CONSENT)
    if _soft_checks(old) != _soft_checks(new):
        yield reason(Change.SOFT_CHECK)
    yield from _param_changes(old, new)
    languages = tuple(_other_translations(old, new))
    if languages:
        yield reason(Change.TRANSLATION, languages=languages)


def _soft_checks(asked: AskedItem) -> list[Any]:
    checks = asked.item.model_dump(mode="json", exclude_none=True)["soft_checks"]
    found: list[Any] = written_out(checks, written_calculations(asked.questionnaire))
    return found


def _param_changes(old: AskedItem, new: AskedItem) -> Iterator[Reason]:
    before, now = old.questionnaire.params, new.questionnaire.params
    for name in sorted(_local_names(old) & _local_names(new)):
        if before[name] != now[name]:
            yield reason(Change.PARAM_VALUE, old=before[name], new=now[name])


def _local_names(asked: AskedItem) -> set[str]:
    easy = (asked.item.text.stem_easy or "") if "easy" in asked.context.registers else ""
    return {*asked.measurement.params, *gaps_in(easy)} - asked.item.pipes.keys()


def _other_translations(old: AskedItem, new: AskedItem) -> Iterator[str]:
    """Yield the languages in which the same Dutch words have another translation."""
    before, now = _measured_texts(old), _measured_texts(new)
    same = [(before[key][0], now[key][0]) for key in before.keys() & now.keys() if before[key][1] == now[key][1]]
    translated, translated_now = old.questionnaire.translations, new.questionnaire.translations
    for language in sorted(translated.keys() & translated_now.keys()):
        was, became = translated[language].texts, translated_now[language].texts
        if any(was[key] != became[key_now] for key, key_now in same):
            yield language


def _measured_texts(asked: AskedItem) -> Mapping[str, tuple[str, str]]:
    """Return the Dutch words of the question and its options by part, each with its key in translations."""
    words = [(asked.item.reference, item_texts([asked.item]))]
    if asked.scale is not None:
        words.append((asked.scale.reference, scale_texts([asked.scale])))
    return {
        part: (key, text)
        for reference, texts in words
        for key, text in texts
        if not (part := key.replace(reference, "", 1)).startswith(BESIDE)
    }
