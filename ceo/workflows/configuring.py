"""Configuring a questionnaire without YAML: what pages call. Each function is one transaction; the parts are in `configuration_...`."""

from __future__ import annotations

from ceo.workflows.configuration_adopting import adopt
from ceo.workflows.configuration_beginning import Beginning, FromConfiguration, FromPublished, FromYaml, OnCore
from ceo.workflows.configuration_changing import (
    Begun,
    Changed,
    NothingToUndo,
    Outcome,
    Overtaken,
    begin,
    change,
    go_back,
    redo,
    remove,
    restore,
    undo,
)
from ceo.workflows.configuration_publishing import (
    Consequences,
    NotSeen,
    Published,
    RoundLine,
    look_ahead,
    publish,
)
from ceo.workflows.configuration_reading import (
    ConfigurationLine,
    OpenConfiguration,
    PublishedLine,
    beginnings,
    history,
    list_configurations,
    list_published,
    open_configuration,
)
from ceo.workflows.configuration_state import Closed, Editing, HistoryLine

__all__ = [
    "Beginning",
    "Begun",
    "Changed",
    "Closed",
    "ConfigurationLine",
    "Consequences",
    "Editing",
    "FromConfiguration",
    "FromPublished",
    "FromYaml",
    "HistoryLine",
    "NotSeen",
    "NothingToUndo",
    "OnCore",
    "OpenConfiguration",
    "Outcome",
    "Overtaken",
    "Published",
    "PublishedLine",
    "RoundLine",
    "adopt",
    "begin",
    "beginnings",
    "change",
    "go_back",
    "history",
    "list_configurations",
    "list_published",
    "look_ahead",
    "open_configuration",
    "publish",
    "redo",
    "remove",
    "restore",
    "undo",
]
