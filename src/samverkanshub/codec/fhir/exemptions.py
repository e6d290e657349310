"""K3: what a person exempts, as denying provisions inside the permitting one, each about one kind of thing.

One provision a kind, and one a single item, because what a FHIR provision joins must hold all at once, while an
exemption holds for each by itself.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from samverkanshub.codec.fhir.reading import Node, refuse
from samverkanshub.codec.fhir.terms import (
    ANVANDARE,
    KATEGORI,
    ORGANISATION,
    RECIPIENT,
    RECIPIENTS,
    UPPGIFT,
    Resource,
    coding,
    concept,
    identified,
)

_SYSTEMS: Final[Mapping[str, str]] = {system: slag for slag, system in RECIPIENTS.items()}


def denials(undantag: Mapping[str, Any]) -> list[Resource]:
    """The denying provisions of an exemption."""
    parts: list[Resource] = []
    if undantag.get("kategorier"):
        parts.append({"securityLabel": labels(undantag["kategorier"])})
    if undantag.get("mottagare"):
        parts.append({"actor": recipients(undantag["mottagare"])})
    if undantag.get("anvandare"):
        parts.append({"actor": [_actor(_employee(one)) for one in undantag["anvandare"]]})
    parts += [{"data": [_instance(reference)]} for reference in undantag.get("uppgifter") or ()]
    return [{"type": "deny", **part} for part in parts]


def labels(kategorier: Sequence[str]) -> list[Resource]:
    """Categories as security labels: PCF takes neither class nor code, and its advanced profile takes these."""
    return [coding(KATEGORI, kategori) for kategori in kategorier]


def recipients(mottagare: Sequence[Mapping[str, str]]) -> list[Resource]:
    """Recipients as actors."""
    return [_actor(identified(RECIPIENTS[one["slag"]], one["id"])) for one in mottagare]


def _actor(reference: Resource) -> Resource:
    return {"role": concept(*RECIPIENT), "reference": reference}


def _employee(one: Mapping[str, str]) -> Resource:
    reference = identified(ANVANDARE, one["anvandare"])
    reference["identifier"]["assigner"] = identified(ORGANISATION, one["aktor"])
    return reference


def _instance(reference: str) -> Resource:
    return {"meaning": "instance", "reference": identified(UPPGIFT, reference)}


# ------------------------------------------------------------------------------------------ read


def undantag_in(nested: Sequence[Node]) -> dict[str, list[Any]]:
    """The exemption that these nested provisions say; empty for none. Refuses what K3 cannot hold."""
    found: dict[str, list[Any]] = {}
    for node in nested:
        node.at("type").fixed("deny", "must be `deny`: inside a consent only exemptions are held (K3)")
        node.only("type", *_KINDS)
        kinds = [kind for kind in _KINDS if kind in node]
        if len(kinds) != 1:
            refuse(node.path, "must be about one kind of thing: what is joined would be exempted apart (K3)")
        for name, value in _KINDS[kinds[0]](node):
            found.setdefault(name, []).append(value)
    return found


def categories_in(node: Node) -> list[str]:
    """The categories that a provision is about."""
    return [one.code_of(KATEGORI) for one in node.each("securityLabel")]


def recipients_in(node: Node) -> list[dict[str, str]]:
    """The recipients that a provision names; an employee is none."""
    found = []
    for actor in node.each("actor"):
        name, value = _named(actor)
        if name != "mottagare":
            refuse(f"{actor.path}.reference", "names an employee: a consent names units and organisations (K1)")
        found.append(value)
    return found


def _categories(node: Node) -> Iterator[tuple[str, Any]]:
    return (("kategorier", kategori) for kategori in categories_in(node))


def _actors(node: Node) -> Iterator[tuple[str, Any]]:
    return (_named(actor) for actor in node.each("actor"))


def _named(actor: Node) -> tuple[str, dict[str, str]]:
    actor.only("role", "reference").at("role").concept(RECIPIENT)
    reference = actor.at("reference").only("identifier", "display", "type")
    identifier = reference.at("identifier").only("system", "value", "assigner")
    system, value = identifier.at("system"), identifier.at("value").text()
    if system.text() == ANVANDARE:
        return "anvandare", {"aktor": identifier.at("assigner").value_of(ORGANISATION), "anvandare": value}
    identifier.only("system", "value")
    if system.text() not in _SYSTEMS:
        refuse(system.path, "is not a system that the hub knows recipients by")
    return "mottagare", {"slag": _SYSTEMS[system.text()], "id": value}


def _items(node: Node) -> Iterator[tuple[str, Any]]:
    for one in node.each("data"):
        one.only("meaning", "reference").at("meaning").fixed("instance", "must be `instance`: single items alone")
        yield "uppgifter", one.at("reference").value_of(UPPGIFT)


_KINDS: Final[Mapping[str, Callable[[Node], Iterator[tuple[str, Any]]]]] = {
    "securityLabel": _categories,
    "actor": _actors,
    "data": _items,
}
"""What a denying provision may be about, one kind at a time."""
