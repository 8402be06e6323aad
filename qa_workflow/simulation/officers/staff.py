"""What managers and their staff do about supervision, observation and appraisal, and who confirms a nil return."""

from datetime import date

from qa_workflow.simulation.scene import Move, Scene, Scripts

HELD_IN_DAYS = (
    12  # supervision and observation are held when so many days are left, or on a good day before
)
A_GOOD_DAY = 0.1


# ------------------------------------------------------------------ supervision
def hold(scene: Scene) -> Move | None:
    """Sit down for an hour and a half, if the supervisee is there."""
    if not _is_time(scene) or scene.subject in scene.away:
        return None
    return scene.acts(
        "hold", scene.owner, held_on=scene.today.isoformat(), minutes=90, uninterrupted=True
    )


def record(scene: Scene) -> Move | None:
    """Write down what was reflected on."""
    return scene.acts(
        "record",
        scene.owner,
        record_reference=f"S-{scene.reference.partition(':')[2]}",
        reflections="What the visits of this month have changed, and what they have not",
        learning="Plans are written with the child in the room",
        cases=[],
    )


def acknowledge(scene: Scene) -> Move | None:
    """Read the record, and agree."""
    return scene.acts("acknowledge", scene.subject)


# ------------------------------------------------------------------ observation
def observe(scene: Scene) -> Move | None:
    """Go along on a visit or into a meeting."""
    if not _is_time(scene) or scene.subject in scene.away:
        return None
    return scene.acts(
        "observe", scene.owner, observed_on=scene.today.isoformat(), what="A home visit"
    )


def give_feedback(scene: Scene) -> Move | None:
    """Say what works well first, and then what could be better."""
    return scene.acts(
        "give_feedback",
        scene.owner,
        feedback_on=scene.today.isoformat(),
        strengths=["Listens, and lets silence be"],
        development=["Says what happens next before leaving"],
    )


def put_on_record(scene: Scene) -> Move | None:
    """Put it on the supervision record of the month, or on whatever record there is."""
    month = str(scene.data["period"])
    standing = f"supervision:{scene.subject}:{month}"
    supervised = scene.roster.people[scene.subject].roles & {"practitioner", "team_manager"}
    if supervised:
        return scene.acts("record", scene.owner, supervision=standing)
    return scene.acts("record", scene.owner, record_reference=f"L-{scene.subject}-{month}")


# ------------------------------------------------------------------ appraisal
def set_objectives(scene: Scene) -> Move | None:
    """Agree what to reach this year."""
    if not _is_near(scene, "objectives_by"):
        return None
    return scene.acts(
        "set_objectives",
        scene.owner,
        agreed_on=scene.today.isoformat(),
        agreed_with=f"P-{scene.subject}",
        objectives=["Every plan says by when, and for whom"],
    )


def review_mid_year(scene: Scene) -> Move | None:
    """Look together at what has been reached by half-time."""
    return _reviewed(scene, "review_mid_year") if _is_near(scene, "mid_year_by") else None


def review_end_year(scene: Scene) -> Move | None:
    """Look together at the year."""
    return _reviewed(scene, "review_end_year") if scene.days_left() <= HELD_IN_DAYS else None


def _reviewed(scene: Scene, trigger: str) -> Move | None:
    return scene.acts(
        trigger,
        scene.owner,
        agreed_on=scene.today.isoformat(),
        agreed_with=f"P-{scene.subject}",
        progress="Most plans say by when",
        learning="The training on direct work shows in the visits",
        needs=["Court work"],
    )


# ------------------------------------------------------------------ the programme
def confirm(scene: Scene) -> Move | None:
    """Say on the last days that there was nothing to do, where there was nothing."""
    if scene.days_left() > 1 or scene.data["coverage"]["total"]:
        return None
    return scene.acts("complete", scene.owner, reason="Nothing of this kind was due in this period")


def _is_time(scene: Scene) -> bool:
    return scene.days_left() <= HELD_IN_DAYS or scene.sometimes(A_GOOD_DAY)


def _is_near(scene: Scene, key: str) -> bool:
    return (date.fromisoformat(scene.data[key]) - scene.today).days <= HELD_IN_DAYS


SCRIPTS: Scripts = {
    "supervision": {"due": hold, "held": record, "recorded": acknowledge},
    "practice_observation": {
        "planned": observe,
        "observed": give_feedback,
        "feedback_given": put_on_record,
    },
    "appraisal": {
        "objectives": set_objectives,
        "mid_year": review_mid_year,
        "end_year": review_end_year,
    },
    "programme": {"open": confirm},
}
