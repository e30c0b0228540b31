"""${message}"""

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring an older store here."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Refused: a store is never taken back; restore a backup instead."""
    raise NotImplementedError("restore a backup instead")
