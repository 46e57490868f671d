"""`ceo worker` with the work of the tests, which looks for jobs more often and believes sooner that another worker is gone."""

import os
import signal
import sys
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any, cast

from counted_work import KIND, count, count_one

from ceo.cli import main
from ceo.workflows.jobs import worker
from ceo.workflows.jobs.kinds import WORK
from ceo.workflows.jobs.working import Working


async def count_or_fall(working: Working) -> Mapping[str, Any]:
    """Do the effects of a job. One that `falls` kills its worker after the first of them, once."""
    fell = working.settings.data_folder / working.job_id
    if working.payload.get("falls") and not fell.exists():
        await count_one(working)
        fell.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return await count(working)


if __name__ == "__main__":
    cast("dict[str, str]", WORK)[KIND] = "journeys.counting_worker:count_or_fall"
    worker.work = partial(worker.work, pace=worker.Pace(polls_every=0.05, lease=timedelta(seconds=1)))
    main(["worker", *sys.argv[1:]])
