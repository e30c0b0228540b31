"""A running server: where it is (`address`), and how it is asked (`client`)."""

from .address import Address, announce, find_server, new_instance, withdraw
from .client import Client, Reply

__all__ = ["Address", "Client", "Reply", "announce", "find_server", "new_instance", "withdraw"]
