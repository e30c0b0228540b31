"""Further fields of a source: kept, served back, and filters."""

import json
from pathlib import Path

from click.testing import CliRunner

from service.cli import main

STORY = "The council of Orsby voted on Monday to rebuild the bridge over the Kell, which a flood had carried away."


def clew(data: Path, *arguments: object, code: int = 0) -> str:
    environment = {"CLEW_DATA": str(data), "CLEW_MODEL": "hashing"}
    result = CliRunner().invoke(main, [str(argument) for argument in arguments], env=environment)
    assert result.exit_code == code, result.output
    return result.stdout


def test_fields_are_kept_from_a_file_and_filter(tmp_path, open_archive):
    rows = [
        {"id": f"b{n}", "title": f"Bridge {n}", "text": f"{STORY} Report {n}.", "Desk": desk, "tags": tags, "odd": None}
        for n, (desk, tags) in enumerate([("local", ["flood", "bridge"]), ("world", ["flood"]), ("local", "bridge")])
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, rows)))
    data = tmp_path / "data"
    clew(data, "ingest", tmp_path / "a.jsonl", "--keep", "desk, tags,odd", "--threads", "never")
    with open_archive(data, write=False) as archive, archive.reading() as view:
        assert view.tx.articles.get("b0").article.kept == {"desk": "local", "tags": ["flood", "bridge"]}
        assert [view.id_of(row) for row in view.tx.articles.rows_with("tags", "bridge")] == ["b0", "b2"]
    asked = ("related", "--text", "-", "--json", "--limit", 9)
    found = CliRunner().invoke(
        main, [*map(str, asked), "--kept", "desk=local", "--kept", "tags=flood"], input=STORY,
        env={"CLEW_DATA": str(data), "CLEW_MODEL": "hashing"},
    )  # fmt: skip
    assert found.exit_code == 0, found.output
    answer = json.loads(found.stdout)
    assert [hit["article"]["id"] for hit in answer["hits"]] == ["b0"]


def test_fields_are_kept_over_http(client):
    body = {"id": "a", "text": STORY, "kept": {"desk": "local", "n": [1, {"deep": "x\u0000"}]}}
    assert client.post("/v1/articles", json=body).status_code == 201
    assert client.get("/v1/articles/a").get_json()["kept"] == {"desk": "local", "n": [1, {"deep": "x\ufffd"}]}
    assert client.post("/v1/articles", json=body).get_json()["status"] == "unchanged"
    more = client.post("/v1/articles", json=body | {"kept": {"desk": "world"}}).get_json()
    assert more["status"] == "updated"
    assert client.get("/v1/articles/a").get_json()["kept"]["desk"] == "world"
    for kept in ("x", [1], {"a": "x" * 30_000}):
        assert client.post("/v1/articles", json={"text": STORY, "kept": kept}).status_code == 422
