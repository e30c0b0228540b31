"""What goes wrong with one feed or folder, and never leaves this room."""


class FetchFailed(Exception):
    """A feed could not be fetched or read; `str()` says why, in words.

    Args:
        reason: in words.
        wait: seconds after which the server wants to be asked again.
    """

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


class Stopped(Exception):
    """The user or the system ends the run: what is not written yet is read again next time."""
