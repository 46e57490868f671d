"""Configuring a questionnaire without YAML: what pages call. Each function is one transaction; the parts are the modules beside it."""

from __future__ import annotations

from ceo.workflows.configuring.adopting import adopt
from ceo.workflows.configuring.beginning import Beginning, FromConfiguration, FromPublished, FromYaml, OnCore
from ceo.workflows.configuring.changing import (
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
from ceo.workflows.configuring.publishing import (
    Consequences,
    NotSeen,
    Published,
    RoundLine,
    look_ahead,
    publish,
)
from ceo.workflows.configuring.reading import (
    ConfigurationLine,
    OpenConfiguration,
    PublishedLine,
    beginnings,
    history,
    list_configurations,
    list_published,
    open_configuration,
)
from ceo.workflows.configuring.state import Closed, Editing, HistoryLine

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
