"""The demo as it is read: one line an outcome, with its reason."""

from typing import Any

from rich.console import Console

from samverkanshub.entrypoints.demo.cases import Case, Step


def heading(console: Console, number: int, total: int, case: Case) -> None:
    """The case's name, source and rules."""
    console.print(f"\n[bold]{number}/{total} {case.namn}[/bold]")
    console.print(f"[dim]{case.kalla} · {', '.join(case.regler)}[/dim]", highlight=False)


def step(console: Console, step: Step, result: dict[str, Any], expected: bool) -> None:
    """The step and what became of it; a result that was not expected is marked."""
    mark = "[green]✓[/green]" if expected else "[red]✗ oväntat[/red]"
    console.print(f"{mark} {what(step)}", highlight=False)
    for line in lines(result):
        console.print(f"    {line}", highlight=False, markup=False)


def what(step: Step) -> str:
    """The step in words."""
    if step.verb == "vanta_s":
        return f"väntar {step.vanta_s} s"
    verbs = {
        "publicera": "sänder",
        "oppna": "öppnar",
        "kvittera": "kvitterar",
        "utfall": "läser utfallet av",
        "inkorg": "ser i inkorgen efter",
    }
    who = f"{step.av} ({step.anvandare})" if step.anvandare else step.av
    return f"{who} {verbs[step.verb]} {getattr(step, step.verb)}" + (f" ({step.slag})" if step.slag else "")


def lines(result: dict[str, Any]) -> list[str]:
    """A result as lines, each outcome with its reason."""
    found = []
    if "nekad" in result:
        where = f" i {result['falt']}" if result.get("falt") else ""
        found.append(f"nekas: {result['nekad']}{where}")
    if "oppnad" in result:
        found.append(f"öppnat: {', '.join(result['oppnad']) or 'inga uppgifter'}")
    found += [f"med identitet för: {', '.join(result['identitet'])}"] if result.get("identitet") else []
    found += [f"meddelas muntligen: {', '.join(result['muntligen'])}"] if result.get("muntligen") else []
    found += [f"märkning: {', '.join(result['markningar'])}"] if result.get("markningar") else []
    found += [f"uppger: {result['koder']}"] if result.get("koder") else []
    found += [f"kvitterat: {result['kvitterad']}"] if result.get("kvitterad") and result.get("dom") == "godtas" else []
    found += [f"står där: {', '.join(result['inkorg']) or 'ingenting'}"] if "inkorg" in result else []
    found += [f"avvisas: {', '.join(result['skal'])}"] if result.get("skal") else []
    for name, one in result.get("mottagare", {}).items():
        found += _recipient(name, one)
    for request in result.get("fraga", []):
        found.append(f"fråga {' och '.join(request['av'])} om samtycke för {', '.join(request['mottagare'])}")
    found += [f"att göra: {', '.join(result['hints'])}"] if result.get("hints") else []
    for name, happened in result.get("utfall", {}).items():
        found.append(f"{name}: {', '.join(happened) or 'inget ännu'}")
    found += [f"har hänt: {', '.join(result['skeenden'])}"] if result.get("skeenden") else []
    return found


def _recipient(name: str, one: dict[str, Any]) -> list[str]:
    found = []
    if one.get("utan_uppgifter"):
        found.append(f"{name}: samrådsbegäran utan identifierande uppgifter (B4)")
    if one.get("levererat"):
        found.append(f"{name}: levereras {len(one['levererat'])} uppgifter med stöd av {', '.join(one['grund'])}")
    for why, items in _by_reason(one.get("undanhallet", {})).items():
        found.append(f"{name}: undanhålls {', '.join(items)} ({why})")
    return found


def _by_reason(withheld: dict[str, list[str]]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for item, reasons in withheld.items():
        grouped.setdefault(", ".join(reasons), []).append(item)
    return grouped
