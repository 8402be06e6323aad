"""Brings a database to the newest schema, step by step, each step whole or not at all."""

from importlib import resources

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from qa_workflow.errors import DatabaseUnfit
from qa_workflow.store.database import SCHEMA, Database, make_file


def upgrade(database: Database) -> bool:
    """Make the database, or bring it to this program's schema; return whether anything had to be done.

    Raises:
        DatabaseUnfit: it is of a newer version than this program knows, or of one it never had.
        DatabaseUnhealthy: it cannot be made or written.
    """
    found = database.schema_found()
    if found == SCHEMA:
        return False
    if found is not None and found > SCHEMA:
        database.require_schema()
    if database.path is not None:
        make_file(database.path)
    with database.transaction() as connection:
        config = _config()
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as exc:
            raise DatabaseUnfit(
                f"The database at {database} says it is of version {found}, which this program does not know. "
                "Restore a backup, or use the program that made it."
            ) from exc
    return True


def newest() -> str:
    """Return the newest migration in the folder; a test holds it against `SCHEMA`."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    if head is None:
        raise DatabaseUnfit("The program has no migrations: reinstall it.")
    return head


def _config() -> Config:
    config = Config()
    folder = resources.files("qa_workflow.store") / "migrations"
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    return config
