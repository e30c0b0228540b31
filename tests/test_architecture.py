"""What import-linter cannot say: faces and their names, sizes, docstrings, the environment, pickles.

What may import what (layers, SQL, FAISS, HTTP, the model's libraries) is in `pyproject.toml`, for `make layers`.
"""

import ast
import importlib
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("corpus", "embeddings", "service")
FILES = sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))
NAMES = [file.relative_to(ROOT).as_posix() for file in FILES]
WRITTEN = [name for name in NAMES if "/migrations/" not in name]
LINES_MOST = 450
FUNCTION_LINES_MOST = 50
FACE_NAMES_MOST = 40
CHAIN_MOST = 26
"""Modules in the longest chain of imports: who reads one module may have to follow so many."""

CORPUS_FACES = (
    "corpus", "corpus.fields.names", "corpus.fields.records", "corpus.records", "corpus.store", "corpus.readers",
    "corpus.readers.base", "corpus.readers.files", "corpus.readers.jsonl", "corpus.readers.streams",
    "corpus.readers.survey",
)  # fmt: skip
ROOMS = (
    "embeddings.compare", "embeddings.duplicates", "embeddings.encoders", "embeddings.evaluation", "embeddings.figures",
    "embeddings.index", "embeddings.index.faiss", "embeddings.lexical", "embeddings.preparing", "embeddings.related",
    "embeddings.search", "embeddings.threads", "embeddings.threads.constraints", "embeddings.threads.describe",
)  # fmt: skip
SHARED = ("embeddings.errors", "embeddings.locks", "embeddings.parallel", "embeddings.times", "embeddings.types",
          "embeddings.vectors")  # fmt: skip
FACES = {"corpus": CORPUS_FACES, "embeddings": (*ROOMS, *SHARED)}
ALL_FACES = [face for faces in FACES.values() for face in faces]
LOOSE = {"cursors", "doctor", "errors", "jobs", "limits", "models", "settings", "version"}
"""What all subjects of `service` share; whatever belongs to one subject stands in its folder."""


@cache
def tree(name: str) -> ast.Module:
    return ast.parse((ROOT / name).read_text("utf-8"), name)


def imports(name: str) -> Iterator[tuple[str, int]]:
    """(module, level) of every import of a file, wherever in it."""
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, 0) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "", node.level


def importers(module: str) -> set[str]:
    return {name for name in NAMES for found, level in imports(name) if not level and found.partition(".")[0] == module}


def modules() -> dict[str, str]:
    """Module -> file."""
    return {name.removesuffix(".py").removesuffix("/__init__").replace("/", "."): name for name in WRITTEN}


def test_there_is_something_to_look_at() -> None:
    assert len(FILES) > 60
    assert importers("pathlib")


def test_the_environment_is_read_in_one_file() -> None:
    found = set()
    for name in NAMES:
        for node in ast.walk(tree(name)):
            if isinstance(node, ast.Attribute) and node.attr in ("environ", "environb", "getenv", "putenv"):
                found.add(name)
            if isinstance(node, ast.ImportFrom) and node.module == "os":
                assert not {a.name for a in node.names} & {"environ", "getenv"}, name
    assert found == {"service/settings.py"}


@pytest.mark.parametrize("module", ["pickle", "cPickle", "dill", "joblib", "marshal", "shelve"])
def test_nothing_is_pickled(module: str) -> None:
    assert importers(module) == set()


def test_arrays_are_read_without_pickle() -> None:
    for name in NAMES:
        for node in ast.walk(tree(name)):
            if isinstance(node, ast.keyword) and node.arg == "allow_pickle":
                assert isinstance(node.value, ast.Constant), name
                assert node.value.value is False, name


@pytest.mark.parametrize("package", PACKAGES)
def test_inside_a_package_imports_are_relative(package: str) -> None:
    assert not {name for name in WRITTEN if name.startswith(f"{package}/")} & importers(package)


def entries(package: str) -> dict[str, str]:
    """The modules of a package that files outside it import, each with the last such file."""
    return {
        module: name
        for name in NAMES
        if not name.startswith(f"{package}/")
        for module, level in imports(name)
        if not level and module.partition(".")[0] == package
    }


@pytest.mark.parametrize("package", FACES)
def test_another_package_is_entered_by_its_faces(package: str) -> None:
    found = entries(package)
    assert found
    assert not {module: name for module, name in found.items() if module not in (*FACES[package], package)}


def _packages() -> list[str]:
    return [module for module, name in modules().items() if name.endswith("/__init__.py")]


@pytest.mark.parametrize("face", sorted({*_packages(), *(face for face in ALL_FACES if face in modules())}))
def test_what_a_face_names_is_there(face: str) -> None:
    module = importlib.import_module(face)
    names = getattr(module, "__all__", None)
    if names is None:
        return
    assert list(names) == sorted(set(names), key=_isort), face
    for name in names:
        assert hasattr(module, name), (face, name)


def _isort(name: str) -> tuple[int, str]:
    """Constants, classes, the rest: as ruff sorts `__all__`."""
    return 0 if name.isupper() else 1 if name[:1].isupper() else 2, name


@pytest.mark.parametrize("package", FACES)
def test_a_face_says_what_it_shows_and_a_room_shows_little(package: str) -> None:
    known = modules()
    for face in {*FACES[package], *entries(package)} - {"embeddings"}:
        if face in known and known[face].endswith("/__init__.py"):
            names = getattr(importlib.import_module(face), "__all__", ())
            assert names or face not in entries(package), face
            assert package == "corpus" or len(names) <= FACE_NAMES_MOST, face


def test_faces_import_nothing_that_takes_long() -> None:
    light = [face for face in ALL_FACES if face != "embeddings.index.faiss"]
    assert _loaded(light, "torch", "faiss", "sentence_transformers", "transformers", "flask") == []


def test_vectors_and_plain_records_load_no_sql() -> None:
    assert _loaded([face for face in ALL_FACES if face != "corpus.store"], "sqlalchemy", "alembic", "sqlite3") == []


def _loaded(faces: list[str], *heavy: str) -> list[str]:
    """Which of some modules are loaded after importing some faces, and nothing else."""
    code = f"import sys, {', '.join(['embeddings', *faces])}; print(*[m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return done.stdout.split()


def test_no_more_modules_stand_loose_in_service() -> None:
    assert {Path(name).stem for name in WRITTEN if Path(name).parent.name == "service"} - {"__init__"} <= LOOSE


def test_the_longest_chain_of_imports_gets_no_longer() -> None:
    chain = longest_chain()
    assert len(chain) <= CHAIN_MOST, " -> ".join(chain)


def longest_chain() -> tuple[str, ...]:
    """The longest way from module to imported module, of what is imported at the top of a file."""

    @cache
    def chain(module: str) -> tuple[str, ...]:
        return module, *max((chain(other) for other in top_imports(module)), key=len, default=())

    return max((chain(module) for module in modules()), key=len)


def top_imports(module: str) -> set[str]:
    """The modules of the product that a module imports at its top."""
    known, found = modules(), set()
    folder = module.split(".") if known[module].endswith("/__init__.py") else module.split(".")[:-1]
    for node in tree(known[module]).body:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = folder[: len(folder) - node.level + 1] if node.level else []
            start = ".".join([*base, *filter(None, [node.module])])
            parts = {alias.name: f"{start}.{alias.name}" for alias in node.names}
            found |= {part if part in known else start for part in parts.values()}
    return found & known.keys() - {module}


@pytest.mark.parametrize("name", WRITTEN)
def test_pieces_fit_a_screen_or_some(name: str) -> None:
    assert len((ROOT / name).read_text("utf-8").splitlines()) <= LINES_MOST
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < FUNCTION_LINES_MOST, node.name


@pytest.mark.parametrize("name", WRITTEN)
def test_a_module_opens_with_what_it_is(name: str) -> None:
    assert ast.get_docstring(tree(name)), name
