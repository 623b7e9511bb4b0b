"""Where everything a test needs is meant to be there, a skip is a failure.

`UNHURRY_TEST_REQUIRE=chromium,dbus-daemon,shared` names words; a test that skips with one of them in its reason fails.
"""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest
from hypothesis import HealthCheck, settings

# `make fuzz`: the same properties on far more examples.
settings.register_profile(
    "fuzz", max_examples=5000, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)

REQUIRED = tuple(word for word in os.environ.get("UNHURRY_TEST_REQUIRE", "").lower().split(",") if word)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Judge a test that skipped."""
    report = yield
    if (reason := _refused(report.longrepr)) is not None and report.skipped:
        report.outcome, report.longrepr = "failed", reason
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Judge a module that skipped as a whole."""
    report = yield
    if (reason := _refused(report.longrepr)) is not None and report.skipped:
        report.outcome, report.longrepr = "failed", reason
    return report


def _refused(why: object) -> str | None:
    """Return what to say about a skip whose reason names something required; None for any other outcome."""
    match why:
        case (_, _, str(reason)) if any(word in reason.lower() for word in REQUIRED):
            return f"{reason} (must not be skipped: UNHURRY_TEST_REQUIRE={','.join(REQUIRED)})"
        case _:
            return None
