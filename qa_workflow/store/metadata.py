"""What every table shares: the names of constraints, and how a row's number and an instant are declared."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Integer, MetaData
from sqlmodel import SQLModel

from qa_workflow.store.columns import AwareDateTime

# Names for constraints, so that a migration can find them again on either database.
SQLModel.metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def instant(*, nullable: bool = False) -> Column[datetime]:
    """Return a column for an instant."""
    return Column(AwareDateTime, nullable=nullable)


def own_number() -> Column[int]:
    """Return the key of a table whose rows the database numbers."""
    # BIGINT on PostgreSQL; plain INTEGER on SQLite, where only that is the row's own number.
    return Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
