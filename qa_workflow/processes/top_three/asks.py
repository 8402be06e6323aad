"""What the Top three asks for beyond what every meeting does."""

from pydantic import Field

from qa_workflow.engine.definition import Asks


class Swap(Asks):
    """Which item gives its place on the agenda to which other one of the list, and why."""

    take_out: str = Field(
        min_length=1, title="Takes out", description="The reference of what is on the agenda"
    )
    bring_in: str = Field(
        min_length=1, title="Brings in", description="The reference of what the list has instead"
    )
