"""The command that shows the settings of this installation, and where each of them came from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import click

from ceo.cli.inputs import given_settings
from ceo.setting_list import SETTINGS, Setting
from ceo.settings import Settings
from ceo.terminal import OUT, table_of

# What counts, also where nothing was given.
_SHOWN: Final[Mapping[str, Callable[[Settings], str]]] = {
    "CEO_DATA": lambda settings: str(settings.data_folder),
    "CEO_BASE_URL": lambda settings: settings.base_url,
    "CEO_TRUSTED_PROXIES": lambda settings: ", ".join(settings.trusted_proxies),
    "CEO_MAIL_FROM": lambda settings: settings.mail.sender if settings.mail else "",
    "CEO_MAIL_PER_MINUTE": lambda settings: str(settings.mail_per_minute),
    "CEO_LOG": lambda settings: settings.logs_as,
    "CEO_LOG_LEVEL": lambda settings: settings.logs_from,
    "CEO_METRICS_NETWORKS": lambda settings: ", ".join(settings.metrics_networks),
}


@click.command("settings")
def show_settings() -> None:
    """Toon de instellingen, en waar zij vandaan komen. Geheimen worden niet getoond."""
    settings = given_settings()
    rows = [
        (setting.name, _value(setting, settings), _source(setting, settings), setting.meaning) for setting in SETTINGS
    ]
    OUT.print(table_of("Instellingen", ("instelling", "waarde", "komt uit", "betekenis"), rows, names=4))


def _value(setting: Setting, settings: Settings) -> str:
    if setting.secret:
        return "gegeven" if setting.name in settings.given else "niet gegeven"
    return _SHOWN[setting.name](settings) or "geen"


def _source(setting: Setting, settings: Settings) -> str:
    given = settings.given.get(setting.name)
    return given.source if given else "standaard"
