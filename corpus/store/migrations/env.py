"""What Alembic runs: our own open transaction, so that a migration is whole or did not happen."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes["metadata"],
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()
