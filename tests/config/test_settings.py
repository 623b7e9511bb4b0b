"""What a wearer may set, and how a typo in it is answered."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from unhurry.config import SettingsError, load_settings


def test_a_missing_file_means_the_defaults(tmp_path: Path) -> None:
    settings = load_settings(tmp_path / "config.toml")
    assert settings.prompts.budget_per_day == 3
    assert settings.page.host == "127.0.0.1"
    assert settings == load_settings(None)


def test_a_file_changes_what_it_names_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(
        '[prompts]\nbudget_per_day = 5\nquiet_from = "21:30"\n[detection.parameters]\non_score = 3\n'
    )
    settings = load_settings(file)
    assert (settings.prompts.budget_per_day, settings.prompts.quiet_from) == (5, time(21, 30))
    assert settings.prompts.cooldown_min == 45
    assert settings.detection.parameters == {"on_score": 3.0}
    assert settings.version != load_settings(None).version


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[prompts]\nbudget = 3\n", ["prompts.budget", "no such setting"]),
        ("[prompts]\nbudget_per_day = -1\n", ["prompts.budget_per_day"]),
        ('[prompts]\nquiet_from = "25:00"\n', ["prompts.quiet_from"]),
        ("[quiet]\nfrom = 1\n", ["quiet"]),
        ("[prompts\n", ["line 1"]),
    ],
)
def test_what_is_not_understood_is_refused_with_file_and_key(
    tmp_path: Path, text: str, words: list[str]
) -> None:
    file = tmp_path / "config.toml"
    file.write_text(text)
    with pytest.raises(SettingsError) as refused:
        load_settings(file)
    message = str(refused.value)
    assert "\n" not in message
    for word in ["config.toml", *words]:
        assert word in message


def test_the_environment_can_set_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNHURRY_PROMPTS__COOLDOWN_MIN", "90")
    assert load_settings(None).prompts.cooldown_min == 90
