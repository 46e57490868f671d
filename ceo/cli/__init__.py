"""The command `ceo`. Each command reads its input, calls a workflow, and says what happened.

Everything heavy is imported inside the command that needs it, so that `ceo --help` answers at once.
"""

from __future__ import annotations

import click

from ceo.cli.agenda import agenda
from ceo.cli.api_keys import api_key
from ceo.cli.areas import areas
from ceo.cli.auditing import audit
from ceo.cli.authoring import questionnaire, texts
from ceo.cli.backing_up import backup, restore
from ceo.cli.comparing import diff
from ceo.cli.defining import check, publish, withdraw
from ceo.cli.delivering import deliver
from ceo.cli.figures import analyse, report
from ceo.cli.keys import keys
from ceo.cli.maintaining import maintenance
from ceo.cli.microdata import microdata
from ceo.cli.people import user
from ceo.cli.rehearsing import rehearse
from ceo.cli.release_files import export, reports
from ceo.cli.releasing import release
from ceo.cli.retaining import retention
from ceo.cli.serving import demo, migrate, serve
from ceo.cli.setting import show_settings
from ceo.cli.showing import show
from ceo.cli.styling import style
from ceo.cli.upkeep import upkeep
from ceo.cli.verifying import verify
from ceo.cli.walking import walk
from ceo.cli.working import jobs, worker


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="ceo-survey", prog_name="ceo", message="%(prog)s %(version)s")
def main() -> None:
    """Cliëntervaringsonderzoek voor gemeenten: vragen, wegen, vergelijken, rapporteren."""


for _command in (
    demo,
    serve,
    worker,
    jobs,
    migrate,
    upkeep,
    retention,
    backup,
    restore,
    keys,
    maintenance,
    show_settings,
    user,
    audit,
    areas,
    agenda,
    check,
    publish,
    withdraw,
    diff,
    show,
    walk,
    rehearse,
    questionnaire,
    texts,
    analyse,
    report,
    release,
    verify,
    microdata,
    api_key,
    style,
):
    main.add_command(_command)

for _command in (export, deliver, reports, verify):
    release.add_command(_command)
