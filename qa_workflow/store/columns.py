"""How instants and dates are kept: refuse what is naive, give back UTC (docs/decisions/0004)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, DateTime
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_microseconds(instant: datetime) -> int:
    """Return *instant* as whole microseconds since 1970 in UTC; ValueError when it is naive."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()} has no time zone: an instant is kept in UTC")
    return (instant - _EPOCH) // _MICROSECOND


def from_microseconds(value: int) -> datetime:
    """Return the instant, aware, in UTC."""
    return _EPOCH + timedelta(microseconds=value)


class AwareDateTime(TypeDecorator[datetime]):
    """An instant: whole microseconds on SQLite, TIMESTAMPTZ on PostgreSQL; never naive, always UTC."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        kind: TypeEngine[Any] = (
            DateTime(timezone=True) if dialect.name == "postgresql" else BigInteger()
        )
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:  # noqa: ANN401 - what the driver takes
        if value is None:
            return None
        microseconds = to_microseconds(value)
        return value.astimezone(UTC) if dialect.name == "postgresql" else microseconds

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401, ARG002 - what the driver gives
        return instant_of(value)


def instant_of(value: int | datetime | None) -> datetime | None:
    """Return what a driver gave for an instant, aware, in UTC."""
    if value is None:
        return None
    return from_microseconds(value) if isinstance(value, int) else value.astimezone(UTC)


def date_of(value: str | date | None) -> date | None:
    """Return what a driver gave for a date."""
    return date.fromisoformat(value) if isinstance(value, str) else value
