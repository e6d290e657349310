"""The forms of messages."""

from typing import Final

from samverkanshub.entrypoints.web.blankett.beskrivning import (
    ARENDE,
    BARNETS_RATT,
    BOENDE,
    GRUND,
    GRUNDER,
    HALSA,
    KOMMUN,
    KONTAKT,
    MOTTAGARE,
    OVRIGT,
    RATTAR,
    SALLAN,
    SKOLA_ARBETE,
    SKYDDSBEHOV,
    VISTELSE,
    Avsnitt,
    Blankett,
    Falt,
)

ELLER: Final = "Personnummer eller samordningsnummer. Saknas det, ange en egen beteckning för personen."

OROSANMALAN: Final = Blankett(
    "orosanmalan",
    "Orosanmälan",
    "Om ett barn kan behöva skydd. Inget samtycke behövs. Anmälan går till socialtjänsten i barnets hemkommun.",
    (
        Avsnitt(
            "Vad har hänt?",
            (
                Falt("kommun", "Barnets hemkommun"),
                Falt("beskrivning", "Vad ni är oroliga för", "Skriv vad ni har sett eller hört, och när."),
                Falt("akut_fara", "Barnet är i akut fara"),
                Falt("misstanke", "Vad misstänks?", "Kryssa för allt som stämmer."),
            ),
        ),
        Avsnitt("Vem anmäler?", (Falt("anmalarslag", "Ni anmäler som"), Falt("anmalare", "Anmälarens namn"))),
        Avsnitt(
            "Mer om barnet",
            (
                Falt("handelser", "Händelser", "En händelse i varje ruta."),
                SKYDDSBEHOV,
                Falt("vistelsekommun", "Kommun där barnet är", "Om barnet är någon annanstans än i hemkommunen."),
                Falt("vistelse", "Var barnet är just nu"),
                BOENDE,
                Falt("kontakt", "Hur barnet nås"),
                Falt("skola", "Skola eller förskola"),
                HALSA,
                OVRIGT,
            ),
            sallan=True,
        ),
        Avsnitt(
            "Fler mottagare",
            (Falt("mottagare", "Fler mottagare", "Socialtjänsten får anmälan ändå. Till andra krävs stöd."),),
            sallan=True,
        ),
        GRUNDER,
        SALLAN,
    ),
    personer="Vem gäller det?",
    personhjalp=ELLER,
    rader=1,
)
RISKBEDOMNING: Final = Blankett(
    "riskbedomning_delad",
    "Riskbedömning",
    "Dela en gjord riskbedömning med andra som skyddar den utsatta.",
    (
        Avsnitt("Mottagare", (MOTTAGARE,)),
        Avsnitt(
            "Bedömningen",
            (
                Falt("metod", "Metod"),
                Falt("niva", "Risknivå"),
                Falt("bedomd_av", "Bedömd av", "Enhetens eller den anställdas beteckning i hubben."),
                Falt("bedomd_tid", "Bedömd den"),
                Falt("sammanfattning", "Sammanfattning"),
                Falt("riskfaktorer", "Riskfaktorer", "En i varje ruta."),
            ),
        ),
        Avsnitt("Om det gäller ett barn", (BARNETS_RATT,), sallan=True),
        Avsnitt(
            "Mer",
            (
                Falt("vald", "Våldet"),
                SKYDDSBEHOV,
                BOENDE,
                VISTELSE,
                KONTAKT,
                SKOLA_ARBETE,
                HALSA,
                Falt("misstankts_situation", "Den misstänktas situation", "Ur den misstänktas egen akt."),
                OVRIGT,
                KOMMUN,
            ),
            sallan=True,
        ),
        GRUNDER,
        SALLAN,
    ),
    personer="Vem gäller det?",
    personhjalp=ELLER,
)
SIP: Final = Blankett(
    "sip_kallelse",
    "Kallelse till SIP",
    "Kalla till en samordnad individuell plan. Både socialtjänst och hälso- och sjukvård ska delta.",
    (
        Avsnitt("Kallade", (Falt("mottagare", "Kallade enheter", rader=2),)),
        Avsnitt(
            "Mötet",
            (
                Falt(
                    "skyddade_personuppgifter",
                    "Personen har skyddade personuppgifter",
                    "Då meddelas tid och plats muntligen, och ska inte skrivas här.",
                ),
                Falt("motestid", "Tid"),
                Falt("motesplats", "Plats"),
                Falt("syfte", "Syfte"),
                Falt("initiativ", "Vem önskade planen?"),
            ),
        ),
        Avsnitt(
            "Den enskildas delaktighet",
            (
                Falt(
                    "delaktighet",
                    "Delaktighet",
                    delar=(
                        Falt("satt", "Hur personen deltar"),
                        Falt("information", "Hur personen informeras"),
                        Falt("skal", "Skäl, om personen inte deltar eller inte informeras"),
                    ),
                ),
            ),
        ),
        Avsnitt("Behov", (Falt("behov", "Behov", "Ett i varje ruta."),)),
        Avsnitt(
            "Om det gäller ett barn",
            (BARNETS_RATT, Falt("vardnadshavare_kallas_ej", "Varför vårdnadshavarna inte kallas")),
            sallan=True,
        ),
        Avsnitt(
            "Mer",
            (
                HALSA,
                Falt("ekonomi", "Ekonomi"),
                Falt("skadligt_bruk", "Skadligt bruk och beroende"),
                BOENDE,
                VISTELSE,
                KONTAKT,
                SKOLA_ARBETE,
                Falt("vald", "Våldet"),
                SKYDDSBEHOV,
                OVRIGT,
                KOMMUN,
                Falt("utskrivningsklar", "Underrättelse om utskrivningsklar", "När ni fick den, om det gäller det."),
            ),
            sallan=True,
        ),
        GRUNDER,
        SALLAN,
    ),
    personer="Vem gäller det?",
    personhjalp=ELLER,
)
AVVIKELSE: Final = Blankett(
    "avvikelse",
    "Avvikelse",
    "Berätta för andra parter att samverkan har brustit. Skriv inget som visar vem det gäller.",
    (
        Avsnitt("Mottagare", (MOTTAGARE,)),
        Avsnitt(
            "Vad har hänt?",
            (
                Falt("slag", "Vad det gäller"),
                Falt("beskrivning", "Beskrivning", "Inga namn, inga personnummer."),
                Falt("atgard", "Vad ni har gjort eller föreslår"),
                Falt("mellan_huvudman", "Det gäller mellan olika huvudmän"),
                Falt("lex_sarah", "Lex Sarah"),
                Falt("lex_maria", "Lex Maria"),
            ),
        ),
        Avsnitt("Ärende", (ARENDE, KOMMUN), sallan=True),
        GRUNDER,
        SALLAN,
    ),
)
KONTAKTFORMEDLING: Final = Blankett(
    "kontaktformedling",
    "Kontaktförmedling",
    "Be, med den vuxnas samtycke, hemkommunens enhet för våld i nära relationer att ta kontakt.",
    (
        Avsnitt(
            "Vad gäller det?",
            (
                Falt("kommun", "Personens hemkommun"),
                Falt("beskrivning", "Vad som har hänt"),
                Falt("onskad_kontakt", "Hur personen vill bli kontaktad", "Till exempel nummer och säkra tider."),
                Falt("misstanke", "Vad det handlar om", "Kryssa för allt som stämmer."),
                Falt("skyddade_personuppgifter", "Personen har skyddade personuppgifter"),
            ),
        ),
        Avsnitt(
            "Mer",
            (Falt("behov", "Behov", "Ett i varje ruta."), SKYDDSBEHOV, BOENDE, VISTELSE, SKOLA_ARBETE, HALSA, OVRIGT),
            sallan=True,
        ),
        Avsnitt("Fler mottagare", (MOTTAGARE,), sallan=True),
        GRUNDER,
        SALLAN,
    ),
    personer="Vem gäller det?",
    personhjalp=ELLER,
)
UPPGIFT_TILL_UTREDNING: Final = Blankett(
    "uppgift_till_utredning",
    "Uppgift till en utredning om barn",
    "Lämna uppgifter till den enhet som utreder ett barns behov av skydd.",
    (
        Avsnitt("Mottagare", (Falt("mottagare", "Den enhet som utreder"), GRUND)),
        Avsnitt(
            "Uppgifterna",
            (
                Falt("beskrivning", "Barnets situation"),
                Falt("handelser", "Händelser", "En händelse i varje ruta."),
                SKYDDSBEHOV,
                Falt("familj", "Familj"),
            ),
        ),
        Avsnitt(
            "Mer",
            (
                HALSA,
                Falt("skola", "Skola eller förskola"),
                BOENDE,
                VISTELSE,
                KONTAKT,
                Falt("misstankts_situation", "Den misstänktas situation", "Ur den misstänktas egen akt."),
                OVRIGT,
                RATTAR,
            ),
            sallan=True,
        ),
    ),
    personer="Vem gäller det?",
    personhjalp=ELLER,
)
MEDDELANDEN: Final = (OROSANMALAN, RISKBEDOMNING, SIP, AVVIKELSE, KONTAKTFORMEDLING, UPPGIFT_TILL_UTREDNING)
