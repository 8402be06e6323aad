"""On which day a meeting sits, when its papers close, and by when its date is set: what every meeting shares.

Source: domain 3.5 G2 and A31: a meeting sits inside its span (for most a month of the framework), on a
working day, and papers close some working days before. Days on which the council's offices are closed
give no time for papers. Settled there too: once no day of the span is left, any later one is better
than none, and the meeting is overdue.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from qa_workflow.engine.definition import Facts, Guard, Refusal, guard
from qa_workflow.engine.derivation import in_words
from qa_workflow.engine.working_days import WorkingCalendar
from qa_workflow.errors import BeyondCalendar

# AD People hears ten working days after a missed date; a sitting found then still leaves time for papers.
LADDER_WORKING_DAYS = 10
SETTLE_WORKING_DAYS = 2  # the least that is left for setting a date, as for assigning an owner


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingDays:
    """How a kind of meeting is dated: how long before it papers close, who sets the date, what its span is called.

    Its guards read the working days as `calendar` among what was gathered, the span as `opens_on` in
    the data and the instance's own date, and the day that is asked for as `sits_on` of what was sent.
    """

    papers_working_days: int
    organiser: str
    chair: str
    span: str = "period"

    # -------------------------------------------------------------- the days
    def papers_day(self, sits_on: date, calendar: WorkingCalendar) -> date:
        """Return the last day on which papers reach the meeting that sits on *sits_on*.

        Raises:
            BeyondCalendar: it lies in a year whose bank holidays are not known.
        """
        return calendar.add(sits_on, -self.papers_working_days, closures=True)

    def schedule_by(self, due_on: date, since: date, calendar: WorkingCalendar) -> str | None:
        """Return by when the date is set (ISO), so that the span is not lost unheard; None beyond the calendar.

        When AD People is told that it was not, there is still a day by *due_on* that leaves time for
        the papers. Never sooner than two working days from *since*.
        """
        with suppress(BeyondCalendar):
            last = calendar.on_or_before(due_on, closures=True)
            wanted = self.papers_working_days + LADDER_WORKING_DAYS
            by = calendar.add(last, -wanted, closures=True)
            return max(by, calendar.add(since, SETTLE_WORKING_DAYS, closures=True)).isoformat()
        return None

    def _earliest(self, facts: Facts, calendar: WorkingCalendar) -> date:
        """Return the first working day that leaves time for the papers, counted from today."""
        today = calendar.on_or_after(facts.today, closures=True)
        return calendar.add(today, self.papers_working_days, closures=True)

    def _window(self, facts: Facts, calendar: WorkingCalendar) -> tuple[date, date, date | None]:
        """Return where the span begins, the first day that can be, and the last; no last once the span is lost.

        A span without any working day begins on the last one before it.
        """
        opens = date.fromisoformat(facts.instance.data["opens_on"])
        last, earliest = facts.instance.due_on, self._earliest(facts, calendar)
        works_from = calendar.on_or_after(opens, closures=True)
        if last is not None:
            works_from = min(works_from, calendar.on_or_before(last, closures=True))
        first = max(works_from, earliest)
        if last is None or first > last:
            return opens, earliest, None
        return min(opens, works_from), first, last

    # -------------------------------------------------------------- what must hold
    def date_guards(self) -> tuple[Guard, ...]:
        """Return what must hold of a day that is set: a known working day, in the span, with time for papers."""
        return (self._working_day(), self._in_its_span(), self._time_for_papers())

    def _working_day(self) -> Guard:
        @guard("evidence")
        def sitting_is_on_a_known_working_day(facts: Facts, evidence: Any) -> Refusal | None:  # noqa: ANN401 - any Asks with sits_on
            """The meeting sits on a working day, in a year whose bank holidays are known."""
            calendar: WorkingCalendar = facts.gathered["calendar"]
            try:
                why_not = calendar.why_not(evidence.sits_on, closures=True)
                self.papers_day(evidence.sits_on, calendar)
                self._earliest(facts, calendar)
            except BeyondCalendar as exc:
                return Refusal(why=str(exc), who="whoever runs the system")
            if why_not is None:
                return None
            return Refusal(
                why=f"{in_words(evidence.sits_on)} is no working day: {why_not}.",
                who=self.organiser,
                from_on=calendar.on_or_after(evidence.sits_on, closures=True),
            )

        return sitting_is_on_a_known_working_day

    def _in_its_span(self) -> Guard:
        def sitting_is_in_its_span(facts: Facts, evidence: Any) -> Refusal | None:  # noqa: ANN401 - any Asks with sits_on
            """The meeting sits in the span that the framework, or whoever asked for it, gives it."""
            try:
                begins, first, last = self._window(facts, facts.gathered["calendar"])
            except BeyondCalendar:
                return None  # told by the guard above
            if last is None or begins <= evidence.sits_on <= last:
                return None
            return Refusal(
                why=(
                    f"{in_words(evidence.sits_on)} does not lie in the meeting's {self.span}, "
                    f"which ends on {in_words(last)}."
                ),
                who=self.organiser,
                from_on=first,
            )

        return Guard(
            f"sitting_is_in_its_{self.span}",
            sitting_is_in_its_span,
            frozenset({"facts", "evidence"}),
        )

    def _time_for_papers(self) -> Guard:
        @guard("evidence")
        def papers_have_time_to_come(facts: Facts, evidence: Any) -> Refusal | None:  # noqa: ANN401 - any Asks with sits_on
            """Whoever has something to bring has the agreed working days for it."""
            calendar: WorkingCalendar = facts.gathered["calendar"]
            try:
                closes_on = self.papers_day(evidence.sits_on, calendar)
                if closes_on >= facts.today:
                    return None
                _, first, _ = self._window(facts, calendar)
            except BeyondCalendar:
                return None  # told by the guard above
            day = in_words(evidence.sits_on)
            return Refusal(
                why=f"Papers for {day} would have closed on {in_words(closes_on)}.",
                who=self.organiser,
                from_on=first,
            )

        return papers_have_time_to_come

    def papers_day_guard(self) -> Guard:
        """Return the guard by which the agenda waits for the papers."""

        @guard()
        def papers_day_has_come(facts: Facts, _evidence: Any) -> Refusal | None:  # noqa: ANN401 - any Asks
            """The agenda waits for the papers: it is set on the day they close, or after it."""
            papers_on = date.fromisoformat(facts.instance.data["papers_on"])
            if facts.today >= papers_on:
                return None
            return Refusal(
                why=f"Papers come in until {in_words(papers_on)}.",
                who=self.organiser,
                from_on=papers_on,
            )

        return papers_day_has_come

    def sitting_day_guard(self) -> Guard:
        """Return the guard by which nothing that happens at the meeting is told before its day."""

        @guard()
        def sitting_day_has_come(facts: Facts, _evidence: Any) -> Refusal | None:  # noqa: ANN401 - any Asks
            """A meeting was not held before its day."""
            sits_on = date.fromisoformat(facts.instance.data["sits_on"])
            if facts.today >= sits_on:
                return None
            return Refusal(
                why=f"The meeting sits on {in_words(sits_on)}.", who=self.chair, from_on=sits_on
            )

        return sitting_day_has_come
