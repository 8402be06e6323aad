"""Gives out numbers: each series counts by itself, and a number is given once."""

from sqlalchemy import Connection

_TAKE = """
INSERT INTO numbering (series, last) VALUES (?, ?)
ON CONFLICT (series) DO UPDATE SET last = numbering.last + excluded.last
RETURNING last
"""


def take(connection: Connection, series: str, count: int = 1) -> int:
    """Return the first of *count* fresh numbers of *series*; they start at 1."""
    last = connection.exec_driver_sql(_TAKE, (series, count)).scalar_one()
    return int(last) - count + 1
