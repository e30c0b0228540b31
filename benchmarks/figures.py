"""The figures of the README, taken by the commands that a user calls, as one JSON object.

    python benchmarks/figures.py [--data ../shared/data] [--only speed,http,quality] [--work DIR]

speed    an archive of 429 articles from the command to "done", beside SentenceTransformer.encode alone on the same
         paragraphs in the same run (encode, ingest, encode: the ratio is to the mean of both), and peak memory
http     time to ready, and `GET /v1/articles/{id}/related` one after the other over all of that archive
quality  B-cubed F1 of threads and MAP of related coverage on three labelled sets, at the default setting
"""

import argparse
import gzip
import json
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
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
SETS = (
    ("threads-ecbplus", None, 0.85, 0.935),
    ("threads-basil", None, 0.94, 0.975),
    ("threads-allsides-dev", 600, 0.86, 0.88),
)
"""Set, articles taken, goal of B-cubed F1, goal of MAP."""


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
    start = time.perf_counter()
    server = subprocess.Popen(
        [*CLEW, "serve", "--data", str(store), "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert server.stdout is not None
        address = re.search(r"http://\S+", server.stdout.readline()).group()  # type: ignore[union-attr]
        _get(f"{address}/readyz")
        ready = time.perf_counter() - start
        _warm(address)
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
        "related_by_id_ms": {
            "requests": len(times),
            "p50": round(statistics.median(times), 1),
            "p95": round(times[int(len(times) * 0.95)], 1),
            "p99": round(times[int(len(times) * 0.99)], 1),
        },
        "goal_p50_ms": 30,
        "help_s": round(statistics.median(helps), 3),
    }


def quality(data: Path, work: Path) -> dict[str, object]:
    """Threads and related coverage of three sets, each in a fresh store."""
    score = data.parent / "tools" / "score.py"
    found: dict[str, object] = {}
    for name, most, goal_b3, goal_map in SETS:
        gold = work / f"{name}.jsonl"
        with gzip.open(data / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            gold.write_text("".join(line for n, line in enumerate(lines) if most is None or n < most))
        store, threads, related = work / name, work / f"{name}-threads.jsonl", work / f"{name}-related.jsonl"
        summary = run(*CLEW, "ingest", str(gold), "--data", str(store))[0].strip()
        online = work / f"{name}-as-ingested.jsonl"
        run(*CLEW, "threads", "export", "--data", str(store), "--output", str(online))
        run(*CLEW, "threads", "build", "--data", str(store))
        run(*CLEW, "threads", "export", "--data", str(store), "--output", str(threads))
        run(*CLEW, "related", "--all", "--limit", "20", "--data", str(store), "--output", str(related))
        b3 = json.loads(run(sys.executable, str(score), "threads", str(gold), str(threads))[0])
        ranked = work / f"{name}-ranked.jsonl"
        ranked.write_text("".join(_ids_only(line) for line in related.read_text().splitlines()))
        retrieval = json.loads(run(sys.executable, str(score), "related", str(gold), str(ranked))[0])
        found[name] = {
            "summary": summary,
            "b3_f1": round(b3["b3_f1"], 4),
            "goal_b3_f1": goal_b3,
            "threads": b3["threads"],
            "gold_threads": b3["gold_threads"],
            "map_at_20": round(retrieval["map"], 4),
            "goal_map": goal_map,
            "p_at_1": round(retrieval["p_at_1"], 4),
            "recall_at_10": round(retrieval["recall_at_10"], 4),
        }
    return found


def _paragraphs(archive: Path) -> list[str]:
    """What `clew ingest` encodes: titles and paragraphs, as it splits them, each text once."""
    from corpus.readers.base import Found
    from corpus.readers.files import read_paths
    from embeddings import encoder_for
    from service.ingest import prepare
    from service.settings import quiet_libraries

    class Only:
        encoder = encoder_for("all-MiniLM-L6-v2")

    quiet_libraries()
    readings = [r for r in read_paths([archive]) if isinstance(r, Found)]
    texts = {h: t for r in readings for h, t in prepare(Only, r.article).texts.items()}  # type: ignore[arg-type]
    return list(texts.values())


def _lines(path: Path, store: Path) -> list[str]:
    run(*CLEW, "threads", "export", "--data", str(store), "--output", str(path))
    return path.read_text().splitlines()


def _ids_only(line: str) -> str:
    """The scoring tool takes ids without scores."""
    row = json.loads(line)
    return json.dumps({"id": row["id"], "related": [hit["id"] for hit in row["related"]]}) + "\n"


def _warm(address: str) -> None:
    """Wait for the encoder, which loads beside the first requests and would be measured with them."""
    body = json.dumps({"text": "Is anybody there?"}).encode()
    request = urllib.request.Request(f"{address}/v1/related", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=120) as answer:
        answer.read()


def _get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=60) as answer:
        return answer.read()


def main() -> None:
    """Take the figures that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--only", default="speed,http,quality")
    parser.add_argument("--work", type=Path)
    given = parser.parse_args()
    if not given.data.exists():
        raise SystemExit(f"{given.data} is missing: nothing to measure with")
    with tempfile.TemporaryDirectory() as scratch:
        work = given.work or Path(scratch)
        work.mkdir(parents=True, exist_ok=True)
        figures = {name: globals()[name](given.data, work) for name in given.only.split(",")}
    figures["machine"] = {
        "cores": os.cpu_count(),
        "peak_rss_gb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6,
    }
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
