"""What alembic runs to migrate, over the connection it is given (see service.storage.schema).

A migration is a file in versions/, numbered, written by hand, and only adds what a program one
version older does not miss. Then NEWEST in schema.py follows, and the tests compare what the
migrations build with tables.py.
"""

from __future__ import annotations

from alembic import context

from service.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite changes a table by copying it
)
with context.begin_transaction():
    context.run_migrations()
