"""The demo's regelverk: that of the settings, with invented operators and auditors to log in as."""

import shutil
from dataclasses import replace

from samverkanshub.entrypoints.demo.run import directory
from samverkanshub.settings import Settings


def with_roles(settings: Settings) -> Settings:
    """Settings whose regelverk is a copy in the run's own directory, the demo's files laid over it."""
    own = settings.data / "regelverk"
    shutil.copytree(settings.regelverk, own)
    for path in (directory() / "regelverk").glob("*.yaml"):
        shutil.copyfile(path, own / path.name)
    return replace(settings, regelverk=own)
