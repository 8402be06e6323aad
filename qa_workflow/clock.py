"""The only reading of the clock. Everything below the entry points is handed `now`."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return this instant, aware, in UTC."""
    return datetime.now(UTC)
