"""The house is in order: what no other tool checks."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import PROJECT

# Each of the lower group is a file, or a folder of that name where it has several subjects.
CONNECTOR_PARTS = {
    "client",
    "export",
    "gate",
    "mapping",
    "notifier",
    "pages",
    "queries",
    "standin",
    "tracker",
}
CONNECTOR_FILES = {
    "__init__.py",
    "errors.py",
    "README.md",
    "settings.py",
    "webhook.py",
    *CONNECTOR_PARTS,
    *(f"{part}.py" for part in CONNECTOR_PARTS),
}
CONNECTOR_FILES_NEEDED = {"__init__.py", "README.md"}

LONGEST_FILE = 400

# Written with brackets, so that this file does not find itself.
MACHINE_PATH = re.compile(r"(?<![\w.:/})~>*-])/(?:work|root|opt|home)/")
PACKAGE_INDEX = re.compile(
    r"pypi[.](?:python[.])?org|python[h]osted|npm[j]s[.]org|deb[.]debian"
    r"|--(?:extra-)?index-ur[l][ =]|--find-link[s][ =]"
)
OPEN_END = re.compile(r"(?:#|//|<!--).*\b(?:TOD[O]|FIXM[E]|XX[X])\b")


@pytest.fixture(scope="module")
def our_files() -> list[Path]:
    """Every file that is, or would be, committed."""
    git = shutil.which("git")
    if git is None or not (PROJECT / ".git").exists():
        pytest.skip("not a git checkout, so nothing tells our files from others")
    # In a container the checkout may belong to somebody else, whom git would not trust.
    ours = [git, "-c", f"safe.directory={PROJECT}", "ls-files", "-z"]
    listing = subprocess.run(
        [*ours, "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT,
        capture_output=True,
        check=True,
    )
    paths = [PROJECT / name for name in listing.stdout.decode().split("\0") if name]
    return [path for path in paths if path.is_file()]


def test_connector_folders_hold_only_known_files() -> None:
    strangers = [
        entry.relative_to(PROJECT).as_posix()
        for folder in _connectors()
        for entry in folder.iterdir()
        if entry.name not in {*CONNECTOR_FILES, "__pycache__"}
    ]

    assert strangers == []


def test_connector_folders_have_a_manifest_and_a_readme() -> None:
    missing = [
        (folder / name).relative_to(PROJECT).as_posix()
        for folder in _connectors()
        for name in sorted(CONNECTOR_FILES_NEEDED)
        if not (folder / name).is_file()
    ]

    assert missing == []


def test_policies_are_toml() -> None:
    policies = sorted((PROJECT / "config" / "policies").glob("*.toml"))

    assert policies
    for policy in policies:
        assert tomllib.loads(policy.read_text(encoding="utf-8")), policy.name


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        pytest.param("a path of one machine", MACHINE_PATH, id="machine paths"),
        pytest.param("the host of a package index", PACKAGE_INDEX, id="package indexes"),
        pytest.param("an open end", OPEN_END, id="open ends"),
    ],
)
def test_no_file_names(what: str, pattern: re.Pattern[str], our_files: list[Path]) -> None:
    found = [
        f"{path.relative_to(PROJECT).as_posix()}:{number}: {what}: {match}"
        for path in our_files
        for number, match in _matches(pattern, path)
    ]

    assert found == []


def test_no_file_is_too_long_to_read(our_files: list[Path]) -> None:
    long_files = {
        path.relative_to(PROJECT).as_posix(): lines
        for path in our_files
        if path.relative_to(PROJECT).parts[0] in {"service", "connectors"}
        and path.suffix != ".ttf"
        and (lines := path.read_bytes().count(b"\n")) > LONGEST_FILE
    }

    assert long_files == {}


def test_both_locks_agree_and_are_hashed() -> None:
    runtime = _pins("requirements.txt")
    development = _pins("requirements-dev.txt")

    assert runtime.items() <= development.items()
    assert [name for name, pin in development.items() if "--hash=sha256:" not in pin] == []


def test_the_wheel_holds_the_product_and_its_configuration(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=PROJECT,
        check=True,
    )

    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    tops = {name.split("/")[0] for name in names}
    assert {"connectors", "service"} == {top for top in tops if not top.endswith(".dist-info")}
    assert "service/config/policies/default.toml" in names
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)


def _connectors() -> Iterator[Path]:
    for entry in sorted((PROJECT / "connectors").iterdir()):
        if entry.is_dir() and not entry.name.startswith("_"):
            yield entry


def _matches(pattern: re.Pattern[str], path: Path) -> Iterator[tuple[int, str]]:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:  # a picture or an archive
        return
    for match in pattern.finditer(text):
        yield text.count("\n", 0, match.start()) + 1, match.group()


def _pins(name: str) -> dict[str, str]:
    """Return what a lock says of each package: version, marker and hashes."""
    lines = (PROJECT / name).read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.lstrip().startswith("#"))
    entries = re.findall(r"^([\w.-]+)==(.*(?:\n +--hash.*)*)", text, re.MULTILINE)
    return dict(entries)
