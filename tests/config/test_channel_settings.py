"""What leaves the computer is off, and what must stay secret stays out of errors and out of the database."""

from __future__ import annotations

from pathlib import Path

import pytest

from unhurry.config import SettingsError, load_settings


def loaded(tmp_path: Path, text: str) -> object:
    file = tmp_path / "config.toml"
    file.write_text(text, encoding="utf-8")
    return load_settings(file)


def test_only_this_computer_is_on_by_itself() -> None:
    channels = load_settings(None).channels
    assert channels.desktop
    assert not channels.ntfy.on
    assert channels.apprise == ()


def test_secrets_are_read_and_never_written(tmp_path: Path) -> None:
    settings = loaded(
        tmp_path,
        """[channels]
        apprise = ["json://somebody:secret-1@localhost/"]
        [channels.ntfy]
        on = true
        server = "https://ntfy.example/"
        topic = "secret-2"
        answer_topic = "secret-3"
        token = "secret-4"
        answer_token = "secret-5"
        """,
    )
    channels = settings.channels  # type: ignore[attr-defined]
    assert channels.ntfy.server == "https://ntfy.example"
    assert channels.ntfy.topic.get_secret_value() == "secret-2"
    assert "secret" not in settings.as_json()  # type: ignore[attr-defined]
    assert "secret" not in repr(settings)


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ('server = "ntfy.example"', "channels.ntfy.server"),
        ('server = "file:///etc/passwd"', "channels.ntfy.server"),
        ('server = "https://me:secret@ntfy.example"', "channels.ntfy.server"),
        ('topic = "secret with spaces"', "channels.ntfy.topic"),
        ('topic = ""', "channels.ntfy.topic"),
        ('topic = "secret"\nanswer_topic = "secret"', "channels.ntfy"),
        ('topics = "secret"', "channels.ntfy.topics"),
    ],
)
def test_what_is_not_understood_is_refused_by_name_without_repeating_it(
    tmp_path: Path, line: str, key: str
) -> None:
    with pytest.raises(SettingsError, match=key) as refused:
        loaded(tmp_path, f"[channels.ntfy]\n{line}\n")
    assert "secret" not in str(refused.value)
