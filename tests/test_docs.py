"""The docs say what is: settings, paths, commands, links, and the README's first transcript."""

import re
import shlex
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from service.cli import main
from service.settings import settings_table

ROOT = Path(__file__).resolve().parents[1]
DOCS = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])


def blocks(text: str) -> list[str]:
    return re.findall(r"```console\n(.*?)```", text, re.DOTALL)


def commands(text: str) -> list[list[str]]:
    """Every `clew ...` line of the code blocks, split, comments left out."""
    found = (line.removeprefix("$ ").strip() for block in blocks(text) for line in block.splitlines())
    return [shlex.split(line, comments=True) for line in found if line.startswith("clew ")]


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


@pytest.mark.parametrize("command", commands((ROOT / "README.md").read_text()), ids=" ".join)
def test_the_commands_exist(command: list[str]) -> None:
    found: click.Command = main
    rest = command[1:]
    while isinstance(found, click.Group):
        name = rest.pop(0)
        assert name in found.commands, command
        found = found.commands[name]
    options = {option for parameter in found.params for option in parameter.opts}
    assert {word for word in rest if word.startswith("--")} <= options


@pytest.mark.parametrize("file", DOCS, ids=lambda file: file.name)
def test_the_links_lead_somewhere(file: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", file.read_text("utf-8")):
        path, _, anchor = target.partition("#")
        if not re.match(r"\w+:", target):
            found = (file.parent / path).resolve() if path else file
            assert found.exists(), target
            if anchor and found.suffix == ".md":
                headings = re.findall(r"^#+ (.*)$", found.read_text("utf-8"), re.MULTILINE)
                assert anchor in {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}, target


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
