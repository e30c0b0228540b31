"""Asking a running server: each method is an address of the API (`docs/http-api.md`).

Lists of more than the server gives at once are asked for page by page.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qs, quote, urlsplit

import click
from pydantic import BaseModel, ValidationError

from corpus import Kind, Level, ThreadGone

from ...errors import RefusedByServer
from ...remote import Client, Reply
from .lines import CheckedLines, outcome_of, sent_together

if TYPE_CHECKING:
    from corpus import Article
    from corpus.readers.base import Reading
    from embeddings.parallel import Progress

    from ...compare.models import AlignmentAnswer, NoveltyAnswer
    from ...compare.version_models import DiffAnswer, VersionChain
    from ...duplicates import models as duplicate_models
    from ...ingest import Outcome
    from ...ingest.notices import FoundNotice
    from ...related import RelatedRequest
    from ...related.models import RelatedAnswer
    from ...review.models import Asked, ReviewQueue
    from ...threads import DecisionRequest
    from ...threads import models as thread_models
    from ...threads.building import Built

_Answer = TypeVar("_Answer", bound=BaseModel)
_PAGE = 1_000
"""Entries of a page that may be asked for; the server gives fewer where its settings say so."""
_HITS = 100
_POLL_S = 0.3
_MOVED, _GONE, _TOO_LARGE = 308, 410, 413


class Remote:
    """A `Backend` over a server."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def find(self, id_or_url: str) -> str:  # noqa: D102
        from ...models import Brief

        return self._get(Brief, "/v1/articles", of=id_or_url).id

    def related(self, request: "RelatedRequest") -> "RelatedAnswer":  # noqa: D102
        from ...related.models import RelatedAnswer

        asked = request.model_dump(mode="json", exclude_none=True)
        answer: RelatedAnswer | None = None
        while True:
            asked["limit"] = min(_HITS, request.limit - (len(answer.hits) if answer else 0))
            page = self._read(RelatedAnswer, self._client.ask("POST", "/v1/related", body=asked))
            answer = page if answer is None else page.model_copy(update={"hits": answer.hits + page.hits})
            if page.next is None or len(answer.hits) >= request.limit:
                return answer
            asked["cursor"] = page.next

    def ingest(  # noqa: D102
        self, articles: "Iterator[Article]", policy: str | None, *, update: bool, unrelated: bool
    ) -> "Iterator[Outcome | RefusedByServer]":
        query = {"duplicates": policy, "update": update, "update_unrelated": unrelated, "as_given": True}
        for lines in sent_together(articles):
            yield from self._taken_in(lines, query)

    def notices(self) -> "list[FoundNotice]":  # noqa: D102  # each article's own notes name them
        return []

    def added(self) -> tuple[int, int]:  # noqa: D102
        state = self._client.ask("GET", "/readyz").json() or {}
        return state.get("added_since_build") or 0, state.get("articles") or 0

    def story_count(self) -> int:  # noqa: D102
        return self.threads(Level.STORY, limit=1, at_least=1, text=None).total

    def build_threads(  # noqa: D102
        self, report: "Progress", since: str | None = None, until: str | None = None
    ) -> "Built":
        from ...threads.building import Built

        return Built(**self._work("threads_build", report, since, until))

    def propose_threads(  # noqa: D102
        self, report: "Progress", since: str | None, until: str | None
    ) -> "thread_models.RunAnswer":
        from ...threads.models import RunAnswer

        id = self._work("threads_propose", report, since, until)["run"]
        return self._get(RunAnswer, f"/v1/runs/{_quoted(id)}")

    def threads(  # noqa: D102
        self, level: "Level", *, limit: int, at_least: int, text: str | None
    ) -> "thread_models.ThreadPage":
        from ...threads.models import ThreadPage

        return self._pages(ThreadPage, "/v1/threads", "threads", limit, level=level.value, at_least=at_least, q=text)

    def thread(self, id: str) -> "tuple[thread_models.ThreadDetail, list[thread_models.Member]]":  # noqa: D102
        from ...threads.models import MemberPage, ThreadDetail

        path = f"/v1/threads/{_quoted(id)}"
        try:
            reply = self._client.ask("GET", path)
        except RefusedByServer as error:
            if error.status == _GONE:
                raise ThreadGone(id, error.problem.get("heirs") or ()) from error
            raise
        if reply.status == _MOVED:
            raise ThreadGone(id, [urlsplit(reply.location or "").path.rsplit("/", 1)[-1]])
        detail = self._read(ThreadDetail, reply)
        return detail, self._pages(MemberPage, f"{path}/articles", "articles", detail.articles).articles

    def why(self, id_or_url: str, level: "Level") -> "thread_models.Why":  # noqa: D102
        from ...threads.models import Why

        return self._get(Why, f"/v1/articles/{_quoted(self.find(id_or_url))}/why", level=level.value)

    def decide(self, request: "DecisionRequest") -> "thread_models.Decided":  # noqa: D102
        from ...threads.models import Decided

        given = {name: getattr(request, name) for name in ("who", "why", "thread", "source", "headline")}
        body = given | {"kind": request.kind.value, "articles": list(request.articles)}
        return self._post(Decided, "/v1/decisions", body)

    def undo_decision(self, id: str, who: str, why: str) -> "thread_models.DecisionAnswer":  # noqa: D102
        from ...threads.models import DecisionAnswer

        return self._post(DecisionAnswer, f"/v1/decisions/{_quoted(id)}/undo", {"who": who, "why": why})

    def decisions(self, limit: int) -> "thread_models.DecisionPage":  # noqa: D102
        from ...threads.models import DecisionPage

        return self._pages(DecisionPage, "/v1/decisions", "decisions", limit)

    def runs(self, limit: int) -> "thread_models.RunPage":  # noqa: D102
        from ...threads.models import RunPage

        return self._get(RunPage, "/v1/runs", limit=limit)

    def publish_run(self, id: str) -> "thread_models.RunAnswer":  # noqa: D102
        return self._end_run(f"{_quoted(id)}/publish")

    def discard_run(self, id: str) -> "thread_models.RunAnswer":  # noqa: D102
        return self._end_run(f"{_quoted(id)}/discard")

    def roll_back(self) -> "thread_models.RunAnswer":  # noqa: D102
        return self._end_run("rollback")

    def duplicates(self, limit: int) -> "duplicate_models.DuplicatesPage":  # noqa: D102
        from ...duplicates.models import Duplicate, DuplicatesPage

        def articles(found: list[Duplicate]) -> int:
            return len({each.article.id for each in found})

        return self._pages(DuplicatesPage, "/v1/duplicates", "duplicates", limit, count=articles)

    def check(self, readings: "Sequence[Reading]") -> "duplicate_models.BulkCheckAnswer":  # noqa: D102
        from ...duplicates.models import BulkCheckAnswer

        checked = CheckedLines(readings)
        if not checked.lines:
            return checked.answer(BulkCheckAnswer(lines=[], counts={}))
        query = {"as_given": True}
        reply = self._client.ask("POST", "/v1/duplicates/check/bulk", query=query, lines=checked.lines)
        return checked.answer(self._read(BulkCheckAnswer, reply))

    def label(self, a: str, b: str, kind: "Kind | None", who: str, why: str) -> "duplicate_models.PairVerdict":  # noqa: D102
        from ...duplicates.models import PairVerdict

        body = {"a": a, "b": b, "who": who, "why": why, "kind": kind.value if kind else None}
        return self._read(PairVerdict, self._client.ask("PUT", "/v1/duplicates/labels", body=body))

    def undo_label(self, a: str, b: str) -> "duplicate_models.PairVerdict":  # noqa: D102
        from ...duplicates.models import PairVerdict

        query = {"a": a, "b": b}
        return self._read(PairVerdict, self._client.ask("DELETE", "/v1/duplicates/labels", query=query))

    def labels(self, limit: int) -> "duplicate_models.LabelPage":  # noqa: D102
        from ...duplicates.models import LabelPage

        return self._pages(LabelPage, "/v1/duplicates/labels", "labels", limit)

    def close_calls(self, *, min_score: float, max_score: float, limit: int) -> "duplicate_models.ReviewAnswer":  # noqa: D102
        from ...duplicates.models import ReviewAnswer

        query = {"min_score": min_score, "max_score": max_score, "limit": min(limit, _PAGE)}
        return self._get(ReviewAnswer, "/v1/duplicates/review", **query)

    def group(self, id: str) -> "duplicate_models.GroupAnswer":  # noqa: D102
        from ...duplicates.models import GroupAnswer

        return self._get(GroupAnswer, f"/v1/articles/{_quoted(id)}/copies")

    def choose_canonical(self, id: str, who: str, why: str) -> "duplicate_models.GroupAnswer":  # noqa: D102
        from ...duplicates.models import GroupAnswer

        path, body = f"/v1/articles/{_quoted(id)}/canonical", {"who": who, "why": why}
        return self._read(GroupAnswer, self._client.ask("PUT", path, body=body))

    def undo_canonical(self, id: str) -> "duplicate_models.GroupAnswer | None":  # noqa: D102
        from ...duplicates.models import GroupAnswer

        before = self.group(id)
        if before.chosen is None or before.canonical.id != id:
            return None
        return self._read(GroupAnswer, self._client.ask("DELETE", f"/v1/articles/{_quoted(id)}/canonical"))

    def suggest(self) -> "duplicate_models.SuggestAnswer":  # noqa: D102
        from ...duplicates.models import SuggestAnswer

        return self._get(SuggestAnswer, "/v1/duplicates/suggest")

    def backtest(self, given: dict[str, float | None], examples: int) -> "duplicate_models.BacktestAnswer":  # noqa: D102
        from ...duplicates.models import BacktestAnswer

        return self._get(BacktestAnswer, "/v1/duplicates/backtest", **given, examples=examples)

    def review(self, kinds: "Sequence[Asked]", limit: int) -> "ReviewQueue":  # noqa: D102
        from ...review.models import ReviewQueue

        return self._pages(ReviewQueue, "/v1/review", "questions", limit, kind=list(kinds) or None)

    def versions(self, id: str, limit: int) -> "VersionChain":  # noqa: D102
        from ...compare.version_models import VersionChain

        return self._pages(VersionChain, f"/v1/articles/{_quoted(id)}/versions", "versions", limit)

    def diff(self, a: str, b: str, a_version: int | None, b_version: int | None) -> "DiffAnswer":  # noqa: D102
        from ...compare.version_models import DiffAnswer

        ids = {name: self.find(given) if "://" in given else given for name, given in (("a", a), ("b", b))}
        return self._get(DiffAnswer, "/v1/diff", **ids, a_version=a_version, b_version=b_version)

    def alignment(self, a: str, b: str) -> "AlignmentAnswer":  # noqa: D102
        from ...compare.models import AlignmentAnswer

        return self._get(AlignmentAnswer, f"/v1/articles/{_quoted(a)}/alignment/{_quoted(b)}")

    def novelty(self, id: str, against: "Sequence[str] | None") -> "NoveltyAnswer":  # noqa: D102
        from ...compare.models import NoveltyAnswer

        return self._get(NoveltyAnswer, f"/v1/articles/{_quoted(id)}/novelty", against=against)

    def _taken_in(self, lines: Sequence[bytes], query: Mapping[str, object]) -> "Iterator[Outcome | RefusedByServer]":
        """What became of some articles; of fewer at a time where a proxy takes no body of this size."""
        from ...ingest.models import BulkAnswer

        try:
            reply = self._client.ask("POST", "/v1/articles/bulk", query=query, lines=b"\n".join(lines))
        except RefusedByServer as error:
            if error.status != _TOO_LARGE:
                raise
            if len(lines) == 1:
                yield error
                return
            half = len(lines) // 2
            yield from self._taken_in(lines[:half], query)
            yield from self._taken_in(lines[half:], query)
            return
        found = self._read(BulkAnswer, reply).lines
        if len(found) != len(lines):
            raise RefusedByServer(f"{self._client.url} answered {len(found)} of {len(lines)} lines", 502, {})
        yield from map(outcome_of, found)

    def _end_run(self, path: str) -> "thread_models.RunAnswer":
        from ...threads.models import RunAnswer

        return self._post(RunAnswer, f"/v1/runs/{path}", {})

    def _work(self, kind: str, report: "Progress", since: str | None, until: str | None) -> dict[str, Any]:
        """The result of a job, which the server does by itself once it is asked for."""
        parameters = {name: value for name, value in (("since", since), ("until", until)) if value is not None}
        body = {"kind": kind, "parameters": parameters}
        job = self._client.ask("POST", "/v1/jobs", body=body, repeatable=False).json()
        try:
            while job["state"] in ("waiting", "running"):
                time.sleep(_POLL_S)
                job = self._client.ask("GET", f"/v1/jobs/{_quoted(job['id'])}").json()
                if job["total"]:
                    report(job["done"], job["total"])
        except KeyboardInterrupt:
            click.echo(f"the server goes on with it: GET /v1/jobs/{job['id']} says how far it is", err=True)
            raise
        if job["state"] != "done":
            raise RefusedByServer(f"the server could not do it: {job['error']}", 500, {})
        return dict(job["result"])

    def _get(self, model: type[_Answer], path: str, **query: object) -> _Answer:
        reply = self._client.ask("GET", path, query=query)
        if reply.status == _MOVED and reply.location:  # an id under which a version of the article came
            parts = urlsplit(reply.location)
            reply = self._client.ask("GET", parts.path, query=parse_qs(parts.query))
        return self._read(model, reply)

    def _post(self, model: type[_Answer], path: str, body: Mapping[str, object]) -> _Answer:
        given = {name: value for name, value in body.items() if value is not None}
        return self._read(model, self._client.ask("POST", path, body=given, repeatable=False))

    def _pages(
        self, model: type[_Answer], path: str, part: str, limit: int, *, count: Callable[[Any], int] = len,
        **query: object,
    ) -> _Answer:  # fmt: skip
        """Pages as one of up to `limit` entries."""
        entries: list[object] = []
        cursor: str | None = None
        while True:
            page = self._get(model, path, **query, limit=max(1, min(_PAGE, limit - count(entries))), cursor=cursor)
            entries += getattr(page, part)
            cursor = getattr(page, "next")  # noqa: B009 - every list has it
            if cursor is None or count(entries) >= limit:
                return page.model_copy(update={part: entries})

    def _read(self, model: type[_Answer], reply: Reply) -> _Answer:
        try:
            return model.model_validate_json(reply.body)
        except ValidationError as error:
            raise RefusedByServer(
                f"the answer of {self._client.url} is not as this version of Clew knows it: use the same version on"
                " both sides",
                reply.status,
                {},
            ) from error


def _quoted(id: str) -> str:
    return quote(id, safe="")
