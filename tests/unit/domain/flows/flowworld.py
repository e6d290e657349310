"""What happens in an ärende after its messages, told as `World` tells the rest, with every deadline in place."""

from dataclasses import dataclass, field, replace
from typing import Any

from mini_regelverk import UTSATT, regelverk, with_unit
from steps import OMRADE
from world import World

from samverkanshub.domain.actors import Aktor, Enhet, Lasargrupp
from samverkanshub.domain.events import HUB, ON_ARENDE, PLIKT_STEG, Event
from samverkanshub.domain.regelverk import Frist, Regelverk
from samverkanshub.domain.state import ArendeState, Plikt
from samverkanshub.domain.tid import to_ms

REGION = "region-dalarna.beredskap.handlaggare"
MORA_VINR_CHEF = "mora.vinr.enhetschef"
VC_CHEF = "region-dalarna.vardcentral-mora.enhetschef"
EVENING = to_ms("2026-03-02T19:00:00+01:00")
"""Of the Monday on which the histories begin."""
FRISTER = {
    "o4.kvittens": Frist(3600),
    "o4.andra_kontakt": Frist(7200),
    "o4.region": Frist(10800),
    "o4.skyddsbedomning": Frist(dagar=1),
    "h2.kvittens": Frist(3600),
    "h2.enhetschef": Frist(7200),
    "h2.innehavare": Frist(dagar=1),
    "a3.ansvar": Frist(dagar=5),
    "r3.fonster": Frist(dagar=90),
}
_MORE = (
    Enhet("region-dalarna.beredskap", "region-dalarna", "Beredskap", "regional_kontakt", "ovrig"),
    Enhet("mora.familjeratt", "mora", "Familjerätt", "familjeratt", "socialtjanst", territorium=("mora",)),
    Enhet("frivarden.mora", "frivarden", "Frivården", "kriminalvard", "ovrig", territorium=("mora",)),
)
_GROUPS = (
    Lasargrupp(REGION, "region-dalarna.beredskap", "Beredskap"),
    Lasargrupp("mora.familjeratt.handlaggare", "mora.familjeratt", "Handläggare"),
    Lasargrupp("frivarden.mora.handlaggare", "frivarden.mora", "Handläggare", arbetar_med_utovare=True),
    Lasargrupp(MORA_VINR_CHEF, "mora.vinr", "Enhetschef", arbetar_med_utovare=True, enhetschef=True),
    Lasargrupp(VC_CHEF, "region-dalarna.vardcentral-mora", "Verksamhetschef", enhetschef=True),
)


def flow_regelverk() -> Regelverk:
    """The small regelverk with deadlines, a regional contact, heads, and units to hand over to."""
    plain = regelverk()
    katalog = replace(
        plain.katalog,
        aktorer={**plain.katalog.aktorer, "frivarden": Aktor("frivarden", "Frivården", "statlig")},
        enheter={**plain.katalog.enheter, **{enhet.id: enhet for enhet in _MORE}},
        lasargrupper={**plain.katalog.lasargrupper, **{grupp.id: grupp for grupp in _GROUPS}},
    )
    return replace(plain, katalog=katalog, frister=FRISTER)


@dataclass
class FlowWorld(World):
    """`FlowWorld().orosanmalan().handlar("samtal_noterat", VC, …)`, and what came of it."""

    regler: Regelverk = field(default_factory=flow_regelverk)

    @classmethod
    def without(cls, *units: str) -> "FlowWorld":
        """A world in which these units are not connected."""
        regler = flow_regelverk()
        for enhet in units:
            regler = with_unit(regler, enhet, ansluten=False)
        return cls(regler=regler)

    # ------------------------------------------------------------------------------------------ what happens

    def handlar(self, typ: str, grupp: str, *, user: str = "u1", arende: str = "", **koder: Any) -> "FlowWorld":
        """An act in the latest message's ärende."""
        more = {"arende": "alias"} if typ in ON_ARENDE else {}
        where = arende or self.arende.arende_id
        event = self.event(typ, grupp, (), koder={**more, **koder}, arende_id=where, uppgifter=koder.pop("_items", ()))
        self.happens(replace(event, anvandare=user), typ)
        return self

    def lamnar(self, fran: str, till: str) -> "FlowWorld":
        """H1: a unit asks another to take over."""
        return self.handlar("overlamning", fran, till=till)

    def besvarar(self, grupp: str, svar: str = "godtas") -> "FlowWorld":
        """H1: the unit that was asked answers."""
        return self.handlar("overlamning_svar", grupp, overlamning=self.named["overlamning"].handelse_id, svar=svar)

    def steg(self, slag: str, steg: str, barare: str = "") -> "FlowWorld":
        """`watch` appends a step, at the time that it falls due."""
        plikt = next(p for p in self.arende.plikter if p.slag == slag and barare in ("", p.barare))
        due = next(one.tid for one in plikt.steg if one.namn == steg)
        return self.at(max(due, self.tid)).step_now(plikt.id, steg)

    def step_now(self, plikt: str, steg: str) -> "FlowWorld":
        """`watch` appends a step, now."""
        koder = {"plikt": plikt, "steg": steg}
        event = Event(f"w{self.offset}", PLIKT_STEG, HUB, "", "", "", koder=koder, arende_id=self.arende.arende_id)
        self.happens(event)
        return self

    # ------------------------------------------------------------------------------------------ what came of it

    @property
    def arende(self) -> ArendeState:
        """The latest message's ärende."""
        return self.tillstand.arenden[self._message.arende_id]

    def told(self, kod: str) -> set[str]:
        """The reader groups that the latest event tells something."""
        assert self.last is not None
        return {delivery.mottagare for delivery in self.last.deliveries if delivery.kod == kod}

    def nobody_told(self) -> bool:
        """Does the latest event reach no inbox?"""
        assert self.last is not None
        return not self.last.deliveries

    def skeenden(self) -> set[str]:
        """What the latest event adds to outcomes."""
        assert self.last is not None
        return {skeende.slag for skeende in self.last.skeenden}

    def codes(self) -> set[str]:
        """Rule and code of what the latest event was accepted with."""
        assert self.last is not None
        own = [entry for entry in self.last.entries if not entry.mottagare and not entry.vag]
        return {f"{r.regel} {r.kod}" for entry in own for r in entry.reasons if not r.nekar}

    def owing(self, slag: str) -> set[str]:
        """The units with an open duty of a kind in the latest message's ärende."""
        return {plikt.barare for plikt in self.arende.plikter if plikt.slag == slag and not plikt.uppfylld}

    def duty(self, slag: str, barare: str = "") -> Plikt:
        """The first duty of a kind."""
        return next(p for p in self.arende.plikter if p.slag == slag and barare in ("", p.barare))


def sip_taken(av: str = UTSATT) -> FlowWorld:
    """A SIP called for Anna, which reached the vårdcentral."""
    world = FlowWorld()
    world.samtycke("anna", ["region-dalarna.vardcentral-mora"]).sip("anna", ["region-dalarna.vardcentral-mora"], av=av)
    return world


__all__ = ["OMRADE", "FlowWorld", "flow_regelverk", "sip_taken"]
