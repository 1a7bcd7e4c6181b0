"""What the command line, the ini file and the environment say: the default day, the folders, where paths begin.

In: pytest's configuration. Out: a day, absolute paths. Guaranteed: nothing depends on the folder that a test has changed
to, or on today.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from ruleengine.inputs import InputError, day

_NO_FOLDER = ""


def default_day(config: pytest.Config) -> date | None:
    """`--ruleset-as-of`, otherwise `ruleset_as_of` of the ini file; None when neither is given."""
    said: str | None = config.getoption("ruleset_as_of")
    place = "--ruleset-as-of"
    if said is None:
        said, place = config.getini("ruleset_as_of"), "ruleset_as_of in the ini file"
        if not said:
            return None
    try:
        return day(said)
    except InputError as error:
        raise pytest.UsageError(f"{place}: {error}") from None


def folder(config: pytest.Config, setting: str, variable: str) -> str | None:
    """A folder by the ini file, otherwise by an environment variable that the command line knows too."""
    said: str = config.getini(setting) or os.environ.get(variable, _NO_FOLDER)
    return str(placed(config, said)) if said else None


def placed(config: pytest.Config, path: str | Path) -> Path:
    """An absolute path: relative ones begin at pytest's root folder, or else where pytest was called."""
    here = config.rootpath / path
    return here if here.exists() else _existing(config.invocation_params.dir / path, here)


def _existing(first: Path, otherwise: Path) -> Path:
    return first if first.exists() else otherwise


def shown(config: pytest.Config, text: str) -> str:
    """A text with the paths in it as they are seen from the root folder."""
    return text.replace(f"{config.rootpath}{os.sep}", "")
