"""The figures of the README, taken by the commands that a user calls, as one JSON object.

    python benchmarks/figures.py [--data ../shared/data] [--only speed,http,quality] [--sets NAMES] [--work DIR]

speed    an archive of 429 articles from the command to "done", beside SentenceTransformer.encode alone on the same
         paragraphs in the same run (encode, ingest, encode: the ratio is to the mean of both), and peak memory
http     time to ready (articles by id) and to the address (texts too), and `GET /v1/articles/{id}/related` one after
         the other over all of that archive
quality  on labelled sets, each in a fresh store, at the default setting: B-cubed of the threads after `clew threads
         build` (and F1 before it: each article put in as it came), MAP of related coverage at 20 hits and at 200,
         correlation of `score` with people's grades; --sets has some of them, with commas
"""

import argparse
import json
import os
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

CLEW = [sys.executable, "-m", "service.cli"]
ENCODE = """
import sys, time, json, resource
from service.settings import quiet_libraries
quiet_libraries()
from sentence_transformers import SentenceTransformer
from embeddings.encoders.sentence import SentenceEncoder
texts = json.load(open(sys.argv[1]))
model = SentenceTransformer(str(SentenceEncoder()._path), device="cpu")
model.encode(texts[:8])
start, cpu = time.perf_counter(), time.process_time()
model.encode(texts, normalize_embeddings=True)
print(json.dumps({"wall_s": time.perf_counter() - start, "cpu_s": time.process_time() - cpu, "texts": len(texts)}))
"""
SETS: dict[str, dict[str, float]] = {
    "threads-ecbplus": {"b3_f1": 0.925, "map": 0.96},
    "threads-basil": {"b3_f1": 0.985, "map": 0.99},
    "threads-allsides-dev": {"b3_f1": 0.90, "map": 0.91, "recall_at_10": 0.97},
    "threads-wcep-2002-2018": {"b3_f1": 0.56, "map": 0.45},
    "pairs-semeval22-t8-train-subset": {"pearson": 0.82},
}
"""Set -> goals. Of WCEP what was published from 2017 on, in stories of three and more there; of the pairs those in
English."""
FIRST_PAGE, DEEP = 20, 200
"""Hits that are asked for."""


def run(*command: str, env: dict[str, str] | None = None) -> tuple[str, float, float, int]:
    """Run a command; its output, wall seconds, CPU seconds and peak memory in bytes (of it and its children)."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, **(env or {})})
    assert process.stdout is not None
    output = process.stdout.read()
    process.stdout.close()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}: {output}")
    return output, time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def speed(data: Path, work: Path) -> dict[str, object]:
    """Ingest beside encoding alone."""
    archive, store = data / "archive-seed-format.tar.gz", work / "archive"
    texts = work / "texts.json"
    texts.write_text(json.dumps(_paragraphs(archive)))
    before = json.loads(run(sys.executable, "-c", ENCODE, str(texts))[0])
    output, wall, cpu, memory = run(*CLEW, "ingest", str(archive), "--data", str(store))
    after = json.loads(run(sys.executable, "-c", ENCODE, str(texts))[0])
    encode_wall = (before["wall_s"] + after["wall_s"]) / 2
    encode_cpu = (before["cpu_s"] + after["cpu_s"]) / 2
    again, again_wall, _, _ = run(*CLEW, "ingest", str(archive), "--data", str(store))
    return {
        "summary": output.strip(),
        "paragraphs": before["texts"],
        "encode_alone_wall_s": [round(before["wall_s"], 1), round(after["wall_s"], 1)],
        "ingest_wall_s": round(wall, 1),
        "ratio_wall": round(wall / encode_wall, 3),
        "ratio_cpu": round(cpu / encode_cpu, 3),
        "goal_ratio": 1.25,
        "peak_memory_gb": round(memory / 1e9, 2),
        "second_time": again.strip(),
        "second_time_wall_s": round(again_wall, 1),
    }


def http(data: Path, work: Path) -> dict[str, object]:
    """A server over the archive that `speed` stored."""
    store = work / "archive"
    if not store.exists():
        run(*CLEW, "ingest", str(data / "archive-seed-format.tar.gz"), "--data", str(store))
    address, start = f"http://127.0.0.1:{_free_port()}", time.perf_counter()
    server = subprocess.Popen(
        [*CLEW, "serve", "--data", str(store), "--port", address.rsplit(":", 1)[1]],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        _wait(f"{address}/readyz")
        ready = time.perf_counter() - start
        assert server.stdout is not None
        assert address in server.stdout.readline()  # printed when the encoder is loaded
        announced = time.perf_counter() - start
        ids = [json.loads(line)["id"] for line in _lines(work / "threads.jsonl", store)]
        times = []
        for id in ids:
            begun = time.perf_counter()
            _get(f"{address}/v1/articles/{urllib.parse.quote(id, safe='')}/related")
            times.append((time.perf_counter() - begun) * 1000)
    finally:
        server.terminate()
        server.wait(60)
    times.sort()
    helps = [run(*CLEW, "--help")[1] for _ in range(5)]
    return {
        "ready_s": round(ready, 2),
        "announced_s": round(announced, 2),
        "related_by_id_ms": {
            "requests": len(times),
            "p50": round(statistics.median(times), 1),
            "p95": round(times[int(len(times) * 0.95)], 1),
            "p99": round(times[int(len(times) * 0.99)], 1),
        },
        "goal_p50_ms": 30,
        "help_s": round(statistics.median(helps), 3),
    }


def quality(data: Path, work: Path, names: Sequence[str] = tuple(SETS)) -> dict[str, object]:
    """Threads, related coverage and grades, each set in a fresh store."""
    from benchmarks.scoring.sets import rows_of

    found: dict[str, object] = {}
    for name in names:
        path = data / f"{name}.jsonl.gz"
        if not path.exists():
            found[name] = f"skipped: there is no {path}"
            continue
        rows, pairs = rows_of(name, path)
        gold, store = work / f"{name}.jsonl", work / name
        gold.write_text("".join(json.dumps(row) + "\n" for row in rows))
        summary = run(*CLEW, "ingest", str(gold), "--threads", "never", "--data", str(store))[0].strip()
        reached = _grades(store, pairs) if pairs else _stories(data, work, name)
        found[name] = {"summary": summary, **reached, "goals": SETS[name]}
    return found


def _stories(data: Path, work: Path, name: str) -> dict[str, float]:
    """Threads and related coverage of an ingested set, by the project's scoring tool."""
    tool, gold, store = data.parent / "tools" / "score.py", work / f"{name}.jsonl", work / name

    def scored(what: str, given: Path) -> dict[str, float]:
        answer: dict[str, float] = json.loads(run(sys.executable, str(tool), what, str(gold), str(given))[0])
        return answer

    threads, related, ranked = (work / f"{name}-{what}.jsonl" for what in ("threads", "related", "ranked"))
    run(*CLEW, "threads", "export", "--data", str(store), "--output", str(threads))
    online = scored("threads", threads)
    run(*CLEW, "threads", "build", "--data", str(store))
    run(*CLEW, "threads", "export", "--data", str(store), "--output", str(threads))
    b3 = scored("threads", threads)
    retrieval = {}
    for limit in (FIRST_PAGE, DEEP):
        run(*CLEW, "related", "--all", "--limit", str(limit), "--data", str(store), "--output", str(related))
        ranked.write_text("".join(_ids_only(line) for line in related.read_text().splitlines()))
        retrieval[limit] = scored("related", ranked)
    return {
        "b3_f1": round(b3["b3_f1"], 4),
        "b3_precision": round(b3["b3_precision"], 4),
        "b3_recall": round(b3["b3_recall"], 4),
        "b3_f1_online": round(online["b3_f1"], 4),
        "threads": b3["threads"],
        "gold_threads": b3["gold_threads"],
        "map": round(retrieval[DEEP]["map"], 4),
        "map_at_20": round(retrieval[FIRST_PAGE]["map"], 4),
        "p_at_1": round(retrieval[FIRST_PAGE]["p_at_1"], 4),
        "recall_at_10": round(retrieval[FIRST_PAGE]["recall_at_10"], 4),
    }


def _grades(store: Path, pairs: Sequence[tuple[str, str, float]]) -> dict[str, float]:
    """Correlation of the `score` of `clew align A B` with people's grades; hundreds of pairs, so in this process."""
    from corpus import NoSuchArticle
    from service.archive import Archive
    from service.compare import alignment
    from service.settings import load_settings, quiet_libraries

    quiet_libraries()
    scores, grades = [], []
    with Archive(load_settings({"data": store}), write=False) as archive:
        for a, b, grade in pairs:
            try:
                scores.append(archive.read(alignment, a, b).score)
            except NoSuchArticle:
                continue  # refused at its ingest: no text
            grades.append(grade)
    return {"pairs": len(scores), "pearson": round(statistics.correlation(scores, grades), 4)}


def _paragraphs(archive: Path) -> list[str]:
    """What `clew ingest` encodes: titles and paragraphs, as it splits them, each text once."""
    from corpus.readers.base import ParsedArticle
    from corpus.readers.files import read_paths
    from embeddings.encoders import DEFAULT_MODEL, encoder_for
    from embeddings.preparing import prepare
    from service.settings import quiet_libraries

    quiet_libraries()
    encoder = encoder_for(DEFAULT_MODEL)
    readings = [r for r in read_paths([archive]) if isinstance(r, ParsedArticle)]
    texts = {h: t for r in readings for h, t in prepare(r.article, encoder).texts.items()}
    return list(texts.values())


def _lines(path: Path, store: Path) -> list[str]:
    run(*CLEW, "threads", "export", "--data", str(store), "--output", str(path))
    return path.read_text().splitlines()


def _ids_only(line: str) -> str:
    """The scoring tool takes ids without scores."""
    row = json.loads(line)
    return json.dumps({"id": row["id"], "related": [hit["id"] for hit in row["related"]]}) + "\n"


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port


def _wait(url: str) -> None:
    """Until the server answers."""
    for _ in range(6_000):
        try:
            _get(url)
            return
        except urllib.error.URLError:
            time.sleep(0.01)
    raise SystemExit(f"{url} does not answer")


def _get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=60) as answer:
        body: bytes = answer.read()
        return body


def main() -> None:
    """Take the figures that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--only", default="speed,http,quality")
    parser.add_argument("--sets", default=",".join(SETS))
    parser.add_argument("--work", type=Path)
    given = parser.parse_args()
    sets = given.sets.split(",")
    if unknown := [name for name in sets if name not in SETS]:
        parser.error(f"no such set: {', '.join(unknown)}; there are {', '.join(SETS)}")
    takes: dict[str, Callable[[Path, Path], dict[str, object]]] = {
        "speed": speed, "http": http, "quality": partial(quality, names=sets),
    }  # fmt: skip
    if not given.data.exists():
        raise SystemExit(f"{given.data} is missing: nothing to measure with")
    with tempfile.TemporaryDirectory() as scratch:
        work = given.work or Path(scratch)
        work.mkdir(parents=True, exist_ok=True)
        figures = {name: takes[name](given.data, work) for name in given.only.split(",")}
    figures["machine"] = {
        "cores": os.cpu_count(),
        "peak_rss_gb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6,
    }
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
