"""A thread by its id: living, gone to its heirs, or one that never existed."""

from corpus import NoSuchThread, Thread, ThreadGone
from corpus.store import Transaction


def living(tx: Transaction, id: str) -> Thread:
    """The thread with this id.

    Raises:
        ThreadGone: it no longer exists; names the threads that have its articles now.
        NoSuchThread: it never existed.
    """
    try:
        return tx.threads.get(id)
    except NoSuchThread:
        raise ThreadGone(id, tx.lineage.heirs(id)) from None
