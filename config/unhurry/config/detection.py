"""The detector's parameters as settings name them.

In: the `detection` section, or a name and a text. Out: `Parameters`.
"""

from __future__ import annotations

from unhurry.signal.parameters import Parameters

from .errors import SettingsError, UnhurryError
from .settings import DetectionSettings


def parameters_of(detection: DetectionSettings) -> Parameters:
    """Return the parameters: the defaults, changed as the settings say.

    Raises SettingsError for a name or a value that is not known.
    """
    parameters = Parameters()
    if detection.age is not None:
        # Tanaka, Monahan & Seals 2001, J. Am. Coll. Cardiol. 37:153-156: HRmax = 208 - 0.7 x age.
        parameters = parameters.setting("hr_max_bpm", str(208 - 0.7 * detection.age))
    for name, value in detection.parameters.items():
        parameters = with_parameter(parameters, name, f"{value:g}", SettingsError)
    return parameters


def with_parameter(parameters: Parameters, name: str, text: str, error: type[UnhurryError]) -> Parameters:
    """Return `parameters` with one changed. Raises `error` for a name or a value that is not known."""
    try:
        return parameters.setting(name, text)
    except KeyError:
        raise error(f"There is no parameter called {name!r}.", "docs/detector.md lists them.") from None
    except ValueError:
        raise error(
            f"{text!r} is no value for {name!r}.",
            "Give a number of at least 0, a whole one for whole seconds.",
        ) from None
