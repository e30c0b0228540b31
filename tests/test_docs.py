"""The docs say what is: settings, addresses, commands, links, files, constants, and the README's first transcript."""

import re
import shlex
from functools import cache
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from service.cli import main
from service.settings import CONFIG_VARIABLE, settings_table

ROOT = Path(__file__).resolve().parents[1]
DOCS = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "benchmarks/README.md", ROOT / "sample/README.md"]
)
"""Every document."""
PACKAGES = ("corpus", "embeddings", "service")
FOLDERS = (*PACKAGES, "benchmarks", "docs", "sample", "tests")


def named(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def blocks(text: str) -> list[str]:
    return re.findall(r"```console\n(.*?)```", text, re.DOTALL)


def commands(file: Path) -> list[list[str]]:
    """Every `clew ...` of a document, in a line of a code block or within a sentence; split, comments left out."""
    text = file.read_text("utf-8")
    lines = [line.removeprefix("$ ").strip() for block in blocks(text) for line in block.splitlines()]
    inline = re.findall(r"`(clew\s[^`]*)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    return [shlex.split(line, comments=True) for line in [*lines, *inline] if line.split()[:1] == ["clew"]]


def test_the_settings_are_those_of_the_table() -> None:
    rows = re.findall(
        r"^\| `(.*)` \| `(.*)` \| `(.*)` \| (.*) \|$", (ROOT / "docs/settings.md").read_text(), re.MULTILINE
    )
    assert rows == settings_table()


def test_the_paths_are_those_of_the_app(client: Any) -> None:
    text = (ROOT / "docs/http-api.md").read_text()
    written = set(re.findall(r"`(GET|POST|PUT|DELETE) (/[^`]*)`", text))
    served = {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in client.application.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    unnamed = {(method, re.sub(r"\{\w+\}", "{}", path)) for method, path in written}
    known = {(method, re.sub(r"\{\w+\}", "{}", path)) for method, path in served}
    assert unnamed <= known
    assert {pair for pair in known if pair[1].startswith("/v1")} <= unnamed


@pytest.mark.parametrize("file", DOCS, ids=named)
def test_the_commands_exist(file: Path) -> None:
    for command in commands(file):
        found: click.Command = main
        rest = command[1:]
        while isinstance(found, click.Group) and rest and not rest[0].startswith("-"):
            name = rest.pop(0)
            assert name in found.commands, command
            found = found.commands[name]
        options = {option for parameter in found.params for option in parameter.opts}
        assert {word for word in rest if word.startswith("--")} <= options, command


def test_there_are_commands_to_look_at() -> None:
    assert len(commands(ROOT / "README.md")) > 15


@pytest.mark.parametrize("file", DOCS, ids=named)
def test_the_links_lead_somewhere(file: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", file.read_text("utf-8")):
        path, _, anchor = target.partition("#")
        if not re.match(r"\w+:", target):
            found = (file.parent / path).resolve() if path else file
            assert found.exists(), target
            if anchor and found.suffix == ".md":
                headings = re.findall(r"^#+ (.*)$", found.read_text("utf-8"), re.MULTILINE)
                assert anchor in {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}, target


@pytest.mark.parametrize("file", DOCS, ids=named)
def test_the_paths_of_files_exist(file: Path) -> None:
    written = set(re.findall(rf"`((?:{'|'.join(FOLDERS)})/[\w./-]*)`", file.read_text("utf-8")))
    assert {path for path in written if not (ROOT / path).exists()} == set()


@pytest.mark.parametrize("file", DOCS, ids=named)
def test_the_constants_exist(file: Path) -> None:
    written = set(re.findall(r"`(?:[a-z_]+\.)*([A-Z]+_[A-Z_]+|[A-Z]{5,})`", file.read_text("utf-8")))
    settings = {variable for _, variable, *_ in settings_table()} | {CONFIG_VARIABLE}
    assert written - settings - {"DELETE"} <= constants()


@cache
def constants() -> frozenset[str]:
    """The constants of all modules, as they are written."""
    sources = (file.read_text("utf-8") for folder in FOLDERS for file in (ROOT / folder).rglob("*.py"))
    return frozenset(name for source in sources for name in re.findall(r"^[A-Z_]{4,}\b", source, re.MULTILINE))


def test_what_the_walks_pass_through_exists() -> None:
    """Functions, classes and methods that `docs/architecture.md` names; single words may also be modules."""
    source = "\n".join(file.read_text("utf-8") for folder in PACKAGES for file in (ROOT / folder).rglob("*.py"))
    text = (ROOT / "docs/architecture.md").read_text("utf-8")
    written = re.findall(r"`(?:[A-Z]\w+\.)?([a-z]+_[a-z_]+|[A-Z][a-z]\w+)(?:\(\))?`", text)
    written += re.findall(r"`[A-Z]\w+\.([a-z]\w+)(?:\(\))?`", text)
    assert len(written) > 30
    assert {name for name in written if not re.search(rf"\b(def|class) {name}\b", source)} == {"threads_build"}  # a job


@pytest.mark.parametrize("file", DOCS, ids=named)
def test_no_path_leads_out_of_the_repository(file: Path) -> None:
    found = set(re.findall(r"(?:/home|/root|/tmp|/work|\.\.)/[\w./-]*", file.read_text("utf-8")))
    assert found <= {"../shared/data"}  # where benchmarks look for labelled sets by default: `--data`


@pytest.mark.model
def test_the_transcript_is_what_is_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    environment = {"CLEW_DATA": str(tmp_path / "data")}
    parts = re.split(r"^\$ ", blocks((ROOT / "README.md").read_text("utf-8"))[0], flags=re.MULTILINE)[1:]
    assert len(parts) >= 4
    for part in parts:
        command, *shown = part.splitlines()
        result = CliRunner().invoke(main, shlex.split(command)[1:], env=environment)
        assert result.exit_code == 0, (command, result.output)
        printed = result.stdout.splitlines()
        if command.startswith("clew related"):  # the beginning of each hit
            printed = printed[: len(shown)]
        assert printed == shown, command
