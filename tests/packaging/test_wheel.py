"""The wheel alone is the whole product: built, installed into an empty environment, run from an empty folder."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import sysconfig
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
ROOTS = ("signal", "config", "store", "daemon", "api")
ANSWERS_WITHIN_S = 60


@dataclass(frozen=True, slots=True)
class Installation:
    """An environment with the wheel in it, and an empty folder to stand in."""

    python: Path
    unhurry: Path
    folder: Path
    variables: dict[str, str]

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.folder,
            env=self.variables,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        str(out),
        str(REPOSITORY),
    ]
    built = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    (path,) = out.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installation(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The wheel in an environment of its own. Its dependencies are those of this environment, lent by a .pth file."""
    home = tmp_path_factory.mktemp("alone")
    environment, folder = home / "environment", home / "empty"
    folder.mkdir()
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True, timeout=100)
    scripts = environment / ("Scripts" if os.name == "nt" else "bin")
    python = scripts / Path(sys.executable).name
    ask = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    site = Path(subprocess.run(ask, check=True, capture_output=True, text=True).stdout.strip())
    lent = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (site / "lent.pth").write_text("\n".join(lent), encoding="utf-8")
    install = [str(python), "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-cache-dir"]
    subprocess.run([*install, str(wheel)], check=True, timeout=100)
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "UNHURRY", "XDG"))
    }
    return Installation(python, scripts / "unhurry", folder, {**kept, "HOME": str(home)})


def files_of_the_source() -> set[str]:
    return {
        path.relative_to(REPOSITORY / root).as_posix()
        for root in ROOTS
        for path in (REPOSITORY / root / "unhurry").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_holds_every_file_of_every_part_and_nothing_else(wheel: Path) -> None:
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert names == files_of_the_source()


def test_the_wheel_holds_the_page_the_practices_the_types_and_the_licence(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert "unhurry/api/page/index.html" in names
    assert any(re.fullmatch(r"unhurry/config/practices/\w+\.toml", name) for name in names)
    parts = ("signal", "config", "store", "daemon", "command", "api")
    assert {f"unhurry/{part}/py.typed" for part in parts} <= set(names)
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
    assert "unhurry/__init__.py" not in names


def test_every_part_comes_from_the_installed_wheel(installation: Installation) -> None:
    parts = "unhurry.signal, unhurry.config, unhurry.store, unhurry.daemon, unhurry.command, unhurry.api"
    code = f"import signal, {parts}; print(*({parts}), sep='\\n'); assert signal.SIGTERM == 15"
    done = installation.run(str(installation.python), "-c", code)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(str(installation.python.parent.parent)) == 6
    assert str(REPOSITORY) not in done.stdout


def test_the_installed_command_offers_what_the_readme_names(installation: Installation) -> None:
    done = installation.run(str(installation.unhurry), "--help")
    assert done.returncode == 0, done.stderr
    offered = set(re.findall(r"^  ([a-z]+)\b", done.stdout, re.MULTILINE))
    assert {"demo", "run", "serve", "detect", "doctor", "scan"} <= offered
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"(?:^|`|\$ )unhurry ([a-z]+)\b", readme, re.MULTILINE)) <= offered


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(service: subprocess.Popen[bytes], address: str, printed: Path) -> None:
    deadline = time.monotonic() + ANSWERS_WITHIN_S
    while time.monotonic() < deadline:
        if service.poll() is not None:
            pytest.fail(f"ended with exit code {service.returncode}: {printed.read_text(encoding='utf-8')}")
        try:
            httpx.get(address)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"{address} did not answer: {printed.read_text(encoding='utf-8')}")


@pytest.fixture(params=["demo --no-browser", "serve"])
def served(
    request: pytest.FixtureRequest, installation: Installation, tmp_path: Path
) -> Iterator[tuple[str, str]]:
    """The address of a running page, and the command it was started with. Stopping it is part of the test."""
    command, port, printed = str(request.param), free_port(), tmp_path / "printed.txt"
    address = f"http://127.0.0.1:{port}"
    whole = [
        str(installation.unhurry),
        *command.split(),
        "--port",
        str(port),
        "--db",
        str(tmp_path / "day.db"),
    ]
    with (
        printed.open("wb") as out,
        subprocess.Popen(
            whole, cwd=installation.folder, env=installation.variables, stdout=out, stderr=subprocess.STDOUT
        ) as service,
    ):
        try:
            wait_for(service, f"{address}/api/status", printed)
            yield address, command
            service.send_signal(signal.SIGINT)
            service.wait(timeout=30)
        finally:
            service.kill()
    said = printed.read_text(encoding="utf-8")
    assert service.returncode == 0, said
    assert address in said
    assert "Traceback" not in said


def test_from_an_empty_folder_the_page_and_its_content_are_served(
    served: tuple[str, str], installation: Installation
) -> None:
    address, command = served
    with httpx.Client(base_url=address, timeout=20) as client:
        status = client.get("/api/status").json()
        assert status["simulated"] is command.startswith("demo")
        page = client.get("/")
        assert page.status_code == 200
        assert page.headers["content-type"].startswith("text/html")
        parts = re.findall(r'(?:src|href)="(/page/[^"]+)"', page.text)
        assert parts
        assert {client.get(part).status_code for part in parts} == {200}
        practices = client.get("/api/practices").json()["items"]
        assert "four_six" in {practice["name"] for practice in practices}
    assert list(installation.folder.iterdir()) == []
