"""A thread by its id: there, gone to its heirs, or never there."""

from corpus import NoSuchThread, Thread, ThreadGone
from corpus.store import Transaction


def living(tx: Transaction, id: str) -> Thread:
    """The thread with this id.

    Raises:
        ThreadGone: there was one; names the threads that have its articles now.
        NoSuchThread: there never was one.
    """
    try:
        return tx.threads.get(id)
    except NoSuchThread:
        raise ThreadGone(id, tx.lineage.heirs(id)) from None
