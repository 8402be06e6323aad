"""Quality-assurance processes as state machines with deadlines that escalate."""

__version__ = "0.1.0"
