"""The content a wearer can edit: practices.

In: the files that come with Unhurry, and those of the same name in the wearer's config folder, which replace
them; what the wearer said about themselves. Out: `Practices`, in a fixed order. A file that cannot be read is
left out and named; the others stay. docs/practices.md says what a file may hold.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field, TypeAdapter

from .content_file import Unreadable, place_of, read_content, unwrapped
from .exclusions import Exclusion
from .settings import PracticeSettings

GROUPS = ("outward", "breath", "body", "words")
"""In the order they are shown: outward first, because it suits everyone."""

_CLOSED = ConfigDict(extra="forbid")
_LONGEST_BREATH_S = 40.0
"""Slower than two breaths a minute is no pace for anybody who has not trained for it."""
_QUICKEST_BREATH_S = 4.0
"""Faster than fifteen a minute is over-breathing, not calming."""

Seconds = Annotated[float, Field(strict=True, ge=0.5, le=60)]
Said = Annotated[str, Field(min_length=1, max_length=60)]


@dataclass(frozen=True, slots=True)
class Phase:
    """One part of a breath."""

    __pydantic_config__: ClassVar[ConfigDict] = _CLOSED

    kind: Literal["in", "hold", "out"]
    seconds: Seconds
    say: Said | None = None
    """What to say instead of "Breathe in", "Breathe out", "Rest"."""


@dataclass(frozen=True, slots=True)
class Timed:
    """A stretch of a step that takes its own time: tense for five seconds, let go for fifteen."""

    __pydantic_config__: ClassVar[ConfigDict] = _CLOSED

    say: Said
    seconds: Annotated[float, Field(strict=True, ge=1, le=600)]


@dataclass(frozen=True, slots=True)
class Step:
    """One screen of a practice without a breath to pace."""

    __pydantic_config__: ClassVar[ConfigDict] = _CLOSED

    title: Annotated[str, Field(min_length=1, max_length=80)]
    text: Annotated[str, Field(max_length=600)]
    count: Annotated[int, Field(strict=True, ge=0, le=10)] = 0
    """How many things to find, 0 when nothing is counted."""
    choices: Annotated[tuple[Said, ...], Field(max_length=24)] = ()
    """Words to pick from; what is picked is kept nowhere."""
    timed: Annotated[tuple[Timed, ...], Field(max_length=12)] = ()
    own_words: Annotated[bool, Field(strict=True)] = False
    """Show the phrases the wearer wrote in a calm hour, where there are any, in place of `text`."""


@dataclass(frozen=True, slots=True)
class Practice:
    """What a wearer can be offered."""

    name: str
    """The file's name without `.toml`."""
    title: str
    group: str
    minutes: float
    offer: str
    """The question an offer asks."""
    words: str
    caution: str
    source: str
    phases: tuple[Phase, ...]
    steps: tuple[Step, ...]
    offered: bool = True
    """May come with an offer; else it is there to be chosen only."""
    holds: bool = False
    not_with: tuple[Exclusion, ...] = ()
    """Left out for a wearer who named one of these."""


@dataclass(frozen=True, slots=True)
class Practices:
    """The practices there are, and what is wrong with the files that are not among them."""

    items: tuple[Practice, ...]
    problems: tuple[str, ...]
    left_out: tuple[Practice, ...] = ()
    """Those the wearer's exclusions leave out."""

    def named(self, name: str) -> Practice | None:
        """Return a practice by its name, or None."""
        return next((practice for practice in self.items if practice.name == name), None)


@dataclass(frozen=True, slots=True)
class _File:
    """A practice as its file says it."""

    __pydantic_config__: ClassVar[ConfigDict] = _CLOSED

    title: Annotated[str, Field(min_length=1, max_length=80)]
    group: Literal["outward", "breath", "body", "words"]
    minutes: Annotated[float, Field(strict=True, ge=0.2, le=60)]
    offer: Annotated[str, Field(min_length=1, max_length=80)]
    words: Annotated[str, Field(max_length=2000)] = ""
    caution: Annotated[str, Field(max_length=1000)] = ""
    source: Annotated[str, Field(max_length=1000)] = ""
    order: Annotated[int, Field(strict=True)] = 100
    enabled: Annotated[bool, Field(strict=True)] = True
    offered: Annotated[bool, Field(strict=True)] = True
    holds: Annotated[bool, Field(strict=True)] = False
    not_with: tuple[Exclusion, ...] = ()
    phases: Annotated[tuple[Phase, ...], Field(max_length=12)] = ()
    steps: Annotated[tuple[Step, ...], Field(max_length=20)] = ()


_SHAPE = TypeAdapter(_File)
_AS_THEY_COME = PracticeSettings()


def load_practices(folder: Path | None = None, wearer: PracticeSettings = _AS_THEY_COME) -> Practices:
    """Read our practices and those in `folder`/practices (the wearer's config folder; it may be missing).

    A file with `enabled = false` takes its practice away; one that `wearer` excludes is `left_out`. A broken
    file of the wearer's takes the place of ours, too: what is wrong with it is said in `problems`, with file
    and line.
    """
    found: dict[str, Traversable] = {}
    places: list[Traversable] = [files("unhurry.config") / "practices"]
    if folder is not None:
        places.append(folder / "practices")
    for place in places:
        if place.is_dir():
            found.update({file.name: file for file in place.iterdir() if file.name.endswith(".toml")})
    read: list[tuple[int, int, Practice]] = []
    problems: list[str] = []
    for name in sorted(found):
        try:
            file = _checked(*read_content(found[name], _SHAPE))
        except Unreadable as error:
            problems.append(f"{found[name]}{error}")
            continue
        if file.enabled:
            practice = _practice(name.removesuffix(".toml"), file, wearer.phrases)
            read.append((GROUPS.index(file.group), file.order, practice))
    read.sort(key=lambda item: (item[0], item[1], item[2].name))
    excluded = frozenset(wearer.exclude)
    suits = tuple(practice for _, _, practice in read if not excluded.intersection(practice.not_with))
    left_out = tuple(practice for _, _, practice in read if excluded.intersection(practice.not_with))
    return Practices(suits, tuple(problems), left_out)


def _checked(file: _File, text: str) -> _File:
    """Return `file` if its parts fit together. Raises Unreadable, naming the line."""
    if not file.enabled:
        return file
    if bool(file.phases) == bool(file.steps):
        raise Unreadable(": either [[phases]] or [[steps]] is wanted.")
    held = next((i for i, phase in enumerate(file.phases) if phase.kind == "hold"), None)
    if held is not None and not file.holds:
        where = place_of(text, ("phases", held, "kind"))
        raise Unreadable(f"{where}: a breath is held only in a practice that says `holds = true`.")
    if file.holds and held is None:
        raise Unreadable(f"{place_of(text, ('holds',))}: nothing is held here.")
    breath_s = sum(phase.seconds for phase in file.phases)
    if file.phases and not _QUICKEST_BREATH_S <= breath_s <= _LONGEST_BREATH_S:
        raise Unreadable(
            f"{place_of(text, ('phases', 0, 'seconds'))}: a breath of {breath_s:g} seconds; "
            f"between {_QUICKEST_BREATH_S:g} and {_LONGEST_BREATH_S:g} can be paced."
        )
    if file.phases and {"in", "out"} - {phase.kind for phase in file.phases}:
        raise Unreadable(f"{place_of(text, ('phases', 0, 'kind'))}: a breath goes in and out.")
    return file


def _practice(name: str, file: _File, phrases: tuple[str, ...]) -> Practice:
    return Practice(
        name=name,
        title=file.title,
        group=file.group,
        minutes=file.minutes,
        offer=file.offer,
        words=unwrapped(file.words),
        caution=unwrapped(file.caution),
        source=unwrapped(file.source),
        phases=file.phases,
        steps=tuple(_step(step, phrases) for step in file.steps),
        offered=file.offered,
        holds=file.holds,
        not_with=file.not_with,
    )


def _step(step: Step, phrases: tuple[str, ...]) -> Step:
    own = step.own_words and phrases
    return replace(step, text="\n\n".join(phrases) if own else unwrapped(step.text))
