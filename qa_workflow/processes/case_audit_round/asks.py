"""What the triggers of an audit round ask for."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from qa_workflow.engine.definition import Asks


def _listed(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Texts = Annotated[tuple[str, ...], BeforeValidator(_listed)]  # one text alone is a list of one


class Proposal(Asks):
    """Without a seed the sample already drawn is proposed; with one it is drawn again, with a reason."""

    seed: str | None = Field(default=None, title="Seed of another draw")


class Amendment(Asks):
    """A case leaves the frozen sample; in the autumn round another may take its place."""

    remove: str = Field(title="Case to take out")
    replacement: str | None = Field(
        default=None, title="Case to take in", description="From the unsampled cases"
    )


class Methodology(Asks):
    """Another version of the audit tool for this round."""

    version: int = Field(title="Version of the methodology")


class Report(Asks):
    """What the round found. Counts, grades and the coverage of children's voice are added from the audits."""

    strengths: Texts = Field(default=(), title="What is working well and why")
    gaps: Texts = Field(default=(), title="What we need to do better")
    themes: Texts = Field(default=(), title="Themes")
    recommendations: Texts | None = Field(
        default=None, title="Recommendations of the round", description="An empty list says: none"
    )


class SignOff(Asks):
    """The Service Improvement Plan and Workforce Development Plan that take the report up, or no change."""

    links: Texts = Field(default=(), title="Plan lines that take the report up")
    no_change: bool = Field(default=False, title="The plans need no change")
