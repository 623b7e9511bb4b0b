"""Tones for closed eyes: rising with the breath in, falling with the breath out.

In: the parts of a breath. Out: sounds at its turns, played by what the system has. The tones are made here,
as WAV files in a folder that goes again; nothing is waited for, and a player that fails falls silent with one
line.
"""

from __future__ import annotations

import array
import contextlib
import math
import shutil
import subprocess
import sys
import tempfile
import wave
from collections.abc import Generator
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Self

import click

from unhurry.signal.pacer import Breath, Part

_RATE_HZ = 22_050
_LOW_HZ, _HIGH_HZ = 174.0, 220.0
_LOUDNESS = 10 ** (-18 / 20)
_FADE_S = 0.2
_PLAYERS: tuple[tuple[str, ...], ...] = (
    ("afplay",),
    ("pw-play",),
    ("paplay",),
    ("aplay", "--quiet"),
    ("ffplay", "-nodisp", "-autoexit", "-loglevel", "quiet"),
)


class Silence:
    """Nothing can be heard."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def turn(self, part: int) -> None:
        """Do nothing."""


class Bell(Silence):
    """The terminal's own bell: once for the breath in, twice for the breath out."""

    def __init__(self, parts: tuple[Part, ...]) -> None:
        self._parts = parts

    def turn(self, part: int) -> None:
        """Ring."""
        sys.stdout.write({Breath.IN: "\a", Breath.OUT: "\a\a", Breath.HOLD: ""}[self._parts[part].kind])
        sys.stdout.flush()


class Player:
    """Plays a file for each part of the breath."""

    def __init__(self, files: tuple[Path | None, ...], command: tuple[str, ...]) -> None:
        self._files = files
        self._command = command
        self._playing: subprocess.Popen[bytes] | None = None
        self._broken = False

    def turn(self, part: int) -> None:
        """Let the last tone go, begin the next."""
        self.end()
        file = self._files[part]
        if file is None or self._broken:
            return
        if self._command:
            self._begin(file)
        else:
            _play_on_windows(file)

    def end(self) -> None:
        """Stop what is playing."""
        playing, self._playing = self._playing, None
        if playing is None:
            return
        if playing.poll() is None:
            playing.terminate()
        elif playing.returncode != 0:
            self._fail()
        playing.wait()

    def _begin(self, file: Path) -> None:
        try:
            self._playing = subprocess.Popen(  # noqa: S603 - a player of this system, a file of ours
                [*self._command, str(file)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        except OSError:
            self._fail()

    def _fail(self) -> None:
        if not self._broken:
            self._broken = True
            click.echo(f"\nNo tones: {self._command[0]} could not play them. Going on without.", err=True)


def tones_for(parts: tuple[Part, ...]) -> AbstractContextManager[Player] | None:
    """Return what plays the tones of these parts, or None where nothing here can play a sound."""
    command = next((each for each in _PLAYERS if shutil.which(each[0])), None)
    if command is None and sys.platform != "win32":
        return None
    return _playing(parts, command or ())


@contextlib.contextmanager
def _playing(parts: tuple[Part, ...], command: tuple[str, ...]) -> Generator[Player]:
    with tempfile.TemporaryDirectory(prefix="unhurry-tones-") as made:
        files = tuple(
            None if part.kind is Breath.HOLD else write_tone(Path(made) / f"{number}.wav", part)
            for number, part in enumerate(parts)
        )
        player = Player(files, command)
        try:
            yield player
        finally:
            player.end()
            if not command:
                _play_on_windows(None)


def write_tone(file: Path, part: Part) -> Path:
    """Write the tone of one part as a WAV file, as long as the part, and return where it is."""
    low_hz, high_hz = (_LOW_HZ, _HIGH_HZ) if part.kind is Breath.IN else (_HIGH_HZ, _LOW_HZ)
    count = part.length_ms * _RATE_HZ // 1000
    fade = max(1, min(round(_FADE_S * _RATE_HZ), count // 2))
    samples = array.array("h", bytes(2 * count))
    phase = 0.0
    for i in range(count):
        phase += 2 * math.pi * (low_hz + (high_hz - low_hz) * i / count) / _RATE_HZ
        loud = _LOUDNESS * min(1.0, i / fade, (count - i) / fade)
        samples[i] = round(32_767 * loud * math.sin(phase))
    if sys.byteorder == "big":
        samples.byteswap()
    with wave.open(str(file), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(_RATE_HZ)
        out.writeframes(samples.tobytes())
    return file


if sys.platform == "win32":
    import winsound

    def _play_on_windows(file: Path | None) -> None:
        flags = winsound.SND_FILENAME | winsound.SND_ASYNC | winsound.SND_NODEFAULT
        with contextlib.suppress(RuntimeError):
            winsound.PlaySound(None if file is None else str(file), flags)
else:

    def _play_on_windows(file: Path | None) -> None:
        """Every other system has a player that is a program."""
