"""Who may import what, what may stand where, and how long a piece may be: read from the code itself."""

import ast
import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import service

ROOT = (
    Path(service.__file__ or "").resolve().parents[1] if service.__file__ else Path(next(iter(service.__path__))).parent
)
PACKAGES = ("corpus", "embeddings", "service")
FILES = sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))
NAMES = [file.relative_to(ROOT).as_posix() for file in FILES]
LINES_MOST = 450
FUNCTION_LINES_MOST = 60


def tree(name: str) -> ast.Module:
    return ast.parse((ROOT / name).read_text("utf-8"), name)


def imports(name: str) -> Iterator[tuple[str, int]]:
    """(first part of the module, level) of every import of a file, wherever in it."""
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Import):
            yield from ((alias.name.partition(".")[0], 0) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0], node.level


def importers(*modules: str) -> set[str]:
    return {name for name in NAMES for module, level in imports(name) if level == 0 and module in modules}


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


def test_faiss_is_in_one_file() -> None:
    assert importers("faiss") == {"embeddings/index/faiss.py"}


def test_sql_is_in_one_folder() -> None:
    found = importers("sqlalchemy", "alembic", "sqlite3")
    assert found
    assert all(name.startswith("corpus/store/") for name in found), found


def test_http_is_in_one_package() -> None:
    found = importers("flask", "flask_openapi", "gunicorn", "werkzeug")
    assert found
    assert all(name.startswith("service/") for name in found), found


def test_the_models_libraries_are_behind_the_encoder() -> None:
    found = importers("torch", "sentence_transformers", "transformers", "tokenizers")
    assert found <= {"embeddings/encoders/sentence.py"}


@pytest.mark.parametrize("module", ["pickle", "cPickle", "dill", "joblib", "marshal", "shelve"])
def test_nothing_is_pickled(module: str) -> None:
    assert importers(module) == set()


def test_arrays_are_read_without_pickle() -> None:
    for name in NAMES:
        for node in ast.walk(tree(name)):
            if isinstance(node, ast.keyword) and node.arg == "allow_pickle":
                assert isinstance(node.value, ast.Constant), name
                assert node.value.value is False, name


@pytest.mark.parametrize(
    ("package", "others"),
    [("corpus", ("embeddings", "service", "numpy", "scipy")), ("embeddings", ("service",)), ("service", ())],
)
def test_imports_go_one_way(package: str, others: tuple[str, ...]) -> None:
    own = {name for name in NAMES if name.startswith(f"{package}/")}
    assert not own & importers(*others)
    whole = own & importers(package)
    assert whole <= {name for name in own if "/migrations/" in name}, "relative imports inside a package"


@pytest.mark.parametrize("package", ["corpus", "embeddings"])
def test_another_package_is_entered_by_its_faces(package: str) -> None:
    """`corpus`, `corpus.store`, `corpus.readers...`; `embeddings`, and its FAISS index, which is optional."""
    faces = {
        "corpus": ("corpus", "corpus.store", "corpus.readers", "corpus.readers.base", "corpus.readers.files",
                   "corpus.readers.streams", "corpus.readers.jsonl"),
        "embeddings": ("embeddings", "embeddings.index.faiss"),
    }[package]  # fmt: skip
    for name in NAMES:
        if not name.startswith(f"{package}/"):
            for node in ast.walk(tree(name)):
                if isinstance(node, ast.ImportFrom) and not node.level:
                    module = node.module or ""
                    assert module.partition(".")[0] != package or module in faces, (name, module)


def _faces() -> list[str]:
    folders = {Path(name).parent for name in NAMES if name.endswith("/__init__.py")}
    return sorted(".".join(folder.parts) for folder in folders)


@pytest.mark.parametrize("face", _faces())
def test_what_a_face_names_is_there(face: str) -> None:
    if "migrations" in face:
        pytest.skip("alembic's")
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


@pytest.mark.parametrize("face", ["corpus", "corpus.store", "embeddings"])
def test_the_great_faces_say_what_they_show(face: str) -> None:
    assert importlib.import_module(face).__all__


def test_faces_import_nothing_that_takes_long() -> None:
    heavy = ("torch", "faiss", "sentence_transformers", "transformers", "flask")
    code = f"import sys, corpus, corpus.store, embeddings; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("name", [name for name in NAMES if "/migrations/" not in name])
def test_pieces_fit_a_screen_or_some(name: str) -> None:
    assert len((ROOT / name).read_text("utf-8").splitlines()) <= LINES_MOST
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < FUNCTION_LINES_MOST, node.name


@pytest.mark.parametrize("name", [name for name in NAMES if "/migrations/" not in name])
def test_a_module_opens_with_what_it_is(name: str) -> None:
    assert ast.get_docstring(tree(name)), name
