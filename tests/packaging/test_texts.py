"""What the project's own files say about themselves is true: pins, commands, no traces of one machine."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

REPOSITORY = Path(__file__).resolve().parents[2]

# A machine's own folders and the hosts of package indexes; written so that this file does not match itself.
PATHS_OF_ONE_MACHINE = re.compile(r"(?<![\w.~}])/(?:wor[k]|far[m]|tm[p]|hom[e]|roo[t]|User[s])/\w")
REGISTRY_HOSTS = re.compile(
    r"pyp[i]\.org|pythonhoste[d]\.org|npmj[s]\.|deb\.debia[n]\.org|(?:extra-)?index-ur[l]"
)


def tracked_files() -> list[Path]:
    """Return what is, or is about to be, under version control."""
    if shutil.which("git") is None or not (REPOSITORY / ".git").exists():
        pytest.skip("not a git clone, so there is no list of tracked files")
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    return [REPOSITORY / name for name in listed.stdout.split("\0") if name and (REPOSITORY / name).is_file()]


def pins() -> dict[str, list[Requirement]]:
    lines = (REPOSITORY / "constraints.txt").read_text(encoding="utf-8").splitlines()
    found: dict[str, list[Requirement]] = {}
    for line in lines:
        if line and not line.startswith("#"):
            requirement = Requirement(line)
            found.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return found


def asked_for() -> list[Requirement]:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    groups = project["dependency-groups"].values()
    texts = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    texts += [item for group in groups for item in group if isinstance(item, str)]
    return [Requirement(text) for text in texts]


def make_targets() -> set[str]:
    text = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z]+):.*##", text, re.MULTILINE))


def test_no_file_names_a_folder_of_one_machine_or_a_package_index() -> None:
    hits: list[str] = []
    for path in tracked_files():
        text = path.read_bytes().decode("utf-8", errors="ignore")
        for number, line in enumerate(text.splitlines(), 1):
            if PATHS_OF_ONE_MACHINE.search(line) or REGISTRY_HOSTS.search(line):
                hits.append(f"{path.relative_to(REPOSITORY)}:{number}: {line.strip()[:120]}")
    assert hits == []


@pytest.mark.parametrize("requirement", asked_for(), ids=lambda requirement: requirement.name)
def test_everything_asked_for_is_pinned_within_its_range(requirement: Requirement) -> None:
    found = pins().get(canonicalize_name(requirement.name), [])
    assert found, f"{requirement.name} is not in constraints.txt: run `make constraints`"
    for pin in found:
        (exact,) = pin.specifier
        assert exact.operator == "=="
        assert requirement.specifier.contains(exact.version)


def test_constraints_hold_exact_versions_alone() -> None:
    for requirements in pins().values():
        for requirement in requirements:
            assert [part.operator for part in requirement.specifier] == ["=="]
            assert requirement.url is None
            assert not requirement.extras


@pytest.mark.parametrize("page", ["README.md", "docs/development.md", ".ci/run"])
def test_every_make_command_that_is_written_about_exists(page: str) -> None:
    text = (REPOSITORY / page).read_text(encoding="utf-8")
    named = set(re.findall(r"(?:^|`|\$ )make ([a-z]+)\b", text, re.MULTILINE))
    assert "test" in named
    assert named <= make_targets()


def test_make_help_names_every_target_in_a_line_each() -> None:
    if shutil.which("make") is None:
        pytest.skip("make is not installed")
    command = ["make", "--no-print-directory", "help"]
    listed = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True)
    lines = listed.stdout.splitlines()
    assert {line.split()[1] for line in lines} == make_targets()
    assert {"demo", "run", "test", "check", "bench", "help"} <= make_targets()
