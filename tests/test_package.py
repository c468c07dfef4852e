"""What users install: the public names, the types, the version and the wheel."""

from __future__ import annotations

import ast
import importlib.metadata
import inspect
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import newsearch

REPOSITORY = Path(__file__).parent.parent
SEARCH = """\
import newsearch

with newsearch.open_index("archive") as index:
    for hit in index.search("x", limit=3):
        print(hit.title, hit.snippet.html)
"""


def test_every_public_name_is_there_and_has_a_docstring() -> None:
    for name in newsearch.__all__:
        assert inspect.getdoc(getattr(newsearch, name)), name


def test_dir_shows_each_public_name_once_and_nothing_else() -> None:
    for name in newsearch.__all__:
        getattr(newsearch, name)

    shown = [name for name in dir(newsearch) if not name.startswith("__")]

    assert shown == sorted(newsearch.__all__)
    assert len(set(dir(newsearch))) == len(dir(newsearch))


def test_a_type_checker_sees_the_names_that_are_loaded() -> None:
    tree = ast.parse(Path(newsearch.__file__).read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]

    seen = {name.asname for node in imports for name in node.names if name.asname}

    assert seen | {"open_index"} == set(newsearch.__all__)


def test_a_name_that_is_not_public_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Searcher'"):
        newsearch.Searcher  # noqa: B018


def test_every_extra_that_somebody_is_told_to_install_exists() -> None:
    files = [REPOSITORY / "README.md", REPOSITORY / "pyproject.toml"]
    files += (REPOSITORY / "newsearch").rglob("*.py")
    texts = [file.read_text(encoding="utf-8") for file in files]
    there = tomllib.loads(texts[1])["project"]["optional-dependencies"]

    told = [names for text in texts for names in re.findall(r"newsearch\[([a-z,]+)\]", text)]

    assert told
    assert set(",".join(told).split(",")) <= set(there)


def test_the_metadata_have_the_version_of_the_package() -> None:
    try:
        assert importlib.metadata.version("newsearch") == newsearch.__version__
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("newsearch is not installed here, only on the path")


def in_python(python: Path, *args: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [python, *args], cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel made of the sdist of this repository, as a package index would hold them."""
    folder = tmp_path_factory.mktemp("dist")
    built = in_python(
        Path(sys.executable),
        *("-m", "build", "--outdir", str(folder), str(REPOSITORY)),
        folder=folder,
    )
    if built.returncode:
        reason = (built.stdout + built.stderr).strip().splitlines()[-1]
        pytest.skip(f"no wheel can be built here: {reason}")
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def users_python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a fresh environment that has the wheel, what it needs, and mypy."""
    folder = tmp_path_factory.mktemp("user")
    in_python(Path(sys.executable), "-m", "venv", "venv", folder=folder).check_returncode()
    python = folder / "venv" / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    installed = in_python(python, "-m", "pip", "install", str(wheel), "mypy", folder=folder)
    if installed.returncode:
        pytest.skip(f"the wheel's dependencies cannot be had: {installed.stderr[-300:]}")
    return python


@pytest.mark.slow
def test_the_wheel_has_types_and_licence_and_no_tests(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()

    assert "newsearch/py.typed" in names
    assert "newsearch/codec/FORMAT.md" in names
    assert any(name.endswith("/licenses/LICENSE") for name in names)
    assert {name.split("/")[0].split("-")[0] for name in names} == {"newsearch"}


@pytest.mark.slow
def test_mypy_reads_the_types_of_the_installed_wheel(users_python: Path, tmp_path: Path) -> None:
    (tmp_path / "right.py").write_text(SEARCH, encoding="utf-8")
    (tmp_path / "wrong.py").write_text(SEARCH.replace("limit", "limt"), encoding="utf-8")

    right = in_python(users_python, "-m", "mypy", "--strict", "right.py", folder=tmp_path)
    wrong = in_python(users_python, "-m", "mypy", "--strict", "wrong.py", folder=tmp_path)

    assert right.returncode == 0, right.stdout
    assert wrong.returncode == 1
    assert 'Unexpected keyword argument "limt"' in wrong.stdout


@pytest.mark.slow
def test_the_installed_command_indexes_and_finds(users_python: Path, tmp_path: Path) -> None:
    seeds = REPOSITORY / "seeds"

    loaded = in_python(users_python, "-m", "newsearch", "index", str(seeds), folder=tmp_path)
    found = in_python(users_python, "-m", "newsearch", "query", "biegun", folder=tmp_path)

    assert loaded.returncode == 0, loaded.stderr
    assert found.stdout.count("Biegun") >= 3, found.stderr
