"""Wording: the texts that a client reads, in one language and register, with local names and earlier answers in their gaps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from questionnaires.answers import Answers
from questionnaires.definition import IntegerAnswer, Item
from questionnaires.scales import AnswerScale
from questionnaires.texts import EASY, direction_of, fill_gaps, item_texts, scale_texts

if TYPE_CHECKING:
    from questionnaires.questionnaire import Questionnaire


@dataclass(frozen=True, slots=True)
class Wording:
    """The texts of a questionnaire by key, easy ones in place of standard ones where the register asks for them.

    `scales` gives the scale of each item that has one, for earlier answers inside texts.
    """

    language: str
    register: str
    direction: Literal["ltr", "rtl"]
    texts: Mapping[str, str]
    scales: Mapping[str, AnswerScale]

    @property
    def title(self) -> str:
        """The title of the questionnaire."""
        return self.texts["title"]

    def page_title(self, page_id: str) -> str:
        """Return the title of a page, "" when it has none."""
        return self.texts.get(f"page.{page_id}.title", "")

    def stem(self, item: Item, environment: Answers) -> str:
        """Return the question itself. `environment` holds the answers on the path, for gaps."""
        return self._filled(f"item.{item.reference}.stem", item, environment)

    def explanation(self, item: Item, environment: Answers) -> str:
        """Return the explanation below a question, "" when it has none."""
        return self._filled(f"item.{item.reference}.help", item, environment)

    def question_about(self, item: Item, soft_check: str, environment: Answers) -> str:
        """Return what a soft check asks."""
        return self._filled(f"item.{item.reference}.soft.{soft_check}", item, environment)

    def unit(self, item: Item) -> str:
        """Return the unit of a number, "" for other answers."""
        return self.texts[f"item.{item.reference}.unit"] if isinstance(item.type, IntegerAnswer) else ""

    def label(self, scale: AnswerScale, code: str) -> str:
        """Return the text of an answer option."""
        return self.texts[f"scale.{scale.reference}.{code}"]

    def _filled(self, key: str, item: Item, environment: Answers) -> str:
        text = self.texts.get(key, "")
        return (
            fill_gaps(text, {name: self._piped(item, name, environment) for name in item.pipes}) if item.pipes else text
        )

    def _piped(self, item: Item, name: str, environment: Answers) -> str:
        """Return an earlier answer as it reads inside a sentence, or the fallback when it is unknown."""
        source = item.pipes[name].answer
        answer = environment.get(source)
        if answer is None or answer.value is None:
            return self.texts[f"item.{item.reference}.pipe.{name}"]
        scale = self.scales.get(source)
        return str(answer.value) if scale is None else self.texts[f"scale.{scale.reference}.{answer.value}.inline"]


def questionnaire_texts(questionnaire: Questionnaire) -> dict[str, str]:
    """Return the Dutch texts of a questionnaire that clients read, by key."""
    pages = {f"page.{page.id}.title": page.title for page in questionnaire.pages if page.title is not None}
    params = {f"param.{name}": value for name, value in questionnaire.params.items()}
    items, scales = item_texts(questionnaire.items), scale_texts(questionnaire.scales)
    return {"title": questionnaire.title, **pages, **params, **dict(items), **dict(scales)}


def find_wording(questionnaire: Questionnaire, language: str, register: str) -> Wording:
    """Return the texts in a language and register. Where there is no easy text, the standard one stands."""
    source = language == questionnaire.language
    texts = questionnaire_texts(questionnaire) if source else questionnaire.translations[language].texts
    params = {key.removeprefix("param."): text for key, text in texts.items() if key.startswith("param.")}
    easy = register == "easy"
    chosen = {
        key: fill_gaps((texts.get(key + EASY) if easy else None) or text, params)
        for key, text in texts.items()
        # A code may be called easy: what ends so is an easy text only when there is a standard one.
        if not (key.endswith(EASY) and key.removesuffix(EASY) in texts)
    }
    scales = {item.id: scale for item in questionnaire.items if (scale := questionnaire.scale_of(item)) is not None}
    return Wording(language, register, direction_of(language), chosen, scales)
