"""K8's facts as steps of a `World`: maturity, decisions about a child, who is appointed for an adult."""

from collections.abc import Sequence
from typing import Any

from mini_regelverk import UTSATT
from world import World


def mogen(world: World, namn: str = "barn", *, andamal: str = "sip", mogen: bool = True, av: str = UTSATT) -> World:
    """The child is registered as mature for a question, or not."""
    koder = {"andamal": andamal, "mogen": mogen, "kalla": "utredning", "datum": "2026-02-20"}
    return world.fakta("mognad", namn, "", (), av, **koder)


def beslut(world: World, slag: str, ersatter: Sequence[str] = (), *, namn: str = "barn", **more: Any) -> World:
    """A decision about the child, in force since before the history begins."""
    av, som, standing_in = more.pop("av", UTSATT), more.pop("som", ""), more.pop("foretradare", ())
    persons = [world.person(namn, "registrerad"), *(world.person(g, "vardnadshavare") for g in ersatter)]
    persons += [world.person(f, "foretradare") for f in standing_in]
    koder = {"slag": slag, "andamal": ["sip"], "fran": "2026-01-01", "referens": "SN-2026-17", **more}
    return world.happens(world.event("beslut_om_barn", av, persons, koder=koder), som)


def foretradare(world: World, namn: str, vem: str, slag: str = "god_man", *, av: str = UTSATT, **more: Any) -> World:
    """Somebody is appointed for an adult."""
    koder = {"slag": slag, "andamal": ["sip"], "fran": "2026-01-01", "kalla": "overformyndare", **more}
    return world.fakta("foretradare", namn, "foretradare", (vem,), av, **koder)
