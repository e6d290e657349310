"""The forms of what one does about something sent or received: they are reached from there."""

from typing import Final

from samverkanshub.entrypoints.web.blankett.beskrivning import ARENDE, MEDDELANDE, Avsnitt, Blankett, Falt

SAMTYCKE_SVAR: Final = Blankett(
    "samtycke_svar",
    "Svara på frågan om samtycke",
    "Hubben har bett er fråga om samtycke för något som inte kunde lämnas. Registrera svaret här.",
    (
        Avsnitt(
            "Svaret",
            (
                MEDDELANDE,
                Falt("svar", "Svar"),
                Falt("av_roll", "Vems svar det är", "Behövs när flera skulle tillfrågas."),
                Falt(
                    "slapp", "Pröva meddelandet på nytt nu", "Med ett registrerat samtycke: det som hölls inne prövas."
                ),
            ),
        ),
    ),
    fyll=True,
)
OVERLAMNING: Final = Blankett(
    "overlamning",
    "Lämna över ett ärende",
    "Be en annan enhet ta över er del. Ansvaret flyttas först när den har sagt ja.",
    (Avsnitt("Överlämningen", (ARENDE, Falt("till", "Enhet som ska ta över"))),),
    fyll=True,
)
OVERLAMNING_SVAR: Final = Blankett(
    "overlamning_svar",
    "Svara på en överlämning",
    "En annan enhet ber er ta över dess del i ett ärende.",
    (
        Avsnitt(
            "Svaret",
            (ARENDE, Falt("overlamning", "Överlämningens nummer"), Falt("svar", "Svar")),
        ),
    ),
    fyll=True,
)
AVSLUT: Final = Blankett(
    "avslut",
    "Avsluta er del i ett ärende",
    "En annan enhet ska först ha tagit över. Utan efterföljare krävs chef, skäl och vem som är informerad.",
    (
        Avsnitt(
            "Avslutet",
            (
                ARENDE,
                Falt("overlamning", "Den godtagna överlämningens nummer"),
                Falt("chef", "Ansvarig chef", "Chefens beteckning hos er."),
                Falt("skal", "Skäl"),
                Falt("informerad", "Vem som är informerad"),
            ),
        ),
    ),
    fyll=True,
)
ATERKALLELSE: Final = Blankett(
    "aterkallelse",
    "Återkalla ett meddelande",
    "Det som inte är öppnat dras tillbaka. Det som är öppnat blir en incident hos mottagaren.",
    (Avsnitt("Återkallelsen", (MEDDELANDE, Falt("skal", "Skäl"))),),
    fyll=True,
)
SAMTAL: Final = Blankett(
    "samtal_noterat",
    "Anteckna ett samtal",
    "Ni ringde i stället. Anteckna vem som tog emot samtalet.",
    (
        Avsnitt(
            "Samtalet",
            (
                MEDDELANDE,
                Falt("tid", "När ni ringde"),
                Falt("mottaget_av", "Vem som tog emot samtalet"),
                Falt("funktion", "Vad den arbetar som"),
            ),
        ),
    ),
    fyll=True,
)
LEVERANS: Final = Falt("leverans", "Leveransens nummer", "Fylls i när ni kommer hit från det öppnade.")
SKYDDSBEDOMNING: Final = Blankett(
    "skyddsbedomning_gjord",
    "Skyddsbedömning gjord",
    "Anteckna att barnets behov av omedelbart skydd är bedömt.",
    (Avsnitt("Anmälan", (LEVERANS,)),),
    fyll=True,
)
ATERKOPPLING: Final = Blankett(
    "aterkoppling",
    "Återkoppla till anmälaren",
    "Anmälaren får bara veta om en utredning inleds, redan pågår eller inte inleds.",
    (
        Avsnitt(
            "Återkopplingen",
            (LEVERANS, Falt("utfall", "Utredningen"), Falt("olampligt", "Det är olämpligt att anmälaren får veta")),
        ),
    ),
    fyll=True,
)
INFORMERAD: Final = Blankett(
    "vardnadshavare_informerad",
    "Vårdnadshavare informerad",
    "Anteckna om den vårdnadshavare som inte kallades är informerad om insatserna.",
    (
        Avsnitt(
            "Informationen", (MEDDELANDE, Falt("utfall", "Är det gjort?"), Falt("skal", "Skäl, om det inte är gjort"))
        ),
    ),
    fyll=True,
)
ANSVAR_FORSLAG: Final = Blankett(
    "ansvar_forslag",
    "Föreslå vem som ansvarar",
    "Föreslå vilken part som ansvarar medan avvikelsen är öppen. Det gäller när alla parter har sagt ja.",
    (Avsnitt("Förslaget", (ARENDE, Falt("enhet", "Enhet som ska ansvara", "En av parterna i avvikelsen."))),),
    fyll=True,
)
ANSVAR_SVAR: Final = Blankett(
    "ansvar_svar",
    "Svara på ett förslag om ansvar",
    "En annan part har föreslagit vem som ansvarar medan avvikelsen är öppen.",
    (Avsnitt("Svaret", (ARENDE, Falt("forslag", "Förslagets nummer"), Falt("svar", "Svar"))),),
    fyll=True,
)
JAV: Final = Blankett(
    "jav",
    "Anmäl jäv",
    "En anställd hos er är jävig i ärendet, och kan då inte öppna, kvittera eller handla i det.",
    (
        Avsnitt(
            "Jävet",
            (
                ARENDE,
                Falt("anvandare", "Den anställda", "Den anställdas beteckning hos er, som vid inloggning."),
                Falt("havd", "Jävet är hävt"),
            ),
        ),
    ),
    fyll=True,
)
HANDLINGAR: Final = (
    SAMTYCKE_SVAR,
    OVERLAMNING,
    OVERLAMNING_SVAR,
    AVSLUT,
    ATERKALLELSE,
    SAMTAL,
    SKYDDSBEDOMNING,
    ATERKOPPLING,
    INFORMERAD,
    ANSVAR_FORSLAG,
    ANSVAR_SVAR,
    JAV,
)
