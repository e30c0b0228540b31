"""What commands ask: an archive that this process opens (`embedded`), or a running server (`remote`)."""

from .protocol import Backend

__all__ = ["Backend"]
