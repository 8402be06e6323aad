"""The story of the synthetic council, day by day: lists come in, the daemon passes, officers act."""

import random
from datetime import date, timedelta
from pathlib import Path

from qa_workflow.demo.files import Files
from qa_workflow.demo.officers import Officers, morning
from qa_workflow.demo.plans import PlanOfficers
from qa_workflow.demo.providers import ProviderOfficers
from qa_workflow.demo.quality import QualityOfficers
from qa_workflow.demo.send import SendOfficers
from qa_workflow.errors import QAWorkflowError
from qa_workflow.service import enquiries
from qa_workflow.service.changes import Pull, fire_trigger
from qa_workflow.service.context import Context
from qa_workflow.service.enquiries import Wanted
from qa_workflow.service.passes import one_pass

SEED = 13
OFFICERS_ACT_ON = (0, 2, 4)  # Monday, Wednesday, Friday
IMPORTED_ON_DAY = 15


class Story:
    """Some two dozen people, thirty cases, five providers and twelve plans.

    Most act in time. Charlie audits slowly, Toni answers seldom, Frances forgets her actions, and one
    case of each kind is left lying, so that `stuck` has something to say.
    """

    def __init__(self, ctx: Context, folder: Path) -> None:
        self.ctx = ctx
        self.files = Files(ctx, random.Random(SEED), folder)  # noqa: S311 - a story, not a secret
        kinds = (QualityOfficers, SendOfficers, PlanOfficers, ProviderOfficers)
        self.officers: list[Officers] = [
            kind(ctx, random.Random(f"{SEED}:{kind.__name__}"))  # noqa: S311 - the same
            for kind in kinds
        ]

    def live(self, day: date) -> None:
        """Live one day: the list is imported in the middle of the month, the daemon passes, officers act."""
        now = morning(day)
        if not self.files.cases:
            self.files.first_import(day, now)
        elif day.day == IMPORTED_ON_DAY:
            self.files.change_caseload(day)
            self.files.import_cases(now)
        acting = day.weekday() in OFFICERS_ACT_ON
        if acting or day.day == 1:
            one_pass(self.ctx, now)
        if acting:
            self._officers(day)

    def _officers(self, day: date) -> None:
        now = morning(day) + timedelta(hours=1)
        placed = self.files.placed()
        for group in self.officers:
            group.today, group.placed = day, placed
            group.begin(now)
        acts = 0
        for view in enquiries.list_instances(self.ctx, Wanted(), now=now):
            found = next((act for one in self.officers if (act := one.act(view))), None)
            if found is None:
                continue
            acts += 1
            trigger, actor, data = found
            pull = Pull(reference=view["reference"], trigger=trigger, actor=actor, data=data)
            try:
                fire_trigger(self.ctx, pull, now=now + timedelta(minutes=acts))
            except QAWorkflowError:
                continue  # refused, as it happens to people: the history tells why
