"""The settings a wearer may try: each exists, its default lies within its bounds, its line can be kept."""

from __future__ import annotations

import tomllib

import pytest

from unhurry.config import PromptSettings, Settings, UsageError
from unhurry.config.trying import TRIABLE, Triable, Tried, kept_settings, toml_line
from unhurry.signal import Parameters

DEFAULTS = Tried(PromptSettings(), Parameters())


@pytest.mark.parametrize("each", TRIABLE, ids=lambda each: each.name)
def test_every_setting_that_may_be_tried_exists_within_its_bounds(each: Triable) -> None:
    text = DEFAULTS.value(each.name)
    assert DEFAULTS.changed({each.name: text}) == DEFAULTS
    if each.kind == "number":
        assert each.least is not None
        assert each.most is not None
        assert each.least <= float(text) <= each.most
        for bound in (each.least, each.most):
            assert float(DEFAULTS.changed({each.name: f"{bound:g}"}).value(each.name)) == bound


@pytest.mark.parametrize("each", TRIABLE, ids=lambda each: each.name)
def test_the_line_to_keep_is_understood_by_the_settings(each: Triable) -> None:
    changed = {"time": "13:30", "switch": "true", "number": f"{each.most or 0:g}"}[each.kind]
    lines = f"[{each.table}]\n{toml_line(each.name, changed)}\n"
    settings = Settings(**tomllib.loads(lines))
    kept = kept_settings(settings.as_json())
    assert kept == DEFAULTS.changed({each.name: changed}) != DEFAULTS


def test_an_age_in_the_settings_reaches_the_parameters() -> None:
    settings = Settings(detection={"age": 50})  # type: ignore[arg-type]
    assert kept_settings(settings.as_json()).parameters.hr_max_bpm == 173.0


def test_a_setting_can_be_named_with_its_heading() -> None:
    assert DEFAULTS.changed({"prompts.budget_per_day": "1"}).prompts.budget_per_day == 1
    assert DEFAULTS.changed({"motion.still_below": "3"}).value("motion.still_below") == "3"


@pytest.mark.parametrize(
    "name", ["prompts.on_score", "prompts.terminal", "motion", "motion.up", "", "Budget"]
)
def test_what_is_no_setting_is_refused_by_name(name: str) -> None:
    with pytest.raises(UsageError, match="There is no"):
        DEFAULTS.changed({name: "1"})
