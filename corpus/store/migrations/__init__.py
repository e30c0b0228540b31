"""Schema migrations: each revision brings any older store to the next one, inside one transaction."""
