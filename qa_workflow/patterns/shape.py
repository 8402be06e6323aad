"""What every shared machine says of itself, as plain data: a council may give the same in its framework file."""

from abc import ABC, abstractmethod

from pydantic import BaseModel, ConfigDict, Field

from qa_workflow.engine.definition import ProcessDefinition


class Shape(BaseModel, ABC):
    """A machine that several processes share: its parameters, checked, and the process they make."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(
        pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$",
        description="Name of the process, such as senco_network",
    )
    title: str = Field(min_length=1, description="What people call it")
    about: str = Field(pattern=r"\.$", description="What it is for, in one sentence")
    source: str = Field(
        min_length=1,
        description="Where its date comes from: the framework's words, the law, or whose default it is",
    )
    reference_hint: str = Field(default="", description="An example of a reference")

    @abstractmethod
    def process(self) -> ProcessDefinition:
        """Return the process that these parameters make."""
