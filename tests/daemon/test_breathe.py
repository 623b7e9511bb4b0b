"""Breathing along in the terminal: in time, in place or in plain lines, with tones or without, ended kindly."""

from __future__ import annotations

import io
import os
import signal
import stat
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest

from unhurry.command.pace_drawn import SETTLE_MS, Screen, breathe_along
from unhurry.command.tones import Bell, Silence, tones_for, write_tone
from unhurry.signal.pacer import Breath, Part, pacing

FOUR_SIX = (Part(Breath.IN, 4000), Part(Breath.OUT, 6000))
SAYS = (None, None)


class Clock:
    """Time that passes only in sleep, and then a little too much of it."""

    def __init__(self, late_s: float = 0.0) -> None:
        self.now_s = 1000.0
        self.late_s = late_s

    def __call__(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.now_s += seconds + self.late_s


class Heard:
    """Writes down when each part began."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.turns: list[tuple[int, float]] = []

    def turn(self, part: int) -> None:
        self.turns.append((part, self.clock.now_s - 1000.0 - SETTLE_MS / 1000))


@pytest.mark.parametrize("in_place", [True, False])
def test_five_minutes_later_each_turn_is_still_on_time_though_every_sleep_was_late(in_place: bool) -> None:
    clock = Clock(late_s=0.004)
    heard = Heard(clock)
    screen = Screen(SAYS, drawn=True, in_place=in_place, out=io.StringIO())
    breathe_along(pacing(FOUR_SIX, 300_000), screen, heard, clock_s=clock, sleep=clock.sleep)
    assert len(heard.turns) == 60
    due_s = [10 * (n // 2) + 4 * (n % 2) for n in range(60)]
    late = [at_s - due for (_, at_s), due in zip(heard.turns, due_s, strict=True)]
    assert min(late) >= -0.001
    assert max(late) <= 0.009
    assert clock.now_s - 1000.0 == pytest.approx(300 + SETTLE_MS / 1000, abs=0.02)


def test_in_a_pipe_each_part_is_a_line_of_its_own() -> None:
    out, clock = io.StringIO(), Clock()
    screen = Screen((None, "Long breath out"), drawn=True, in_place=False, out=out)
    breathe_along(pacing(FOUR_SIX, 20_000), screen, Silence(), clock_s=clock, sleep=clock.sleep)
    assert out.getvalue().splitlines() == [
        "Settle",
        "0:00  Breathe in, 4 s",
        "0:04  Long breath out, 6 s",
        "0:10  Breathe in, 4 s",
        "0:14  Long breath out, 6 s",
    ]


def test_in_a_terminal_one_line_fills_and_empties() -> None:
    out, clock = io.StringIO(), Clock()
    screen = Screen(SAYS, drawn=True, in_place=True, out=out)
    breathe_along(pacing(FOUR_SIX, 10_000), screen, Silence(), clock_s=clock, sleep=clock.sleep)
    screen.close()
    drawn = out.getvalue()
    assert drawn.count("\n") == 1
    full = [frame.count("●") for frame in drawn.split("\r") if frame.startswith("Breathe")]
    assert max(full) == 24
    assert (full[0], full[-1]) == (0, 0)
    assert all(len(frame) < 60 for frame in drawn.split("\r"))


def test_for_closed_eyes_nothing_is_drawn() -> None:
    out, clock = io.StringIO(), Clock()
    heard = Heard(clock)
    screen = Screen(SAYS, drawn=False, in_place=True, out=out)
    breathe_along(pacing(FOUR_SIX, 20_000), screen, heard, clock_s=clock, sleep=clock.sleep)
    screen.close()
    assert out.getvalue() == ""
    assert [part for part, _ in heard.turns] == [0, 1, 0, 1]


def test_a_terminal_that_knows_no_dots_still_breathes() -> None:
    raw = io.BytesIO()
    out, clock = io.TextIOWrapper(raw, encoding="ascii"), Clock()
    screen = Screen(SAYS, drawn=True, in_place=True, out=out)
    breathe_along(pacing(FOUR_SIX, 10_000), screen, Silence(), clock_s=clock, sleep=clock.sleep)
    assert b"Breathe out" in raw.getvalue()


def pitch_hz(file: Path, first: float, last: float) -> float:
    with wave.open(str(file)) as made:
        rate, count = made.getframerate(), made.getnframes()
        samples = np.frombuffer(made.readframes(count), np.int16)[int(first * count) : int(last * count)]
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), 1 << 18))
    return float(np.argmax(spectrum) * rate / (1 << 18))


def test_the_tone_rises_with_the_breath_in_falls_with_it_out_and_has_no_click(tmp_path: Path) -> None:
    up = write_tone(tmp_path / "in.wav", FOUR_SIX[0])
    down = write_tone(tmp_path / "out.wav", FOUR_SIX[1])
    assert pitch_hz(up, 0.1, 0.2) == pytest.approx(181, abs=3)
    assert pitch_hz(up, 0.8, 0.9) == pytest.approx(213, abs=3)
    assert pitch_hz(down, 0.1, 0.2) > pitch_hz(down, 0.8, 0.9)
    with wave.open(str(down)) as made:
        assert made.getnframes() / made.getframerate() == pytest.approx(6.0, abs=0.001)
        samples = np.frombuffer(made.readframes(made.getnframes()), np.int16).astype(int)
    assert abs(samples[0]) < 50
    assert abs(samples[-1]) < 50
    assert 3000 < np.abs(samples).max() < 8000


@pytest.fixture
def players(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all of PATH."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def program(folder: Path, name: str, text: str) -> None:
    file = folder / name
    file.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)


posix = pytest.mark.skipif(os.name != "posix", reason="needs a shell script as a player")


@posix
def test_a_player_gets_a_file_for_each_part_and_the_files_are_gone_afterwards(
    players: Path, tmp_path: Path
) -> None:
    log = tmp_path / "played"
    program(players, "aplay", f'echo "$2" >> "{log}"; [ -s "$2" ] && echo there >> "{log}"')
    made = tones_for(FOUR_SIX)
    assert made is not None
    with made as player:
        player.turn(0)
        wait_for(lambda: log.exists() and "there" in log.read_text(encoding="utf-8"))
    name, there = log.read_text(encoding="utf-8").splitlines()
    assert (Path(name).name, there) == ("0.wav", "there")
    assert not Path(name).exists()


def wait_for(true: object) -> None:
    import threading  # noqa: PLC0415

    pause = threading.Event()
    for _ in range(500):
        if true():  # type: ignore[operator]
            return
        pause.wait(0.02)
    raise AssertionError("it did not come")


@posix
def test_a_player_that_fails_falls_silent_with_one_line(
    players: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tried = tmp_path / "tried"
    program(players, "paplay", f'echo x >> "{tried}"; exit 1')
    made = tones_for(FOUR_SIX)
    assert made is not None
    with made as player:
        player.turn(0)
        wait_for(lambda: player._playing is not None and player._playing.poll() is not None)
        for _ in range(3):
            player.turn(1)
    assert tried.read_text(encoding="utf-8") == "x\n"
    assert capsys.readouterr().err.count("No tones: paplay could not play them. Going on without.") == 1


def test_without_any_player_there_are_no_tones(players: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("Windows plays sounds by itself")
    assert tones_for(FOUR_SIX) is None


def test_the_bell_rings_once_for_in_and_twice_for_out(capsys: pytest.CaptureFixture[str]) -> None:
    bell = Bell((*FOUR_SIX, Part(Breath.HOLD, 1000)))
    for part in (0, 1, 2):
        bell.turn(part)
    assert capsys.readouterr().out == "\a\a\a"


def breathe(*arguments: str, folder: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "XDG_CONFIG_HOME": str(folder), "PATH": ""}
    return subprocess.Popen(
        [sys.executable, "-m", "unhurry.command", "breathe", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=folder,
    )


@posix
def test_ctrl_c_ends_it_kindly(tmp_path: Path) -> None:
    with breathe(folder=tmp_path) as running:
        assert running.stdout is not None
        assert running.stdout.readline().startswith("Slow breathing, four in, six out. Small, soft breaths.")
        assert running.stdout.readline() == "Settle\n"
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=20)
    assert (running.returncode, out, err) == (0, "Ended. Breathe as you like.\n", "")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["no_such"], 2, "There is no practice 'no_such'. These can be breathed along: three_breaths,"),
        (["orienting"], 2, "there is no breath to pace in it. These have one:"),
        (["four_six", "--minutes", "0"], 2, "0.2<=x<=60"),
        (["four_six", "--minutes", "-3"], 2, "0.2<=x<=60"),
        (["four_six", "--minutes", "1e9"], 2, "0.2<=x<=60"),
        (["four_six", "--minutes", "nan"], 2, "this is no number"),
    ],
)
def test_what_cannot_be_breathed_is_refused_in_one_line(
    tmp_path: Path, arguments: list[str], code: int, said: str
) -> None:
    with breathe(*arguments, folder=tmp_path) as running:
        _, err = running.communicate(timeout=20)
    assert running.returncode == code
    assert said in err
    assert "Traceback" not in err
