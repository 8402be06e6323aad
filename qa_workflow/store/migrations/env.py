"""Alembic's entry: every step runs on the connection that `migrate.upgrade` hands over."""

from alembic import context

from qa_workflow.store.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
