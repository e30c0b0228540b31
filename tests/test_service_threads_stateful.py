"""Any order of ingest, delete, decide, undo, build, propose, publish, roll back: what must hold of threads holds."""

from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from corpus import Decision, DecisionKind, LineageEvent, NoSuchArticle, NoSuchRun, RunState
from service.archive import Archive
from service.errors import AlreadyUndone, BadDecision, DecisionConflict, NothingToRollBack, RunNotProposed, RunStale
from service.ingest import delete_article, ingest_many
from service.settings import Settings
from service.threads import (
    DecisionRequest,
    build_threads,
    decide,
    discard_run,
    propose_threads,
    publish_run,
    roll_back,
    undo,
)

NUMBERS = st.integers(0, 9)


def stories(archive: Archive) -> dict[str, str]:
    return {archive.memory.collection.member(row).id: story for row, story in archive.memory.thread_of.items()}


def assert_kept(decision: Decision, of: dict[str, str]) -> None:
    """A decision, by its own words, over the articles that are stored."""
    own = {of[id] for id in decision.articles if id in of}
    others = {of[id] for id in decision.others if id in of}
    if decision.kind is DecisionKind.RENAME:
        return
    if decision.kind is not DecisionKind.CANNOT_LINK:
        assert len(own) <= 1, decision
    if decision.kind in (DecisionKind.CANNOT_LINK, DecisionKind.MOVE, DecisionKind.SPLIT):
        assert not own & others, decision
    if decision.kind in (DecisionKind.PIN, DecisionKind.MOVE, DecisionKind.MERGE, DecisionKind.LOCK):
        assert own <= {decision.thread}, decision
    if decision.kind is DecisionKind.LOCK:
        assert {id for id, story in of.items() if story == decision.thread} <= set(decision.articles), decision


def assert_lineage_is_a_dag(archive: Archive, sql: Any) -> None:
    """A thread that went into another one comes back from it by no way, as long as both are gone."""
    lines = sql(archive, "SELECT fate, thread, other FROM lineage ORDER BY sequence")
    heirs: dict[str, set[str]] = {}
    for event, thread, other in lines:
        if event == LineageEvent.BORN:
            heirs.pop(thread, None)
        elif event == LineageEvent.MERGED_INTO:
            heirs.setdefault(thread, set()).add(other)
    for start in heirs:
        seen: set[str] = set()
        waiting = set(heirs[start])
        while waiting:
            thread = waiting.pop()
            assert thread != start
            if thread not in seen:
                seen.add(thread)
                waiting |= heirs.get(thread, set())


def test_threads_are_sound_whatever_happens(  # noqa: C901 - one machine, a few rules
    make_article: Any, assert_whole: Any, sql: Any, tmp_path: Path
) -> None:
    folders = iter(range(10**6))

    class Machine(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.data = tmp_path / str(next(folders))
            self.archive = self.opened()
            self.seen: set[str] = set()

        def opened(self) -> Archive:
            return Archive(Settings(data=self.data, model="hashing", index="exact"), write=True)

        def ingest(self, *numbers: int, version: int = 0) -> None:
            articles = (make_article(f"n{n}", story=n % 3, paragraphs=5, version=version) for n in numbers)
            list(ingest_many(self.archive, articles, policy="link", replace=True))

        def thread(self, number: int) -> str:
            """A living story."""
            known = sorted(self.archive.memory.members) or ["t-nobody"]
            return known[number % len(known)]

        def decide(self, kind: DecisionKind, *articles: int, **given: Any) -> None:
            wish = DecisionRequest(kind, "an editor", "to see", tuple(f"n{n}" for n in articles), **given)
            try:
                decide(self.archive, wish)
            except (BadDecision, DecisionConflict, NoSuchArticle):
                return

        @rule(some=st.lists(NUMBERS, min_size=1, max_size=5, unique=True), version=st.integers(0, 1))
        def arrive(self, some: list[int], version: int) -> None:
            self.ingest(*some, version=version)

        @rule()
        def arrive_all(self) -> None:
            self.ingest(*range(10))

        @rule(number=NUMBERS)
        def delete(self, number: int) -> None:
            if f"n{number}" in stories(self.archive):
                delete_article(self.archive, f"n{number}")

        @rule(some=st.lists(NUMBERS, min_size=2, max_size=3, unique=True))
        def link(self, some: list[int]) -> None:
            self.decide(DecisionKind.MUST_LINK, *some)

        @rule(some=st.lists(NUMBERS, min_size=2, max_size=2, unique=True))
        def unlink(self, some: list[int]) -> None:
            self.decide(DecisionKind.CANNOT_LINK, *some)

        @rule(kind=st.sampled_from([DecisionKind.PIN, DecisionKind.MOVE]), article=NUMBERS, at=NUMBERS)
        def place(self, kind: DecisionKind, article: int, at: int) -> None:
            if self.archive.memory.members:
                self.decide(kind, article, thread=self.thread(at))

        @rule(a=NUMBERS, b=NUMBERS)
        def merge(self, a: int, b: int) -> None:
            if len(self.archive.memory.members) > 1:
                self.decide(DecisionKind.MERGE, source=self.thread(a), thread=self.thread(b))

        @rule(article=NUMBERS)
        def split(self, article: int) -> None:
            if story := stories(self.archive).get(f"n{article}"):
                self.decide(DecisionKind.SPLIT, article, thread=story)

        @rule(at=NUMBERS)
        def lock(self, at: int) -> None:
            if self.archive.memory.members:
                self.decide(DecisionKind.LOCK, thread=self.thread(at))

        @rule(at=NUMBERS)
        def rename(self, at: int) -> None:
            if self.archive.memory.members:
                self.decide(DecisionKind.RENAME, thread=self.thread(at), headline=f"Called {at}")

        @rule(number=st.integers(1, 12))
        def undo(self, number: int) -> None:
            with self.archive.store.read() as tx:
                made = len(tx.decisions.list())
            if made:
                try:
                    undo(self.archive, f"d-{1 + number % made}", "an editor", "an error")
                except AlreadyUndone:
                    return

        @rule()
        def build(self) -> None:
            build_threads(self.archive)
            again = build_threads(self.archive)
            assert (again.moved, again.run) == (0, None)

        @rule()
        def propose(self) -> None:
            before = stories(self.archive)
            propose_threads(self.archive)
            assert stories(self.archive) == before

        @rule(back=st.integers(0, 2), drop=st.booleans())
        def publish(self, back: int, drop: bool) -> None:
            with self.archive.store.read() as tx:
                runs = [run.id for run in tx.runs.list() if run.state is RunState.PROPOSED]
            run = runs[back] if back < len(runs) else "r-0"
            try:
                (discard_run if drop else publish_run)(self.archive, run)
            except (NoSuchRun, RunStale, RunNotProposed):
                return

        @rule()
        def go_back(self) -> None:
            try:
                roll_back(self.archive)
            except NothingToRollBack:
                return

        @rule()
        def reopen(self) -> None:
            before = stories(self.archive)
            self.archive.close()
            self.archive = self.opened()
            assert stories(self.archive) == before

        @invariant()
        def whole(self) -> None:
            assert_whole(self.archive)
            with self.archive.store.read() as tx:
                active = tx.decisions.active()
                names = {d.thread: d.headline for d in active if d.kind is DecisionKind.RENAME}
                for thread in self.archive.memory.members:
                    if thread in names:
                        assert tx.threads.get(thread).headline == names[thread]
            of = stories(self.archive)
            for decision in active:
                assert_kept(decision, of)
            assert_lineage_is_a_dag(self.archive, sql)

        def teardown(self) -> None:
            self.archive.close()

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None, derandomize=True, database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip


EXAMPLES, STEPS = 15, 25
