"""The negative control of the kill test: a server that says 201 before its commit, and so must lose articles.

Not a test. `test_service_resilience.py` starts it as it starts `clew`; the check that holds for `clew` must fail here.
"""

import threading
import time
from contextlib import contextmanager

import service.archive.archive
from service.cli import main

_LATE_S = 0.3
_real = service.archive.archive.Archive.changing


@contextmanager
def _changing(self):
    """The transaction is kept open behind the caller's back for a while after the answer is made."""
    entered, done, committed = threading.Event(), threading.Event(), threading.Event()
    box = []

    def hold() -> None:
        with _real(self) as tx:
            box.append(tx)
            entered.set()
            done.wait()
            time.sleep(_LATE_S)
        committed.set()

    threading.Thread(target=hold, daemon=True).start()
    entered.wait()
    try:
        yield box[0]
    finally:
        done.set()


if __name__ == "__main__":
    service.archive.archive.Archive.changing = _changing
    main()
