"""Language states: how far each language of a configuration has come, and each of its own texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from questionnaires.checks.translations import CONCEPT
from questionnaires.configuring.assembled import Assembled
from questionnaires.configuring.documents import Document
from questionnaires.configuring.remarks import Spot, SpotKind
from questionnaires.names import id_of
from questionnaires.resolving import Assembly, text_homes, translation_states
from questionnaires.texts import Status, gaps_in, hash_text, source_texts
from questionnaires.translating import TextHome, TranslationState
from questionnaires.wording import questionnaire_texts

TextState: TypeAlias = Literal["missing", "stale", "draft", "approved"]


@dataclass(frozen=True, slots=True)
class LanguageState:
    """How far a language has come, as numbers of texts; `own` are those that this municipality can translate itself.

    A language is `complete` when it can be offered: nothing missing, stale, or with other gaps. `draft` counts what nobody approved.
    """

    language: str
    texts: int
    missing: int
    stale: int
    draft: int
    unequal: int
    own_texts: int
    own_missing: int
    own_stale: int
    own_draft: int
    own_unequal: int

    @property
    def complete(self) -> bool:
        """Whether it can be offered."""
        return not (self.missing or self.stale or self.unequal)


@dataclass(frozen=True, slots=True)
class OwnText:
    """A text of the municipality beside its translation ("" when there is none); `gaps` must stand in both."""

    key: str
    spot: Spot
    source: str
    text: str
    state: TextState
    status: str
    gaps: tuple[str, ...]


def language_states(assembled: Assembled) -> Iterator[LanguageState]:
    """Yield how far each language that is asked for has come; none while the parts are no whole."""
    assembly, questionnaire = assembled.assembly, assembled.questionnaire
    if questionnaire is None or not isinstance(assembly, Assembly):
        return
    homes, total = text_homes(assembly), questionnaire_texts(questionnaire)
    own = {key for key in total if homes[key].of == assembled.document.reference}
    for state in translation_states(assembly, questionnaire, assembled.definitions):
        draft = {key for key in state.texts if _status(assembled, homes[key], state.language) in CONCEPT}
        yield _counted(state, draft, total, own)


def own_texts(assembled: Assembled, language: str) -> tuple[OwnText, ...]:
    """Return the municipality's own texts beside their translations in a language."""
    document = assembled.document
    entries = document.texts.get(language, {})
    return tuple(
        OwnText(
            key=key,
            spot=_spot_of(key, document),
            source=source,
            text=entries.get(key, {}).get("text", ""),
            state=_state_of(entries.get(key), source),
            status=entries.get(key, {}).get("status", ""),
            gaps=gaps_in(source),
        )
        for key, source in source_texts(document.extension).items()
    )


def _counted(state: TranslationState, draft: set[str], total: Mapping[str, str], own: set[str]) -> LanguageState:
    kinds = {"missing": state.missing, "stale": state.stale, "draft": draft, "unequal": state.unequal}
    counts = {name: len(keys) for name, keys in kinds.items()}
    own_counts = {f"own_{name}": len(own.intersection(keys)) for name, keys in kinds.items()}
    return LanguageState(language=state.language, texts=len(total), own_texts=len(own), **counts, **own_counts)


def _status(assembled: Assembled, home: TextHome, language: str) -> Status:
    source = assembled.definitions.translations(home.of, language)
    assert source is not None, "the translation was read from it"
    return source.content.status_of(home.key)


def _state_of(entry: Mapping[str, str] | None, source: str) -> TextState:
    if entry is None:
        return "missing"
    if entry["source_hash"] != hash_text(source):
        return "stale"
    return "draft" if Status(entry["status"]) in CONCEPT else "approved"


def _spot_of(key: str, document: Document) -> Spot:
    """Return the part of the configuration that a text belongs to."""
    what, _, rest = key.partition(".")
    if what == "item":
        reference = next(name for name in document.extension.items if rest.startswith(f"{name}."))
        return Spot(SpotKind.QUESTION, id_of(reference), rest.removeprefix(f"{reference}.").replace(".easy", "_easy"))
    if what == "scale":
        reference = next(name for name in document.extension.scales if rest.startswith(f"{name}."))
        return Spot(SpotKind.SCALE, id_of(reference), rest.removeprefix(f"{reference}."))
    if what == "page":
        return Spot(SpotKind.PAGE, rest.removesuffix(".title"), "page_title")
    return Spot(SpotKind.PARAM, rest) if what == "param" else Spot(SpotKind.TITLE)
