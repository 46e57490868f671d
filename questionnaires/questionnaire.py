"""The questionnaire: a core module with everything that it uses and everything that was added to it.

Self-contained, so that its content can be sealed and opened anywhere. Make one with `loading.load_questionnaire`: the
checks have passed then, and look-ups of known ids cannot fail.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from questionnaires.compiling import Routes, compile_routes
from questionnaires.definition import Composite, Concept, Item, ScaleAnswer, Theme
from questionnaires.expressions.nodes import Expression
from questionnaires.modules import Act, Calculation, Mode, Register, SampleVariable
from questionnaires.names import DefinitionId, DefinitionReference, ItemId, Language, Name, PageId, VersionNumber
from questionnaires.parts import DefinitionPart, Text
from questionnaires.scales import AnswerScale
from questionnaires.texts import Status, TextKey
from questionnaires.wording import Wording, find_wording


class Page(DefinitionPart):
    """What a client sees at once. `part` is the module or extension that it comes from."""

    id: PageId
    part: DefinitionReference
    items: Annotated[tuple[ItemId, ...], Field(min_length=1)]
    title: Text | None = None
    show_if: Expression | None = None
    when_unknown: Literal["show", "hide"] | None = None
    paper: Text | None = None


class Translation(DefinitionPart):
    """All texts of a questionnaire in one language. `status` is the least of the statuses of its texts."""

    status: Status
    texts: dict[TextKey, Text]


class Questionnaire(DefinitionPart):
    """What is asked: pages of items, the routes between them, and all texts.

    `parts` are the definitions that it was made of, the core module first; `params` the local names that stand in its texts.
    """

    format: Literal["ceo-def/1"] = "ceo-def/1"
    kind: Literal["questionnaire"] = "questionnaire"
    id: DefinitionId
    version: VersionNumber
    title: Text
    act: Act | None = None
    language: Literal["nl"] = "nl"
    parts: tuple[DefinitionReference, ...]
    registers: tuple[Register, ...] = ("standard",)
    modes: tuple[Mode, ...] = ("web",)
    params: dict[Name, Text] = Field(default_factory=dict)
    sample: dict[Name, SampleVariable] = Field(default_factory=dict)
    concepts: tuple[Concept, ...]
    scales: tuple[AnswerScale, ...]
    items: tuple[Item, ...]
    pages: tuple[Page, ...]
    calculations: tuple[Calculation, ...] = ()
    themes: dict[Theme, tuple[ItemId, ...]] = Field(default_factory=dict)
    composites: tuple[Composite, ...] = ()
    breakdowns: tuple[ItemId, ...] = ()
    translations: dict[Language, Translation] = Field(default_factory=dict)

    @property
    def reference(self) -> str:
        """How people point at this version: `id@version`."""
        return f"{self.id}@{self.version}"

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages in which it can be filled in, the source language first."""
        return (self.language, *sorted(self.translations))

    @cached_property
    def items_by_id(self) -> Mapping[str, Item]:
        """Every item by its id."""
        return {item.id: item for item in self.items}

    @cached_property
    def pages_by_id(self) -> Mapping[str, Page]:
        """Every page by its id."""
        return {page.id: page for page in self.pages}

    @cached_property
    def scales_by_reference(self) -> Mapping[str, AnswerScale]:
        """Every scale by its reference, such as `eens5@1`."""
        return {scale.reference: scale for scale in self.scales}

    @cached_property
    def routes(self) -> Routes:
        """The compiled form, built once."""
        return compile_routes(self)

    @cached_property
    def wordings(self) -> dict[tuple[str, str], Wording]:
        """The wordings found so far, by language and register."""
        return {}

    def wording(self, language: str = "nl", register: str = "standard") -> Wording:
        """Return the texts in a language and register, found once. A language that is not offered is our bug."""
        found = self.wordings.get((language, register))
        if found is None:
            found = self.wordings[language, register] = find_wording(self, language, register)
        return found

    def item(self, item_id: str) -> Item:
        """Return an item; an unknown id is our bug."""
        return self.items_by_id[item_id]

    def page(self, page_id: str) -> Page:
        """Return a page; an unknown id is our bug."""
        return self.pages_by_id[page_id]

    def scale_of(self, item: Item) -> AnswerScale | None:
        """Return the scale of an item, None when it asks for a number, a day or words."""
        return self.scales_by_reference[item.type.scale] if isinstance(item.type, ScaleAnswer) else None
