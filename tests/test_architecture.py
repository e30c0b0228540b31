"""How the packages may lean on each other, read from their source; and that importing them does nothing.

`lint-imports` checks the layers in `pyproject.toml`; this checks what it cannot say, also in an installed wheel.
"""

import ast
import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import corpus
import service.cli

ROOT = Path(corpus.__file__).resolve().parents[1]
PACKAGES = ("corpus", "embeddings", "service")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
CODE = [path for path in MODULES if "migrations" not in path.parts]
FACES = ("corpus", "corpus.store", "corpus.errors", "embeddings", "embeddings.errors", "embeddings.index.faiss")
"""What one package may import from another; readers besides, each by its own name."""
MODULE_LINES = 450
FUNCTION_LINES = 60


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), name_of(path))


def imported(path: Path) -> Iterator[tuple[int, int, str]]:
    """(line, dots, module) of every import, wherever it stands."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, 0, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, node.level, node.module or ""


def importers(*packages: str) -> set[str]:
    """Files that import any of these packages."""
    return {
        name_of(path)
        for path in MODULES
        for _, dots, module in imported(path)
        if not dots and module.split(".")[0] in packages
    }


def test_the_source_is_found():
    assert len(CODE) > 80
    assert Path(service.cli.__file__).resolve().is_relative_to(ROOT)


def test_only_the_settings_read_the_environment():
    found = {
        name_of(path)
        for path in MODULES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute | ast.Name)
        and (node.attr if isinstance(node, ast.Attribute) else node.id) in ("environ", "environb", "getenv", "putenv")
    }
    assert found == {"service/settings.py"}


def test_one_file_knows_faiss():
    assert importers("faiss") == {"embeddings/index/faiss.py"}


def test_one_folder_knows_sql():
    found = importers("sqlalchemy", "alembic", "sqlite3")
    assert found
    assert [path for path in found if not path.startswith("corpus/store/")] == []


def test_only_the_service_knows_http():
    found = importers("flask", "flask_openapi", "werkzeug", "gunicorn", "prometheus_client")
    assert found
    assert [path for path in found if not path.startswith("service/")] == []


def test_nothing_that_runs_what_it_reads():
    assert importers("pickle", "cPickle", "dill", "shelve", "marshal", "joblib", "cloudpickle") == set()
    calls = {
        (name_of(path), node.lineno)
        for path in MODULES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("eval", "exec", "compile")
    }
    assert calls == set()
    allowed = {
        (name_of(path), node.lineno)
        for path in MODULES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.keyword) and node.arg == "allow_pickle"
        if not (isinstance(node.value, ast.Constant) and node.value.value is False)
    }
    assert allowed == set()


def test_packages_meet_at_their_faces_and_modules_within_them_relatively():
    wrong = []
    for path in MODULES:
        own = path.relative_to(ROOT).parts[0]
        for line, dots, module in imported(path):
            package = module.split(".")[0]
            if dots or package not in PACKAGES:
                continue
            if package == own:
                wrong.append(f"{name_of(path)}:{line} imports {module}: relatively, please")
            elif module not in FACES and not module.startswith("corpus.readers"):
                wrong.append(f"{name_of(path)}:{line} imports {module}: not a face of {package}")
    assert wrong == []


def test_imports_go_one_way():
    order = {package: place for place, package in enumerate(PACKAGES)}
    wrong = [
        f"{name_of(path)}:{line} imports {module}"
        for path in MODULES
        for line, dots, module in imported(path)
        if not dots and order.get(module.split(".")[0], -1) > order[path.relative_to(ROOT).parts[0]]
    ]
    assert wrong == []


def test_nobody_imports_what_is_private():
    wrong = [
        f"{name_of(path)}:{node.lineno} takes {alias.name} of {node.module or '.'}"
        for path in CODE
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name.startswith("_") and not alias.name.startswith("__")
    ]
    assert wrong == []


def faces() -> list[str]:
    """Packages that say what they export."""
    return [
        ".".join(path.parent.relative_to(ROOT).parts)
        for path in MODULES
        if path.name == "__init__.py"
        for node in tree(path).body
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "__all__" for t in node.targets)
    ]


@pytest.mark.parametrize("package", faces())
def test_a_face_is_a_sorted_list_of_what_is_there(package):
    exported = importlib.import_module(package).__all__
    constants = [name for name in exported if name.isupper()]
    classes = [name for name in exported if name[0].isupper() and not name.isupper()]
    others = [name for name in exported if name[0].islower()]
    assert list(exported) == sorted(constants) + sorted(classes) + sorted(others)
    assert len(set(exported)) == len(exported)
    module = importlib.import_module(package)
    assert [name for name in exported if not hasattr(module, name)] == []


def test_the_public_packages_have_a_face():
    assert {"corpus", "corpus.store", "embeddings", "embeddings.index"} <= set(faces())


def test_modules_fit_a_head():
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in CODE}
    assert {path: lines for path, lines in lengths.items() if lines > MODULE_LINES} == {}


def test_functions_fit_a_screen():
    lengths = {
        f"{name_of(path)}:{node.lineno} {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in CODE
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: lines for name, lines in lengths.items() if lines > FUNCTION_LINES} == {}


def run(code: str, *options: str) -> str:
    done = subprocess.run(
        [sys.executable, "-B", *options, "-c", code], env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    return done.stderr


@pytest.mark.parametrize(
    ("code", "absent"),
    [
        ("import corpus, corpus.readers", {"numpy", "sqlalchemy", "alembic", "flask", "faiss", "torch", "pydantic"}),
        ("import corpus, embeddings, service", {"torch", "faiss", "sentence_transformers", "transformers", "flask"}),
        ("import service.archive, service.ingest", {"torch", "faiss", "sentence_transformers", "flask", "gunicorn"}),
        ("import service.server", {"torch", "faiss", "sentence_transformers"}),
        ("import service.app", {"torch", "faiss", "sentence_transformers"}),
    ],
)
def test_importing_brings_nothing_heavy(code, absent):
    lines = run(code, "-X", "importtime").splitlines()
    loaded = {line.rsplit("|", 1)[1].strip().split(".")[0] for line in lines if "|" in line}
    assert loaded & absent == set()


_EVERY = """
import os, sys, threading, logging, importlib
names = {names!r}
environment, handlers, threads = dict(os.environ), list(logging.getLogger().handlers), threading.active_count()
opened = []
watched = ("socket.connect", "subprocess.Popen", "os.mkdir", "os.remove", "os.rename")
sys.addaudithook(lambda event, a: opened.append((event, a)) if event in watched else None)
for name in names:
    importlib.import_module(name)
assert dict(os.environ) == environment, "the environment has changed"
assert logging.getLogger().handlers == handlers, "logging is set up"
assert threading.active_count() == threads, "a thread runs"
assert not opened, opened
"""


def test_importing_everything_has_no_effect():
    names = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in CODE
        if path.name not in ("__main__.py", "env.py")
    ]
    run(_EVERY.format(names=names))
