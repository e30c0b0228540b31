"""`clew ingest`: what would be read, reports of skips and notes, fields of any name."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from corpus.fields.names import NAMES
from service.cli import main

STORY = "The council of Orsby voted on Monday to rebuild the bridge over the Kell, which a flood had carried away."
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    environment = {"CLEW_DATA": str(tmp_path / "data"), "CLEW_MODEL": "hashing"}

    def run_it(*arguments: object, code: int = 0) -> Result:
        result = CliRunner().invoke(main, [str(argument) for argument in arguments], env=environment)
        assert result.exit_code == code, result.output
        return result

    return run_it


@pytest.fixture
def export(tmp_path: Path) -> Path:
    records: list[dict[str, object]] = [
        {
            "headline": f"Bridge {n}",
            "story_html": f"<p>{STORY}</p><p>Number {n}.</p>",
            "desk": "local",
            "when": "2024-03-04",
        }
        for n in range(3)
    ]
    path = tmp_path / "export.json"
    path.write_text(json.dumps({"count": 4, "items": [*records, {"headline": "?", "body": "..."}]}, indent=2))
    return path


def test_a_dry_run_shows_what_would_be_read_and_stores_nothing(run: Run, export: Path, tmp_path: Path) -> None:
    shown = run("ingest", "--dry-run", export).output
    assert "would read 3 articles (json 3), skip 1" in shown
    assert "with title 100 %, date 0 %" in shown
    assert "title is read from headline (3)" in shown
    assert "section is read from desk (3)" in shown
    assert "not read: when: 3 articles; --field published=when?" in shown
    assert "skip: text: has no letter or digit (1)" in shown
    assert f"{export}, line 1, item 1\n  Bridge 0\n" in shown
    assert not (tmp_path / "data").exists()
    found = json.loads(run("ingest", "--dry-run", "--json", export).stdout)
    assert (found["articles"], found["skipped"], found["have"]["title"]) == (3, 1, 3)


def test_a_dry_run_of_nothing_readable_fails(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"a": 1}')
    assert "fields given: 'a'" in run("ingest", "--dry-run", tmp_path / "a.json", code=1).output


def test_a_dry_run_names_notices(run: Run, tmp_path: Path) -> None:
    notice = "We value your privacy. To read on, accept our use of cookies or subscribe."
    rows = [{"title": f"Headline {n}", "text": notice} for n in range(4)] + [{"title": "Bridge", "text": STORY}] * 3
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, rows)))
    assert (
        "4 articles have a body that stands under three headlines or more"
        in run("ingest", "--dry-run", tmp_path / "a.jsonl").output
    )


def test_fields_of_other_names(run: Run, export: Path) -> None:
    result = run("ingest", export, "--field", "published=when", "--field", "section=desk")
    assert "stored 3" in result.stdout
    assert "not read" not in result.stderr
    assert "must be WHAT=NAME, with WHAT one of author" in run("ingest", export, "--field", "a=b", code=2).output
    assert "no encoding 'utf-99'" in run("ingest", export, "--encoding", "utf-99", code=2).output


def test_a_field_that_is_like_a_text_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({"headline": "", "mystery": STORY * 3}))
    assert "--field text=mystery?" in run("ingest", tmp_path / "a.jsonl", code=1).output


def test_the_report_has_every_skip_and_note(run: Run, export: Path, tmp_path: Path) -> None:
    run("ingest", export, "--report", tmp_path / "report")
    lines = [json.loads(line) for line in (tmp_path / "report").read_text().splitlines()]
    assert {"place": f"{export}, line 1, item 4", "skipped": "text: has no letter or digit"} in lines
    assert {"place": f"{export}, line 1, item 1", "note": "no date"} in lines


def test_the_page_of_formats_has_the_names_of_the_table() -> None:
    text = (Path(__file__).parents[1] / "docs/formats.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| ([a-z, ]+) \|$", text, re.MULTILINE))
    assert rows == {what: ", ".join(names) for what, names in NAMES.items()}
