"""The page's own files: they belong together, stay on this machine, never turn words into markup, and can be read by tired eyes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[2] / "api" / "unhurry" / "api" / "page"
INDEX = (PAGE / "index.html").read_text(encoding="utf-8")
SCRIPTS = sorted((PAGE / "js").glob("*.js"))
STYLES = sorted((PAGE / "css").glob("*.css"))
TEXT = {path: path.read_text(encoding="utf-8") for path in [*SCRIPTS, *STYLES]}

SVG_NAME = "http://www.w3.org/2000/svg"


def imports(path: Path) -> set[Path]:
    """Return the modules a script imports, as files."""
    return {path.parent / name for name in re.findall(r'(?:from|import) "\./([\w-]+\.js)"', TEXT[path])}


def exports(path: Path) -> set[str]:
    return set(re.findall(r"^export (?:async )?(?:const|function|class|let) (\w+)", TEXT[path], re.MULTILINE))


def test_everything_the_page_names_is_there() -> None:
    named = re.findall(r'(?:href|src)="/page/([^"]+)"', INDEX)
    assert named
    assert [name for name in named if not (PAGE / name).is_file()] == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_module_imports_only_what_another_exports_and_uses_all_of_it(path: Path) -> None:
    for names, other in re.findall(r'^import \{([^}]+)\} from "\./([\w-]+\.js)";', TEXT[path], re.MULTILINE):
        for name in (part.strip() for part in names.split(",") if part.strip()):
            assert name in exports(path.parent / other), f"{other} does not export {name}"
            assert len(re.findall(rf"(?<!\w)(?<![^.]\.){name}\b", TEXT[path])) > 1, (
                f"{name} is imported and not used"
            )


def test_no_module_is_left_over() -> None:
    reached = {PAGE / "js" / "early.js"}
    todo = {PAGE / "js" / "main.js"}
    while todo:
        path = todo.pop()
        reached.add(path)
        todo |= imports(path) - reached
    assert set(SCRIPTS) - reached == set()
    assert {f"css/{path.name}" for path in STYLES} == set(re.findall(r'/page/(css/[^"]+)"', INDEX))


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_module_says_what_enters_and_what_leaves_and_stays_small(path: Path) -> None:
    assert TEXT[path].startswith("// In: ")
    assert "Out: " in TEXT[path].split("\n\n")[0]
    assert len(TEXT[path].splitlines()) <= 250


def test_nothing_is_written_into_the_page_that_its_policy_forbids() -> None:
    assert re.findall(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", INDEX) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_words_never_become_markup_or_code(path: Path) -> None:
    forbidden = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|DOMParser|setAttribute\(\"style"
    assert re.findall(forbidden, TEXT[path]) == []


@pytest.mark.parametrize("path", [*SCRIPTS, *STYLES], ids=lambda path: path.name)
def test_nothing_is_asked_of_another_machine(path: Path) -> None:
    addresses = [
        found for found in re.findall(r"(?:https?:)?//[\w.]+\.\w+[^\s\"')]*", TEXT[path]) if found != SVG_NAME
    ]
    assert addresses == []
    assert [
        found for found in re.findall(r'url\("([^"]+)"\)', TEXT[path]) if not found.startswith("/fonts/")
    ] == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_the_browsers_own_clock_and_zone_are_never_asked(path: Path) -> None:
    assert re.findall(r"Date\.now|new Date\(\)|getTimezoneOffset|Intl\.|toLocale\w+", TEXT[path]) == []


COLOURS = {
    name: (light, dark)
    for name, light, dark in re.findall(
        r"--([\w-]+): light-dark\(#(\w{6}), #(\w{6})\)",
        (PAGE / "css" / "tokens.css").read_text(encoding="utf-8"),
    )
}


def contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio of two colours written as six hexadecimal digits."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("look", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ink", ["ink", "ink-2", "ink-3", "spruce", "heather", "gorse", "loch", "peat"])
def test_every_text_colour_can_be_read_on_every_ground(ink: str, look: int) -> None:
    for ground in ("ground", "surface", "sunken"):
        assert contrast(COLOURS[ink][look], COLOURS[ground][look]) >= 4.5, ground
    if f"{ink}-soft" in COLOURS:
        assert contrast(COLOURS[ink][look], COLOURS[f"{ink}-soft"][look]) >= 4.5


@pytest.mark.parametrize("look", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("mark", ["heather-mark", "gorse-mark", "loch-mark", "peat-mark", "edge", "heart"])
def test_every_mark_that_means_something_stands_out_from_its_card(mark: str, look: int) -> None:
    assert contrast(COLOURS[mark][look], COLOURS["surface"][look]) >= 3
