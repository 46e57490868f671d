"""Municipalities that published questionnaires of their own, for the question bank and the national library."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from ceo.storage.database import Database
from ceo.workflows.publish import publish_questionnaire
from questionnaires.loading import load_questionnaire
from questionnaires.publishing import PublishedVersion
from questionnaires.questionnaire import Questionnaire
from questionnaires.sources import shipped_definitions

NOW: Final = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
_EXAMPLE: Final = shipped_definitions()["voorbeelden/voorbeeld-gm0344-1.yaml"]


def extension_of(
    municipality: str, *, version: int = 1, core: str = "nl.ceo.wmo@2", stem: str = "", changed: bool = False
) -> str:
    """Return the extension of a municipality in Dutch with two questions of its own: BUU01 (agree or not) and WIJ01 (part of town).

    `changed`: BUU01 stands in it as version 2, with these words.
    """
    owner = municipality.lower()
    text = (
        _EXAMPLE.replace("gm0344", owner)
        .replace("nl.ceo.wmo@2", core)
        .replace("languages: [nl, en, tr, ar, pl, uk]", "languages: [nl]")
    )
    text = text.replace('modules: {landelijk: ["nl.ceo.mantelzorg@1"]}\n', "").replace(
        "version: 1", f"version: {version}"
    )
    before, _, _ = text.partition("accepted:")
    words = 'stem: "Ik kan het buurtteam makkelijk bereiken."'
    before = before.replace(words, f'stem: "{stem}"') if stem else before
    return before.replace(f"{owner}.BUU01@1", f"{owner}.BUU01@2") if changed else before


def questionnaire_of(extension: str) -> Questionnaire:
    """Return the questionnaire that an extension makes."""
    loaded = load_questionnaire({"eigen.yaml": extension})
    assert isinstance(loaded, Questionnaire), [str(problem) for problem in loaded]
    return loaded


async def publish_extension(database: Database, extension: str) -> PublishedVersion:
    """Publish the questionnaire that an extension makes."""
    return await publish_questionnaire(database, questionnaire_of(extension), now=NOW)
