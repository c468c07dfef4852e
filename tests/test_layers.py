"""What an import costs: heavy packages load when they are used, not before."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import newsearch

HEAVY = {"nltk", "numba", "whoosh", "numpy", "click", "ftfy"}
NOT_FOR_QUERIES = {
    *(
        "nltk",
        "numba",
        "whoosh",
        "urllib.request",
        "ssl",
        "hashlib",
        "html",
        "shutil",
        "tempfile",
        "newsearch.dates",
        "numpy.ma",
        "csv",
        "importlib.metadata",
        "newsearch.sources",
    ),
    *("newsearch.answers.matches", "newsearch.answers.reports", "newsearch.answers.table"),
    *("newsearch.index.load", "newsearch.index.merge", "newsearch.index.check"),
    *("newsearch.codec.check", "newsearch.codec.whoosh.terms", "newsearch.search.run.compiled"),
}

WHOOSH_IS_KNOWN_TO = (
    *("analysis/whoosh_analyzer.py", "codec/whoosh/"),
    *("index/lock.py", "index/toc_writing.py", "index/whoosh_index.py"),
    *("index/whoosh_schema.py", "index/whoosh_writer.py"),
    "sources/whoosh_index.py",
)
"""What would have to be written again without Whoosh."""


def loaded_by(code: str, cwd: Path, sought: set[str] = HEAVY) -> set[str]:
    """Modules, of those sought, that a fresh interpreter has loaded after running some code."""
    report = f"{code}\nimport sys\nprint(*sys.modules, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", report], check=True, capture_output=True, text=True, cwd=cwd
    )
    return sought & set(done.stderr.split())


@pytest.fixture
def repository() -> Path:
    return Path(__file__).parent.parent


def test_importing_newsearch_loads_nothing_heavy(repository: Path) -> None:
    assert loaded_by("import newsearch; newsearch.NewsearchError", repository) == set()


def test_reading_articles_loads_nothing_that_searches(repository: Path) -> None:
    assert loaded_by("import newsearch; list(newsearch.read('seeds'))", repository) == set()


def test_helping_loads_nothing_that_searches(repository: Path) -> None:
    assert loaded_by("from newsearch.cli import run; run(['--help'])", repository) == {"click"}


def test_indexing_and_querying_a_few_pages_does_not_load_numba(
    repository: Path, tmp_path: Path
) -> None:
    code = (
        "from newsearch.cli import run\n"
        f"run(['index', 'seeds', '-i', r'{tmp_path / 'index'}'])\n"
        f"run(['query', 'biegun', '-i', r'{tmp_path / 'index'}'])\n"
    )

    assert "numba" not in loaded_by(code, repository)


def test_no_command_starts_threads_for_matrices(repository: Path) -> None:
    code = (
        "import os, sys, newsearch.cli\n"
        "assert 'numpy' not in sys.modules\n"
        "sys.argv = ['newsearch', '--help']\n"
        "try: newsearch.cli.main()\n"
        "except SystemExit: assert os.environ['OPENBLAS_NUM_THREADS']\n"
    )

    assert "numpy" not in loaded_by(code, repository)


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with newsearch.open_index(tmp_path_factory.mktemp("a") / "index", create=True) as index:
        index.add(newsearch.read(Path(__file__).parent.parent / "seeds"))
    return index.path


@pytest.mark.parametrize(
    "question",
    [
        ["north", "korea", "talks"],
        ["--any", "--json", "north", "korea", "talks"],
        ["'\"north korea\"' -talks title:envoy", "--since", "2019", "--sort", "newest"],
        ["diplom*", "source:kyodo", "--count"],
    ],
)
def test_a_query_loads_only_what_it_needs(
    question: list[str], repository: Path, indexed: Path
) -> None:
    code = f"from newsearch.cli import run\nrun(['query', '-i', r'{indexed}', *{question!r}])"

    assert loaded_by(code, repository, NOT_FOR_QUERIES) == set()


COLORAMA = """
__version__ = "0.4.6"

def init():
    raise RuntimeError("sys.stdout was changed")

reinit = deinit = init

class Codes:
    def __getattr__(self, name):
        return ""

Fore = Style = Codes()
"""


@pytest.mark.parametrize("first", ["numba", "newsearch.compiling"])
@pytest.mark.slow
def test_compiling_leaves_the_standard_streams_alone(
    first: str, repository: Path, tmp_path: Path
) -> None:
    (tmp_path / "colorama.py").write_text(COLORAMA, "utf-8")
    code = (
        f"import sys; sys.path.insert(0, r'{tmp_path}')\n"
        f"import {first}\n"
        "from newsearch.compiling import compiled\n"
        "from numba.core.errors import TypingError, termcolor\n"
        "assert type(termcolor()).__name__ == 'HighlightColorScheme'\n"
        "try: compiled(lambda value: value + nowhere)(1)\n"
        "except TypingError as error: assert 'nowhere' in str(error)\n"
        "else: raise AssertionError('compiled what cannot be')\n"
    )

    assert "colorama" in loaded_by(code, repository, {"colorama"})


def test_whoosh_is_imported_only_where_it_is_known(repository: Path) -> None:
    package = repository / "newsearch"
    importing = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if re.search(r"^\s*(from|import) whoosh\b", path.read_text("utf-8"), re.MULTILINE)
    }

    assert {path for path in importing if not path.startswith(WHOOSH_IS_KNOWN_TO)} == set()
    for known in WHOOSH_IS_KNOWN_TO:
        assert any(path.startswith(known) for path in importing), f"{known} is known no longer"
