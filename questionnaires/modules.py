"""Modules and extensions: which items are asked, in which order, of whom. Read from YAML and frozen.

A module is national: a locked core, or an optional module that is chosen whole. An extension belongs to one municipality or
region and can only fill the slots and params that the core module offers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

from pydantic import Discriminator, Field, Tag

from questionnaires.definition import Composite, IntegerAnswer, Item, ScaleAnswer, Theme, UsedLibraries, written_kind
from questionnaires.expressions.nodes import Expression
from questionnaires.names import (
    DefinitionId,
    DefinitionReference,
    ItemId,
    ItemReference,
    Language,
    Name,
    Owner,
    ScaleReference,
    VersionNumber,
)
from questionnaires.parts import DefinitionPart, Text
from questionnaires.scales import AnswerScale

Mode: TypeAlias = Literal["web", "paper", "phone"]
Register: TypeAlias = Literal["standard", "easy"]
Act: TypeAlias = Literal["wmo", "jeugdwet", "participatiewet"]


class PageEntry(DefinitionPart):
    """What a client sees at once. Without `show_if` it is always asked; `paper` says who it is for where a form is printed."""

    id: Name
    items: Annotated[tuple[ItemReference, ...], Field(min_length=1)]
    title: Text | None = None
    show_if: Expression | None = None
    when_unknown: Literal["show", "hide"] | None = None
    paper: Text | None = None


class SlotPlace(DefinitionPart):
    """The place of a slot between pages."""

    slot: Name


def _entry_kind(written: object) -> str:
    is_slot = "slot" in written if isinstance(written, Mapping) else isinstance(written, SlotPlace)
    return "slot" if is_slot else "page"


Entry: TypeAlias = Annotated[
    Annotated[PageEntry, Tag("page")] | Annotated[SlotPlace, Tag("slot")], Discriminator(_entry_kind)
]


class Slot(DefinitionPart):
    """What may be added at a place: own items within limits, or whole modules from a list."""

    max_minutes: Annotated[int, Field(ge=1, le=30)]
    max_items: Annotated[int, Field(ge=1, le=50)] | None = None
    types: tuple[Literal["scale", "integer", "date", "text", "narrative"], ...] = ()
    modules: tuple[DefinitionId, ...] = ()


class Param(DefinitionPart):
    """A gap in core texts for a local name. `default` stands there when a municipality gives no other."""

    type: Literal["noun_phrase"]
    max_chars: Annotated[int, Field(ge=1, le=100)]
    default: Text


class Calculation(DefinitionPart):
    """A value that follows from answers; conditions can use it."""

    id: Name
    type: Literal["bool", "int", "decimal", "date"]
    expr: Expression


class SampleVariable(DefinitionPart):
    """Something that the sample says about a client, with the values that it can have."""

    type: Annotated[
        Annotated[ScaleAnswer, Tag("scale")] | Annotated[IntegerAnswer, Tag("integer")], Discriminator(written_kind)
    ]


class Limits(DefinitionPart):
    """How long filling in may take, in minutes."""

    minutes: Annotated[int, Field(ge=1, le=60)] = 10


class Acceptance(DefinitionPart):
    """A warning that the editors accept, with their reason. `about` is in the place or the cause of that warning."""

    code: Annotated[str, Field(pattern=r"^D[0-9]{2}$", examples=["D15"])]
    about: Text
    reason: Text


class Module(DefinitionPart):
    """A national questionnaire as its editors write it."""

    format: Literal["ceo-def/1"]
    kind: Literal["module"]
    id: DefinitionId
    version: VersionNumber
    title: Text
    role: Literal["core", "optional"]
    act: Act | None = None
    uses: UsedLibraries
    languages: tuple[Language, ...] = ("nl",)
    registers: tuple[Register, ...] = ("standard",)
    modes: tuple[Mode, ...] = ("web",)
    limits: Limits = Limits()
    params: dict[Name, Param] = Field(default_factory=dict)
    sample: dict[Name, SampleVariable] = Field(default_factory=dict)
    pages: Annotated[tuple[Entry, ...], Field(min_length=1)]
    slots: dict[Name, Slot] = Field(default_factory=dict)
    calculations: dict[Name, Calculation] = Field(default_factory=dict, max_length=100)
    themes: dict[Theme, tuple[ItemId, ...]] = Field(default_factory=dict)
    composites: tuple[ScaleReference, ...] = ()
    breakdowns: tuple[ItemId, ...] = ()
    accepted: tuple[Acceptance, ...] = ()
    changes: tuple[Text, ...] = ()

    @property
    def reference(self) -> str:
        """How others point at this version: `id@version`."""
        return f"{self.id}@{self.version}"

    @property
    def page_entries(self) -> tuple[PageEntry, ...]:
        """The pages, without the places of slots."""
        return tuple(entry for entry in self.pages if isinstance(entry, PageEntry))


class Extension(DefinitionPart):
    """What a municipality or region adds to a core module.

    `includes` are extensions of a region whose items come first; `modules` are optional modules by slot.
    """

    format: Literal["ceo-def/1"]
    kind: Literal["extension"]
    id: DefinitionId
    owner: Owner
    version: VersionNumber
    title: Text
    extends: DefinitionReference
    includes: tuple[DefinitionReference, ...] = ()
    modules: dict[Name, tuple[DefinitionReference, ...]] = Field(default_factory=dict)
    params: dict[Name, Text] = Field(default_factory=dict)
    scales: dict[str, AnswerScale] = Field(default_factory=dict)
    items: dict[str, Item] = Field(default_factory=dict)
    composites: dict[str, Composite] = Field(default_factory=dict)
    slots: dict[Name, tuple[PageEntry, ...]] = Field(default_factory=dict)
    languages: tuple[Language, ...] | None = None
    breakdowns: tuple[ItemId, ...] = ()
    accepted: tuple[Acceptance, ...] = ()
    changes: tuple[Text, ...] = ()

    @property
    def reference(self) -> str:
        """How others point at this version: `id@version`."""
        return f"{self.id}@{self.version}"

    @property
    def page_entries(self) -> tuple[PageEntry, ...]:
        """The pages of all slots."""
        return tuple(page for pages in self.slots.values() for page in pages)
