"""The command `ceo`. Each command reads its input, calls a workflow, and says what happened.

Everything heavy is imported inside the command that needs it, so that `ceo --help` answers at once.
"""

from __future__ import annotations

import click

from ceo.cli.auditing import audit
from ceo.cli.authoring import questionnaire, texts
from ceo.cli.backing_up import backup, restore
from ceo.cli.comparing import diff
from ceo.cli.defining import check, publish, withdraw
from ceo.cli.figures import analyse, report
from ceo.cli.keys import keys
from ceo.cli.maintaining import maintenance
from ceo.cli.people import user
from ceo.cli.rehearsing import rehearse
from ceo.cli.releasing import release, verify
from ceo.cli.retaining import retention
from ceo.cli.serving import demo, migrate, serve
from ceo.cli.setting import show_settings
from ceo.cli.showing import show
from ceo.cli.styling import style
from ceo.cli.upkeep import upkeep
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
    style,
):
    main.add_command(_command)
