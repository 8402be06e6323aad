"""Every sentence of the framework that can be read in two ways: how it is read here, and where that is changed.

Source: the ambiguities A1 to A41 of the framework (domain section 2), each with its default. The rule for
them all: one schedule that satisfies both statements, where there is one; else the dated timeline sets the
deadline and the narrative sets the window.
"""

from collections.abc import Iterator
from dataclasses import dataclass

# The kinds of places: a key of `[choices]`, the `[[activity]]` of that code, a table of the framework
# file in its brackets, or "fixed" with the reason why no council has another reading.
CHOICE, LINE, FIXED = "choice", "line", "fixed"


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """One of them: its number, how it is read by default, and the places where a council changes that.

    A place is "choice: <key>", "line: <code>", "[table]" or "[[table]]", or "fixed: <why>".
    """

    number: str
    default: str
    where: tuple[str, ...]

    def named(self, kind: str) -> Iterator[str]:
        """Yield what its places of *kind* name: the keys of the choices, the codes of the lines."""
        for place in self.where:
            found, _, name = place.partition(": ")
            if found == kind:
                yield name


AMBIGUITIES: tuple[Ambiguity, ...] = (
    Ambiguity(
        "A1",
        "An audit round opens on 1 October or 1 April and is due on 30 November or 31 May.",
        ("line: CFA",),
    ),
    Ambiguity(
        "A2",
        "Recommendations are signed off by 31 January and 31 July, at a meeting held by the end of the month "
        "before; what it leaves unsigned goes to a second sitting in that month.",
        ("choice: follow_up_months", "line: GTO"),
    ),
    Ambiguity(
        "A3",
        "A spring round takes every open case without a completed audit of the autumn round.",
        ("choice: spring_takes",),
    ),
    Ambiguity(
        "A4",
        "An autumn round samples half of the open cases, rounded up, by a draw whose seed is kept; siblings "
        "are not kept together, since the lists do not say who are siblings.",
        ("choice: sample_percent", "choice: sample_by_plan_type"),
    ),
    Ambiguity(
        "A5",
        "A spring round uses the methodology of the autumn round, unless AD People overrides with a reason.",
        ("choice: same_methodology",),
    ),
    Ambiguity(
        "A6",
        "Every case open to the team may be sampled, early help included.",
        ("choice: audited_plan_types",),
    ),
    Ambiguity(
        "A7",
        "An auditor is neither the case's practitioner, nor their manager or supervisor, nor its IRO.",
        ("choice: independent_of",),
    ),
    Ambiguity(
        "A8",
        "An audit ends with feedback to the practitioner; what child and family say may be recorded with it.",
        ("choice: family_feedback_required",),
    ),
    Ambiguity(
        "A9",
        "Multi-agency audits are held twice a year, in January and September.",
        ("line: MAA",),
    ),
    Ambiguity(
        "A10",
        "Getting to Outstanding signs off recommendations; the Moving to Excellence Board scrutinises audit "
        "reports and plans.",
        ("choice: scrutiny_months", "line: MEB", "[bodies]"),
    ),
    Ambiguity(
        "A11",
        "A plan awaits scrutiny until the end of the next month in which the board sits.",
        ("choice: scrutiny_months", "line: MEB", "line: SIP"),
    ),
    Ambiguity(
        "A12",
        "All spellings of the Assistant Director mean one role, ad_people, which may be delegated.",
        ("[roles]",),
    ),
    Ambiguity(
        "A13",
        "Each body and post that is not defined is a role or a body of its own; a senior manager chairs the "
        "Top three meeting.",
        ("[roles]", "[bodies]"),
    ),
    Ambiguity(
        "A14",
        "The Top three meeting sits every month and takes at most three blocked cases.",
        ("choice: top_three_size", "line: TOP3"),
    ),
    Ambiguity(
        "A15",
        "PEPs have a checkpoint in each of four months, on term days, and each child a review in every term.",
        ("line: PEP", "[[term]]"),
    ),
    Ambiguity(
        "A16",
        "The Virtual Head's annual report is due on 30 June, the interim one on 31 December.",
        ("line: VHR", "line: VHRI"),
    ),
    Ambiguity(
        "A17",
        "The IRO report of August covers the last year from 1 April to 31 March.",
        ("line: IRO", "[[process]]"),
    ),
    Ambiguity(
        "A18",
        "Group supervision is held from June to December, as the timeline says.",
        ("line: GSUP",),
    ),
    Ambiguity(
        "A19",
        "Observation is counted for each tier every month, and everybody is observed once a year at the least.",
        ("choice: observations_per_person", "line: OBS"),
    ),
    Ambiguity(
        "A20",
        "The SEND Panel sits monthly; an item's date in law does not wait for it, and is decided out of cycle.",
        ("line: SENDP", "choice: panel_decides"),
    ),
    Ambiguity(
        "A21",
        "The transition to adult services begins on 1 September of Year 9.",
        ("choice: transition_from_year",),
    ),
    Ambiguity(
        "A22",
        "Home education is one report with two sections, in both of which a child may stand.",
        ("line: EHE", "[[process]]"),
    ),
    Ambiguity(
        "A23",
        "The weekly update and the monthly report both run; the weekly one is due on Friday, or on the working "
        "day before it.",
        ("line: EHEW", "line: EHE"),
    ),
    Ambiguity(
        "A24",
        "Early Years audits have the summer term as their window and are due on 30 June.",
        ("choice: early_years_due", "line: EYA", "[[term]]"),
    ),
    Ambiguity(
        "A25",
        "Each provider used since its last audit is audited by 30 June; one first used after 31 March waits a "
        "year, unless it is flagged.",
        ("choice: first_audit_waived_after", "choice: audited_provider_types", "line: IFA"),
    ),
    Ambiguity(
        "A26",
        "Youth services are audited like these providers.",
        ("choice: audited_provider_types", "line: YSA"),
    ),
    Ambiguity(
        "A27",
        "A Section 11 audit follows 24 months after the one before; peer and thematic audits are held as needed.",
        ("choice: section_11_months",),
    ),
    Ambiguity(
        "A28",
        "An appraisal is one year with three checkpoints: 30 April, 30 September, 31 March.",
        ("line: APO", "line: APM", "line: APE"),
    ),
    Ambiguity(
        "A29",
        "An urgent version of a document does not stand for its scheduled review.",
        ("choice: urgent_satisfies_review", "line: PSTD"),
    ),
    Ambiguity(
        "A30",
        "An audit may bear a grade, of the scale of its methodology.",
        ("choice: graded",),
    ),
    Ambiguity(
        "A31",
        "A month means its last calendar day; reminders count from the last working day on or before it.",
        ("[[activity]]",),
    ),
    Ambiguity(
        "A32",
        "What is late climbs the ladders that ship with the program.",
        ("[[ladder]]",),
    ),
    Ambiguity(
        "A33",
        "The framework's version and its days of validity stand with everything planned under it.",
        ("[framework]",),
    ),
    Ambiguity("A34", "The partnership has the name that it has today.", ("[bodies]",)),
    Ambiguity("A35", "The members' group has the name that the framework gives it.", ("[bodies]",)),
    Ambiguity(
        "A36",
        "Of no case the round is a nil return, of one case it is that case.",
        (
            "choice: sample_percent",
            "fixed: a share that is rounded up takes the only case there is, whatever the share",
        ),
    ),
    Ambiguity(
        "A37",
        "A line that the framework repeats word for word counts once.",
        ("fixed: it is a slip of the printer, and two instances of one thing help nobody",),
    ),
    Ambiguity(
        "A38",
        "A recommendation is signed off, not yet (carried forward once), or withdrawn.",
        ("choice: carry_forwards",),
    ),
    Ambiguity("A39", "Half of the open cases are sampled.", ("choice: sample_percent",)),
    Ambiguity(
        "A40",
        "The chair signs for the meeting: AD People, or whoever acts for them.",
        ("[roles]",),
    ),
    Ambiguity(
        "A41",
        "The SEND Panel decides requests.",
        ("choice: panel_decides",),
    ),
)
