"""The folder `signal/` never gets in the way of the standard library's `signal`, wherever Python is started."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import unhurry.signal

REPOSITORY = Path(__file__).resolve().parents[2]
ROOTS = ("signal", "config", "store", "daemon", "api")
PLACES = (".", *ROOTS)
IMPORTS = (
    "import signal, asyncio, unhurry.signal; "
    "assert signal.SIGTERM == 15; "
    "assert unhurry.signal.step; "
    "asyncio.run(asyncio.sleep(0)); "
    "print(signal.__file__)"
)


def run_python(place: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=REPOSITORY / place,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("place", PLACES)
def test_python_finds_both_signals_from_every_folder(place: str) -> None:
    done = run_python(place, "-c", IMPORTS)
    assert done.returncode == 0, done.stderr
    assert not Path(done.stdout.strip()).is_relative_to(REPOSITORY / "signal")


@pytest.mark.parametrize("place", PLACES)
def test_pytest_collects_from_every_folder(place: str) -> None:
    done = run_python(place, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", __file__)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "test_pytest_leaves_the_standard_signal_alone" in done.stdout


@pytest.mark.parametrize("place", PLACES)
def test_uvicorn_starts_from_every_folder(place: str) -> None:
    done = run_python(place, "-m", "uvicorn", "--version")
    assert done.returncode == 0, done.stderr
    assert "uvicorn" in done.stdout.lower()


def test_doctest_collection_leaves_the_standard_signal_alone() -> None:
    module = "signal/unhurry/signal/records.py"
    done = run_python(
        ".",
        "-m",
        "pytest",
        "--doctest-modules",
        "-q",
        "-p",
        "no:cacheprovider",
        module,
        __file__ + "::test_pytest_leaves_the_standard_signal_alone",
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_pytest_leaves_the_standard_signal_alone() -> None:
    assert signal.SIGTERM.value == 15
    assert signal.__file__ is not None
    assert not Path(signal.__file__).is_relative_to(REPOSITORY / "signal")
    assert Path(unhurry.signal.__file__).is_relative_to(REPOSITORY / "signal")
    assert asyncio.run(asyncio.sleep(0, result=True))


@pytest.mark.parametrize("root", ROOTS)
def test_no_file_hides_a_part_of_the_namespace(root: str) -> None:
    assert (REPOSITORY / root / "unhurry").is_dir()
    assert not (REPOSITORY / root / "__init__.py").exists()
    assert not (REPOSITORY / root / "unhurry" / "__init__.py").exists()


def test_no_test_folder_is_called_signal() -> None:
    assert not (REPOSITORY / "tests" / "signal").exists()


def test_every_part_says_that_it_is_typed() -> None:
    parts = [part for root in ROOTS for part in (REPOSITORY / root / "unhurry").iterdir() if part.is_dir()]
    parts = [part for part in parts if part.name != "__pycache__"]
    assert len(parts) == 6
    assert [part for part in parts if not (part / "py.typed").is_file()] == []
