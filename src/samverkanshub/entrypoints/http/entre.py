"""What the api and the pages share: one door to come in by, one look at how the hub stands, one set of counts."""

from samverkanshub.entrypoints.http.admission import Dorren
from samverkanshub.entrypoints.http.drift import Andelsvakt, Driftvakt, Karantanvakt
from samverkanshub.entrypoints.http.health import Monitor
from samverkanshub.entrypoints.http.metrics import Metrics
from samverkanshub.entrypoints.http.services import Services
from samverkanshub.entrypoints.http.stopp import Stoppvakt
from samverkanshub.entrypoints.http.trangsel import Granser
from samverkanshub.settings import Settings


def granser_of(settings: Settings) -> Granser:
    """What the settings say of how much is let in."""
    return Granser(
        platser=settings.api_platser,
        aktor=settings.api_platser_aktor,
        sidor=settings.webb_platser,
        strommar=settings.webb_strommar,
        poster=settings.grind_grans_poster,
        sekunder=settings.grind_grans_s,
    )


class Entre:
    """Made once for both applications around the same services: what one of them refuses the other one tells."""

    def __init__(self, services: Services, settings: Settings) -> None:
        self.metrics = Metrics()
        self.dorren = Dorren(granser_of(settings), services, self.metrics)
        self.stoppvakt = Stoppvakt(services)
        self.monitor = Monitor(services, self.dorren.lately, self.stoppvakt)
        self.driftvakt = Driftvakt(services)
        self.andelsvakt = Andelsvakt(services)
        self.karantanvakt = Karantanvakt(services)
        self.tid_s = settings.api_tid_s
        self.certified = settings.client_certificates
