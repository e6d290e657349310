"""Alerts and dashboard: each number they name is one that `/metrics` shows, and each alert is tested both ways."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from promtool import Absent, promtool

from samverkanshub import resources

sys.path.append(str(Path(__file__).parent / "entrypoints" / "http"))

from hubfakes import Fake, browser

PROMETHEUS = resources.root() / "deploy" / "prometheus"
DASHBOARD = resources.root() / "deploy" / "grafana" / "drift.json"
RULES: list[dict[str, Any]] = yaml.safe_load((PROMETHEUS / "larm.yaml").read_text())["groups"][0]["rules"]
CASES: list[dict[str, Any]] = yaml.safe_load((PROMETHEUS / "larm_test.yaml").read_text())["tests"]
PANELS: list[dict[str, Any]] = json.loads(DASHBOARD.read_text())["panels"]
OURS = re.compile(r"\bsamverkan_[a-z0-9_]+")


async def shown() -> set[str]:
    """The name of every series of `/metrics`, also of those that have no value yet."""
    async with browser(Fake()) as client:
        text = (await client.get("/metrics")).text
    typed = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.M))
    parts = {name: ("_bucket", "_sum", "_count") if kind == "histogram" else ("",) for name, kind in typed.items()}
    return {name + part for name, endings in parts.items() for part in endings}


def named() -> Iterator[tuple[str, str]]:
    for rule in RULES:
        yield from ((rule["alert"], name) for name in OURS.findall(rule["expr"]))
    for panel in PANELS:
        for target in panel["targets"]:
            yield from ((panel["title"], name) for name in OURS.findall(target["expr"]))


async def test_each_number_that_alerts_and_dashboard_name_is_shown() -> None:
    there = await shown()
    assert {(where, name) for where, name in named() if name not in there} == set()
    assert len(list(named())) >= len(RULES) + len(PANELS)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_each_alert_is_tested_silent_and_told_and_says_how_grave_it_is(rule: dict[str, Any]) -> None:
    tried = [case for test in CASES for case in test["alert_rule_test"] if case["alertname"] == rule["alert"]]
    assert {bool(case["exp_alerts"]) for case in tried} == {True, False}
    assert rule["labels"]["allvar"] in {"akut", "varning"}
    assert rule["annotations"]["text"].endswith(".")


def test_panels_lie_beside_each_other_and_are_told_apart() -> None:
    taken = [
        (x, y)
        for place in (panel["gridPos"] for panel in PANELS)
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(taken) == len(set(taken))
    assert len({panel["id"] for panel in PANELS}) == len({panel["title"] for panel in PANELS}) == len(PANELS)


def test_the_alerts_do_as_their_tests_say_by_promtool() -> None:
    try:
        tool = promtool()
    except Absent as why:
        pytest.skip(str(why))
    done = subprocess.run([tool, "test", "rules", "larm_test.yaml"], cwd=PROMETHEUS, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    assert "SUCCESS" in done.stdout
