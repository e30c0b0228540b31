"""The rounds: which feeds and folders are due, what came of them, what is remembered and said.

Feeds are fetched some at a time, by threads; reading and writing is done by the caller's thread alone, one place after
the other. What fails with one place is said, and the next one follows; only where nothing can be written it ends.
"""

import logging
import random
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import islice

from corpus import CorpusError, StoreError
from corpus.readers.base import Options, Reading
from corpus.readers.files import read_paths

from ..errors import FollowFailed
from ..settings import FollowedFeed, FollowedFolder, Settings
from .counts import Counts, Report
from .destination import Destination
from .errors import FetchFailed, Stopped
from .fetching import Fetched, Fetcher
from .folders import SETTLED_S, Folder
from .listed import check_listed, name_of, options_of, place_of, rules_of, shown
from .reading import Writing, read_body
from .states import PlaceState, States
from .timing import after_failure, after_success, is_due

_FETCHED_TOGETHER = 8
"""Feeds that are fetched at the same time, and whose bodies are in memory."""
_SAVE_EVERY_S = 60.0
"""Where nothing happens in a folder, the time of the last look is written so often."""
_FIELDS_MOST = 500
"""Names of fields that were not read, and are not said again."""
_POLL_S = 0.2
_log = logging.getLogger(__name__)

Say = Callable[[str, str], None]
"""Told the name of a place and a line about it."""


@dataclass
class _Place:
    """A feed or folder, how it is read, and what is known about it."""

    name: str
    listed: FollowedFeed | FollowedFolder
    options: Options
    state: PlaceState
    saved: float = field(default=0.0, kw_only=True)
    """When its state was written last, where nothing had changed."""


@dataclass
class _Feed(_Place):
    listed: FollowedFeed


@dataclass
class _Watched(_Place):
    listed: FollowedFolder
    folder: Folder


@dataclass
class Totals:
    """What was done since the beginning."""

    looks: int = 0
    failed: int = 0
    counts: Counts = field(default_factory=Counts)


class Follower:
    """Polls the feeds and watches the folders that the settings list.

    Args:
        settings: what is followed, and the data directory, where states are kept.
        destination: where articles go.
        say: told of news and of errors.
        report: told of each record that is not stored, and of the notes on those that are.
        clock: seconds since 1970.

    Raises:
        BadSettings: as `check_listed` and `options_of`.
    """

    def __init__(
        self, settings: Settings, destination: Destination, say: Say, *,
        report: Report = lambda kind, place, text: None, clock: Callable[[], float] = time.time,
    ) -> None:  # fmt: skip
        self.totals = Totals()
        self._settings = settings
        self._destination, self._say, self._report, self._clock = destination, say, report, clock
        self._chance = random.Random()
        self._stopping = threading.Event()
        self._states = States(settings.data)
        self._fetcher = Fetcher(
            private_hosts=settings.follow_private_hosts, body_bytes=settings.feed_bytes, seconds=settings.feed_seconds
        )
        check_listed(settings)
        self._feeds = [
            _Feed(name_of(feed), feed, options_of(feed, name_of(feed)), self._state(feed)) for feed in settings.feeds
        ]
        self._folders = [self._watched(folder) for folder in settings.folders]

    def stop(self) -> None:
        """End soon: after the transaction that is being written. May be called from a signal handler."""
        self._stopping.set()

    def run(self) -> None:
        """Follow until `stop` is called."""
        while not self._stopping.is_set():
            self._round(lambda place: is_due(place.state.next, self._clock()))
            now = self._clock()
            soonest = min(now if is_due(p.state.next, now) else p.state.next or now for p in self._places())
            self._stopping.wait(max(soonest - now, _POLL_S))

    def once(self) -> None:
        """Look at everything once, whatever its interval; places that failed wait for their time.

        Where files were found, they are looked at twice, to see whether they are still being written.
        """
        now = self._clock()
        for place in self._places():
            state = place.state
            if state.failures and not is_due(state.next, now) and state.next:
                self._say(place.name, f"waits {state.next - now:.0f} s more after an error: {state.error}")
        self._round(lambda place: not place.state.failures or is_due(place.state.next, now))
        if any(watched.folder.is_waiting for watched in self._folders):
            self._stopping.wait(SETTLED_S)
            self._look_at([watched for watched in self._folders if watched.folder.is_waiting])
        for watched in self._folders:
            if watched.folder.is_waiting and not self._stopping.is_set():
                self._say(watched.name, "some files are still being written, or cannot be opened: left for next time")

    def _places(self) -> Sequence[_Place]:
        return [*self._feeds, *self._folders]

    def _round(self, due: Callable[[_Place], bool]) -> None:
        feeds = iter([feed for feed in self._feeds if due(feed)])
        while some := list(islice(feeds, _FETCHED_TOGETHER)):
            self._poll(some)
        self._look_at([watched for watched in self._folders if due(watched)])

    def _poll(self, feeds: list[_Feed]) -> None:
        with ThreadPoolExecutor(_FETCHED_TOGETHER, "fetch") as pool:
            futures = [pool.submit(self._fetch, feed) for feed in feeds]
            while wait(futures, _POLL_S).not_done:
                if self._stopping.is_set():
                    self._fetcher.abort()
        for feed, future in zip(feeds, futures, strict=True):
            if not self._stopping.is_set():
                self._take(feed, future)

    def _fetch(self, feed: _Feed) -> Fetched:
        state = feed.state
        return self._fetcher.fetch(feed.listed.url, etag=state.etag, last_modified=state.last_modified)

    def _take(self, feed: _Feed, future: "Future[Fetched]") -> None:
        """What was fetched of a feed, or what went wrong."""
        state = feed.state
        self.totals.looks += 1
        state.last_look = self._clock()
        try:
            fetched = future.result()
            writing = None if fetched.body is None else self._written(feed, self._readings(feed, fetched.body))
        except FetchFailed as failure:
            self._failed(feed, str(failure), failure.wait)
            return
        except Stopped:
            return
        if fetched.moved and fetched.moved != state.moved:
            self._say(feed.name, f"has moved for good: write its new address into the settings: {fetched.moved}")
        state.moved = fetched.moved
        if writing is not None:
            state.left_out = writing.left_out
            state.etag, state.last_modified = fetched.etag, fetched.last_modified
        self._succeeded(feed, writing.counts if writing else None, fetched.max_age)

    def _readings(self, feed: _Feed, body: bytes) -> list[Reading]:
        """All items of a feed.

        Raises:
            FetchFailed: it is no feed, or its reader failed.
            Stopped: the run is to end.
        """
        found = []
        try:
            for reading in read_body(body, feed.listed.url, feed.options):
                self._check()
                found.append(reading)
            return found
        except (FetchFailed, Stopped):
            raise
        except Exception as error:  # a fault of a reader is no reason to stop following the others
            _log.exception("follow.reader.failed feed=%s", feed.listed.url)
            raise FetchFailed(f"its reader failed ({type(error).__name__}: {error})") from error

    def _written(self, place: _Place, readings: Iterable[Reading]) -> Writing:
        """Write what was read.

        Raises:
            Stopped: the run is to end; what was written until then is counted.
        """
        writing = Writing(self._destination, place.listed, self._report, self._check, place.state.left_out)
        try:
            writing.write(readings)
        finally:
            self.totals.counts.merge(writing.counts)
        return writing

    def _look_at(self, folders: Sequence[_Watched]) -> None:
        for watched in folders:
            if self._stopping.is_set():
                return
            self.totals.looks += 1
            watched.state.last_look = self._clock()
            counts = Counts()
            try:
                files = self._read_files(watched, counts)
            except Stopped:
                return
            except StoreError:
                raise
            except (OSError, CorpusError) as error:  # it, or a file in it, is gone
                self._failed(watched, f"cannot be read: {getattr(error, 'strerror', None) or error}", None)
                continue
            self._succeeded(watched, counts if files else None, None, files)
            if watched.folder.is_waiting:
                watched.state.next = self._clock() + SETTLED_S

    def _read_files(self, watched: _Watched, counts: Counts) -> int:
        """Read the files of a folder that are due; how many.

        Raises:
            OSError, CorpusError: the folder cannot be read, or a file vanished.
        """
        folder, read = watched.folder, 0
        for some in folder.together(self._openable(watched)):
            writing = self._written(watched, read_paths([folder.path / name for name in some], options=watched.options))
            counts.merge(writing.counts)
            for name in some:
                folder.done(name)
            self._save(watched.state)
            read += len(some)
        return read

    def _openable(self, watched: _Watched) -> list[str]:
        """The files that are due and can be opened; of others it is said once that they cannot."""
        found = []
        for name in watched.folder.look(time.monotonic()):
            try:
                (watched.folder.path / name).open("rb").close()
                found.append(name)
            except OSError as error:
                if watched.folder.is_news_that_unreadable(name):
                    self._say(watched.name, f"{shown(name)} cannot be opened: {error.strerror or error}")
        return found

    def _succeeded(self, place: _Place, counts: Counts | None, max_age: int | None, files: int = 0) -> None:
        """Remember that a place was looked at, and say what is worth saying.

        Args:
            place: the place.
            counts: what became of what it has; None where nothing has changed since the last time.
            max_age: seconds for which the server says that it stays as it is.
            files: how many were read.
        """
        state, now = place.state, self._clock()
        if state.failures:
            self._say(place.name, f"works again, after {state.failures:,} {_failures(state.failures)}")
        recovered, state.failures, state.error = bool(state.failures), 0, ""
        state.last_success = now
        state.next = after_success(now, place.listed.interval_seconds, max_age, self._chance)
        if counts is not None:
            self._say_news(place, counts, files)
        if recovered or counts is not None or isinstance(place, _Feed) or now - place.saved >= _SAVE_EVERY_S:
            place.saved = now
            self._save(state)

    def _say_news(self, place: _Place, counts: Counts, files: int) -> None:
        state = place.state
        state.articles += counts.news
        state.last_new = state.last_look if counts.news else state.last_new
        if counts.news or files or counts.left_out() not in ("", state.said):
            self._say(place.name, (f"{files:,} {'file' if files == 1 else 'files'}: " if files else "") + counts.line())
        state.said = counts.left_out()
        if fields := sorted(counts.fields - set(state.fields)):
            self._say(place.name, f"fields that are not read: {', '.join(map(shown, fields))}")
            state.fields = sorted({*state.fields, *fields})[:_FIELDS_MOST]

    def _failed(self, place: _Place, reason: str, asked: float | None) -> None:
        """Remember and say that a place failed; `asked`: seconds that its server wants to be left alone."""
        state, now, interval = place.state, self._clock(), place.listed.interval_seconds
        self.totals.failed += 1
        news = isinstance(place, _Feed) or state.error != reason
        state.failures, state.error = state.failures + 1, reason
        if isinstance(place, _Feed):
            state.next = after_failure(now, interval, state.failures, asked, self._chance)
        else:
            state.next = now + interval
        if news:
            again = f"; {state.failures:,} {_failures(state.failures)}, again in {state.next - now:.0f} s"
            self._say(place.name, f"failed: {reason}{again if isinstance(place, _Feed) else ''}")
            self._save(state)

    def _check(self) -> None:
        if self._stopping.is_set():
            raise Stopped

    def _save(self, state: PlaceState) -> None:
        try:
            self._states.save(state)
        except OSError as error:
            raise FollowFailed(
                f"what is known about {state.place} cannot be written: {error.strerror or error}. Free space or"
                " permissions in the data directory, then start again."
            ) from error

    def _state(self, listed: FollowedFeed | FollowedFolder) -> PlaceState:
        """What is known about a place; where it is read by other rules now, all of it is to be read again."""
        state, rules = self._states.load(place_of(listed)), rules_of(listed, self._settings)
        if state.rules != rules:
            state.etag = state.last_modified = state.next = None
            state.rules, state.seen, state.left_out = rules, {}, []
        return state

    def _watched(self, listed: FollowedFolder) -> _Watched:
        state = self._state(listed)
        folder = Folder(listed.path, state.seen)
        return _Watched(name_of(listed), listed, options_of(listed, name_of(listed)), state, folder=folder)


def _failures(count: int) -> str:
    return "failure" if count == 1 else "failures in a row"
