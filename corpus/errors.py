"""Everything that `corpus` raises on purpose.

    CorpusError
    +-- BadRecord                 one record cannot become an article: the caller counts it and goes on
    +-- UnreadableInput           a whole file, folder or archive cannot be read
    |   +-- UnknownFormat         no reader recognises the content
    +-- StoreError                the store cannot do what was asked
        +-- StoreLocked           another process writes to the data directory
        +-- StoreMissing          there is no store in that directory
        +-- StoreTooNew           written by a newer Clew
        +-- StoreTooOld           written by an older Clew, and opened for reading only
        +-- StoreDamaged          the database is not readable as one; nothing was changed
        +-- StoreFull             the disk is full; works again once there is space
        +-- StoreUnavailable      the database does not answer (busy for too long, or input/output errors)
        +-- WrongModel            the store's vectors come from another model
        +-- NotStored             nothing is stored under this id
        |   +-- NoSuchArticle
        |   |   +-- ArticleReplaced   what came with this id is a version of another article
        |   +-- NoSuchVersion     the article has no version with this number
        |   +-- NoSuchThread
        |   |   +-- ThreadGone    the thread existed once; names the threads with its articles
        |   +-- NoSuchRun
        |   +-- NoSuchDecision
        |   +-- NoSuchJob
        +-- ArticleExists         the id belongs to an article with a different text
        +-- IdempotencyMismatch   the key was used before with a different request

Each carries the facts a person needs to act, as attributes and in its message.
"""

from collections.abc import Sequence


class CorpusError(Exception):
    """Root of the tree."""


class BadRecord(CorpusError):
    """One record cannot become an article."""

    def __init__(self, reason: str, *, field: str | None = None) -> None:
        super().__init__(f"{field}: {reason}" if field else reason)
        self.reason = reason
        self.field = field


class UnreadableInput(CorpusError):
    """A file, folder or archive cannot be read, or not to its end."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class UnknownFormat(UnreadableInput):
    """No reader recognises the content."""


class StoreError(CorpusError):
    """The store cannot do what was asked; nothing was changed."""


class StoreLocked(StoreError):
    """Another process writes to the data directory."""

    def __init__(self, directory: str, holder: str) -> None:
        super().__init__(
            f"{directory} is in use by {holder}. One process writes at a time: stop that one, or send the articles"
            " to it over HTTP (POST /v1/articles/bulk), or choose another directory with --data."
        )
        self.directory = directory
        self.holder = holder


class StoreMissing(StoreError):
    """The directory has no store."""

    def __init__(self, directory: str) -> None:
        super().__init__(f"{directory} holds no Clew data yet. Start with: clew ingest PATH --data {directory}")
        self.directory = directory


class StoreTooNew(StoreError):
    """The store was written by a newer version."""

    def __init__(self, directory: str, found: str, known: str) -> None:
        super().__init__(
            f"{directory} was written by a newer Clew (its schema is {found}, this version knows up to {known})."
            " Nothing was changed. Install the newer version, or choose another directory with --data."
        )
        self.directory = directory
        self.found = found
        self.known = known


class StoreTooOld(StoreError):
    """The store was written by an older version, and only a writer can upgrade it."""

    def __init__(self, directory: str, found: str, known: str) -> None:
        super().__init__(
            f"{directory} was written by an older Clew (its schema is {found}, this version's is {known}). Open it once"
            " for writing to upgrade it: clew serve, or clew threads build."
        )
        self.directory = directory
        self.found = found
        self.known = known


class StoreDamaged(StoreError):
    """The database file cannot be read as one."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(
            f"{path} is damaged ({reason}). Nothing was changed or deleted. Restore it from a backup, or move it away"
            " and ingest the archive again."
        )
        self.path = path
        self.reason = reason


class StoreFull(StoreError):
    """The disk is full."""

    def __init__(self, path: str) -> None:
        super().__init__(f"no space is left for {path}. Nothing was stored; free some space, then send it again.")
        self.path = path


class StoreUnavailable(StoreError):
    """The database does not answer at the moment."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path} does not answer ({reason}). Nothing in this request was stored; send it again later.")
        self.path = path
        self.reason = reason


class WrongModel(StoreError):
    """The store's vectors come from a different model than the configured one."""

    def __init__(self, directory: str, stored: str, wanted: str) -> None:
        super().__init__(
            f"{directory} has vectors from the model {stored}, but {wanted} is configured; the two cannot be compared."
            f" Use the stored model (--model), or ingest the archive into a new directory (--data)."
        )
        self.directory = directory
        self.stored = stored
        self.wanted = wanted


class NotStored(StoreError):
    """Nothing of this kind is stored under the id."""

    kind = "record"

    def __init__(self, id: str) -> None:
        super().__init__(f"there is no {self.kind} {id!r}")
        self.id = id


class NoSuchArticle(NotStored):
    """No article has this id or URL."""

    kind = "article"


class ArticleReplaced(NoSuchArticle):
    """What came with this id is a version of another article."""

    def __init__(self, id: str, article: str) -> None:
        StoreError.__init__(self, f"there is no article {id!r}: what came with this id is a version of {article!r}")
        self.id = id
        self.article = article
        """Id of the article that it is a version of."""


class NoSuchVersion(NotStored):
    """An article has no version with this number."""

    def __init__(self, id: str, number: int, count: int) -> None:
        has = "only one version" if count == 1 else f"{count} versions"
        StoreError.__init__(self, f"the article {id!r} has no version {number}: it has {has}, counted from 1")
        self.id = id
        self.number = number
        self.count = count


class NoSuchThread(NotStored):
    """No thread has this id."""

    kind = "thread"


class ThreadGone(NoSuchThread):
    """A thread had this id once, but no longer exists."""

    def __init__(self, id: str, heirs: Sequence[str]) -> None:
        where = f"its articles are in {', '.join(heirs)} now" if heirs else "its articles were removed"
        StoreError.__init__(self, f"the thread {id!r} is gone: {where}")
        self.id = id
        self.heirs = tuple(heirs)
        """Ids of the threads that have its articles now."""


class NoSuchRun(NotStored):
    """No run of the thread job has this id."""

    kind = "run"


class NoSuchDecision(NotStored):
    """No decision has this id."""

    kind = "decision"


class NoSuchJob(NotStored):
    """No job has this id."""

    kind = "job"


class ArticleExists(StoreError):
    """The id belongs to an article with a different text."""

    def __init__(self, id: str, *, unrelated: bool = False) -> None:
        text, option = ("a different text", "--update")
        if unrelated:
            text, option = ("a text that has nothing to do with this one", "--update-unrelated")
        super().__init__(
            f"an article with the id {id!r} is already stored, with {text}. To replace it: PUT"
            f" /v1/articles/ID, or clew ingest {option}; to keep both, give this one its own id."
        )
        self.id = id


class IdempotencyMismatch(StoreError):
    """An idempotency key was reused with a different request."""

    def __init__(self, key: str) -> None:
        super().__init__(f"the Idempotency-Key {key!r} was used before with a different request body; use a new key")
        self.key = key
