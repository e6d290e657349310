"""How each move of a history is played: what it names is picked, counted round, from what there is."""

from collections.abc import Callable
from typing import Any

import doings
import k8_steps
import registered
from lagrum import utredning
from mini_regelverk import MORA_MOTTAGNING, UTSATT
from steps import DAY

PLAYED: dict[str, Callable[..., Any]] = {
    "samtycke": registered.samtycke,
    "begaran": registered.begaran,
    "aterkallar": registered.aterkallar,
    "makulerar": registered.makulerar,
    "undantar": registered.undantar,
    "haver": registered.haver,
    "nekar": registered.nekar,
    "skydd": lambda world, namn, niva, av: world.skydd(namn, niva, av=av, provisoriskt=av != UTSATT),
    "misstankt": registered.misstankt,
    "vardnad": lambda world, guardians, provisoriskt: world.vardnad("barn", *guardians, provisoriskt=provisoriskt),
    "hushall": registered.hushall,
    "mognad": lambda world, andamal, mogen, av: k8_steps.mogen(world, andamal=andamal, mogen=mogen, av=av),
    "beslut": registered.beslut,
    "foretradare": lambda world, namn, vem, slag: k8_steps.foretradare(world, namn, vem, slag) if namn != vem else None,
    "utredning": lambda world, oppen: utredning(world, MORA_MOTTAGNING, oppen=oppen),
    "utskriven": registered.utskriven,
    "frys": lambda world, namn: world.frys(namn),
    "tinar": registered.tinar,
    "fyller": registered.fyller,
    "meddelande": doings.meddelande,
    "svarar": doings.svarar,
    "samtycke_sedan": doings.samtycke_sedan,
    "tar_tillbaka": doings.tar_tillbaka,
    "oppnar": doings.oppnar,
    "kvitterar": doings.kvitterar,
    "tar_over": lambda world, nummer: doings.kvitterar(world, nummer=nummer, slag="overtagen"),
    "lamnar": doings.lamnar,
    "avslutar": doings.avslutar,
    "enas": doings.enas,
    "javig": doings.javig,
    "informerar": doings.informerar,
    "ringer": doings.ringer,
    "aterkopplar": doings.on_report("aterkoppling"),
    "bedomer": doings.on_report("skyddsbedomning_gjord"),
    "steg": doings.steg,
    "regelverk": doings.regelverk,
    "tiden_gar": lambda world, dagar: world.after(dagar * DAY),
}
