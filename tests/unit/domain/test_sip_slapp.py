"""S3, S4: a call that consent kept back and an answer then releases is a call from then on (K4)."""

from dataclasses import replace

from mini_regelverk import MORA_VINR, VARDCENTRAL, VC, regelverk
from world import World

from samverkanshub.domain.plikter import S3_INFORMATION, S4_KALLELSE
from samverkanshub.domain.regelverk import Frist

LADDERS = replace(regelverk(), frister={"s3.information": Frist(60), "s4.kallelse": Frist(dagar=3)})


def test_s3_the_caller_owes_information_from_when_the_call_went_out() -> None:
    world = World(LADDERS).vardnad("barn", "mor").sip("barn", [VARDCENTRAL])
    assert world.plikter(S3_INFORMATION) == []
    world.samtycke("barn", [VARDCENTRAL], givare=["mor"]).svarar("lamnat", slapp=True)
    (duty,) = world.plikter(S3_INFORMATION)
    assert duty.barare == MORA_VINR


def test_s4_a_call_released_meets_the_duty_then() -> None:
    world = World(LADDERS).utskrivningsklar("anna", VARDCENTRAL).sip("anna", [MORA_VINR], av=VC)
    (duty,) = world.plikter(S4_KALLELSE)
    assert not duty.uppfylld
    world.samtycke("anna", [MORA_VINR]).svarar("lamnat", slapp=True, av=VC)
    assert [plikt.utfall for plikt in world.plikter(S4_KALLELSE)] == ["kallad"]
