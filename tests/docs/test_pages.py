"""The pages for users and contributors name what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import newsearch

ROOT = Path(__file__).parents[2]
GITHUB = ROOT / ".github"


def test_the_reference_has_every_public_name_once() -> None:
    page = (GITHUB / "docs" / "pages" / "python.md").read_text(encoding="utf-8")

    names = re.findall(r"^::: newsearch\.(\w+)$", page, re.MULTILINE)

    assert sorted(names) == sorted(newsearch.__all__)


def test_the_files_that_contributors_are_sent_to_exist() -> None:
    page = (GITHUB / "CONTRIBUTING.md").read_text(encoding="utf-8")

    files = re.findall(r"`((?:newsearch|tests|\.github)/[\w./]+)`", page)

    assert len(files) > 10
    assert [file for file in files if not (ROOT / file).exists()] == []


@pytest.mark.parametrize(
    "page", ["CONTRIBUTING.md", "docs/pages/index.md", "docs/pages/formats.md"]
)
def test_links_to_files_lead_somewhere(page: str) -> None:
    path = GITHUB / page
    links = re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8"))

    assert links
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_the_workflow_tries_every_python_that_the_package_claims() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    workflow = (GITHUB / "workflows" / "test.yml").read_text(encoding="utf-8")

    claimed = re.findall(r'"Programming Language :: Python :: (3\.\d+)"', project)
    tried = re.findall(r'"(3\.\d+)"', re.search(r"python: \[.*\]", workflow)[0])  # type: ignore[index]

    assert claimed
    assert set(claimed) <= set(tried)
