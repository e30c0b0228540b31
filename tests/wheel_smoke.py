"""Faults of packaging only: what a wheel must hold to work without the checkout. Run by `make wheel-test`.

pytest collects this file where it is named. It must run from the folder that `make wheel-test` makes (this file, `site`
with the wheel installed, `sample`), with `site` on PYTHONPATH: from the checkout it would find what a wheel has lost.
"""

import importlib
import importlib.metadata
import json
import os
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

HERE = Path(__file__).resolve().parent
SITE, SAMPLE, CHECKOUT = HERE / "site", HERE / "sample" / "archive", HERE.parents[1]
PACKAGES = ("corpus", "embeddings", "service")
FACES = (
    "corpus", "corpus.store", "embeddings.compare", "embeddings.duplicates", "embeddings.encoders",
    "embeddings.index", "embeddings.related", "embeddings.search", "embeddings.threads", "embeddings.threads.describe",
)  # fmt: skip
PAGES = (
    "/", "/threads", "/duplicates", "/search?q=ferry", "/articles/{article}", "/articles/{article}/versions",
    "/articles/{article}/alignment/{other}", "/diff?a={article}&b={other}", "/threads/{thread}",
    "/threads/{thread}/articles/{article}/why",
)  # fmt: skip


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample archive, ingested by the installed command."""
    folder = tmp_path_factory.mktemp("wheel") / "data"
    assert "read 62, stored 62" in clew("ingest", SAMPLE, "--model", "hashing", "--data", folder)
    return folder


@pytest.fixture(scope="session")
def client(data: Path) -> Iterator[Any]:
    from service.archive.archive import Archive
    from service.http.app import create_app
    from service.settings import load_settings

    with Archive(load_settings({"data": data, "model": "hashing"}), write=False) as archive:
        yield create_app(archive).test_client()


@pytest.fixture(scope="session")
def known(client: Any) -> dict[str, str]:
    """Ids of a thread and of two articles in it."""
    thread = client.get("/v1/threads?at_least=2&limit=1").get_json()["threads"][0]["id"]
    article, other = (
        item["id"] for item in client.get(f"/v1/threads/{thread}/articles?limit=2").get_json()["articles"]
    )
    return {"thread": thread, "article": article, "other": other}


def clew(*arguments: object) -> str:
    """What the installed command prints; run away from the checkout."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CLEW_")}
    command = [sys.executable, SITE / "bin" / "clew", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=SITE.parent, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


def files(folder: Path) -> set[str]:
    """The files of the three packages, relative to where they stand."""
    every = (file for package in PACKAGES for file in (folder / package).rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix() for file in every if "__pycache__" not in file.parts}


@pytest.mark.parametrize("package", PACKAGES)
def test_the_wheel_is_what_is_tested(package: str) -> None:
    assert Path(importlib.import_module(package).__path__[0]) == SITE / package


@pytest.mark.parametrize("package", PACKAGES)
def test_every_module_is_there_and_imports(package: str) -> None:
    found = importlib.import_module(package)
    names = [module.name for module in pkgutil.walk_packages(found.__path__, f"{package}.")]
    assert len(names) > 10
    for name in names:
        if ".migrations" not in name and not name.endswith("__main__"):
            importlib.import_module(name)


@pytest.mark.parametrize("face", FACES)
def test_a_face_has_what_it_names(face: str) -> None:
    module = importlib.import_module(face)
    assert module.__all__
    assert [name for name in module.__all__ if not hasattr(module, name)] == []


def test_nothing_of_the_packages_is_left_out() -> None:
    assert files(CHECKOUT) - files(SITE) == set()
    assert {Path(name).suffix for name in files(SITE)} >= {".py", ".html", ".css", ".js", ".svg", ".json", ".mako"}


def test_nothing_else_is_in_it() -> None:
    listed = importlib.metadata.files("clew") or []
    tops = {file.parts[0] for file in listed if ".." not in file.parts and file.parts[0] != "bin"}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(PACKAGES)
    assert [file for file in listed if re.search(r"(^|/)(tests?|benchmarks?|sample|conftest)\b", str(file))] == []


def test_the_metadata_say_name_version_and_licence() -> None:
    metadata = importlib.metadata.metadata("clew")
    assert (metadata["Name"], metadata["License-Expression"]) == ("clew", "Apache-2.0")
    assert metadata.get_all("License-File") == ["LICENSE"]
    texts = [file for file in importlib.metadata.files("clew") or [] if file.name == "LICENSE"]
    assert "Apache License" in texts[0].read_text()
    assert metadata["Version"] == re.search(r"[\d.]+", clew("--version"))[0]  # type: ignore[index]


def test_help_is_fast_to_ask_for() -> None:
    assert "Commands:" in clew("--help")


def _commands(command: click.Command, names: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield names
    for name, each in getattr(command, "commands", {}).items():
        yield from _commands(each, (*names, name))


def test_every_command_explains_itself() -> None:
    from service.cli import main

    found = list(_commands(main))
    assert len(found) > 20
    for names in found:
        result = CliRunner().invoke(main, [*names, "--help"])
        assert (result.exit_code, result.output[:6]) == (0, "Usage:"), names


def test_a_store_is_made_by_the_migrations(tmp_path: Path) -> None:
    from corpus.store import Store

    with Store(tmp_path / "data", write=True) as store, store.read() as tx:
        assert tx.articles.count() == 0
    found = {file.name for file in (SITE / "corpus/store/migrations/versions").glob("0*.py")}
    assert found == {file.name for file in (CHECKOUT / "corpus/store/migrations/versions").glob("0*.py")} != set()


def test_the_coefficients_are_there() -> None:
    from embeddings.search.similarity import model

    assert model()
    assert json.loads((SITE / "embeddings/search/scoring.json").read_text())["coefficients"]


def test_related_and_threads_answer_on_the_command_line(data: Path, known: dict[str, str]) -> None:
    options = ("--data", data, "--model", "hashing")
    related = json.loads(clew("related", known["article"], *options, "--limit", 3, "--json"))
    assert related["hits"]
    assert "t-" in clew("threads", "list", *options, "--limit", 3)
    assert "wrong" not in clew("doctor", *options)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_rendered(client: Any, known: dict[str, str], page: str) -> None:
    response = client.get(page.format(**known))
    assert response.status_code == 200, page
    assert "</html>" in response.get_data(as_text=True)


def test_every_template_is_used_or_included(client: Any) -> None:
    templates = client.application.jinja_env.list_templates(filter_func=lambda name: name.startswith("pages/"))
    assert len(templates) > 10
    for name in templates:
        client.application.jinja_env.get_template(name)
    assert client.get("/articles/nowhere").status_code == 404


@pytest.mark.parametrize("name", ["clew.css", "clew.js", "clew.svg"])
def test_a_static_file_is_served(client: Any, name: str) -> None:
    home = client.get("/").get_data(as_text=True)
    (address,) = set(re.findall(rf'"([^"]*/{name}[^"]*)"', home))
    with client.get(address) as response:
        assert (response.status_code, bool(response.data)) == (200, True)


def test_the_api_describes_itself(client: Any) -> None:
    described = client.get("/openapi.json").get_json()
    assert described["openapi"] == "3.1.0"
    assert "/v1/articles/{id}/related" in described["paths"]
    with client.get("/docs/swagger") as response:
        assert response.status_code in (200, 308)
