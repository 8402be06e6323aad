"""Which contents of definitions the open instances run by: found by leaps over one index, never by reading them all."""

from typing import NamedTuple

from sqlalchemy import Connection

# ------------------------------------------------------------------ the leaps
# DISTINCT would read every open instance. Instead, from each combination the next one is looked up: as
# many look-ups as there are combinations, some hundreds, however many instances stand in them.
_KEYS = ("process", "definition_version", "definition_hash", "state")
_ORDER = ", ".join(f"i.{key}" for key in _KEYS)


def _first_after(same: int) -> str:
    """Return the look-up of the first instance whose first *same* keys are those of `p`, and the next key greater."""
    alike = "".join(f"i.{key} = p.{key} AND " for key in _KEYS[:same])
    return (
        f"(SELECT i.id FROM process_instance AS i WHERE i.closed_at IS NULL AND {alike}"  # noqa: S608 - our own names
        f"i.{_KEYS[same]} > p.{_KEYS[same]} ORDER BY {_ORDER} LIMIT 1)"
    )


_IN_USE = f"""
WITH RECURSIVE used(id) AS (
  SELECT * FROM (SELECT i.id FROM process_instance AS i WHERE i.closed_at IS NULL ORDER BY {_ORDER} LIMIT 1) AS f
  UNION ALL
  SELECT COALESCE({", ".join(_first_after(same) for same in (3, 2, 1, 0))})
  FROM used CROSS JOIN process_instance AS p WHERE p.id = used.id
)
SELECT {_ORDER} FROM used CROSS JOIN process_instance AS i WHERE i.id = used.id
"""  # noqa: S608 - our own names
_COUNT = """
SELECT count(*) FROM process_instance WHERE closed_at IS NULL
AND process = ? AND definition_version = ? AND definition_hash = ?
"""


class Used(NamedTuple):
    """A content by which something open runs, and a state in which it stands."""

    process: str
    version: int
    sha256: str
    state: str


def in_use(connection: Connection) -> list[Used]:
    """Return each (process, version, hash, state) in which something open stands, in that order."""
    return [Used(*row) for row in connection.exec_driver_sql(_IN_USE)]


def count_under(connection: Connection, process: str, version: int, sha256: str) -> int:
    """Return how many open instances run by that content."""
    found = connection.exec_driver_sql(_COUNT, (process, version, sha256)).scalar()
    return int(found or 0)
