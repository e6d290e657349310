"""What a gate remembers: loaded ahead for many events at a time, and the same however it came to be there."""

from collections.abc import Sequence

from samverkanshub.adapters.memory.projection import MemoryDatabase, MemoryGateStore
from samverkanshub.codec import states
from samverkanshub.domain.events import Event, Person
from samverkanshub.domain.state import ArendeState, Meddelande, PersonState
from samverkanshub.pipeline.minne import Minne

SENT = Event("h", "sip_kallelse", "mora", "mora.vinr", "mora.vinr.utsatt", "u", (Person("anna", "utsatt"),))
ACT = Event("e", "kvittens", "falun", "falun.vinr", "falun.vinr.g", "u", arende_id="a")
KNOWN = (
    ArendeState("a", "sip", "anna", meddelanden=(Meddelande(1, 1, SENT),)),
    PersonState("anna", hushall=("bo",)),
    PersonState("bo"),
    PersonState("cilla"),
)


class Asked(MemoryGateStore):
    """Notes what it is asked for."""

    def __init__(self) -> None:
        database = MemoryDatabase()
        for state in KNOWN:
            id_ = state.arende_id if isinstance(state, ArendeState) else state.person_id
            database.states[0, states.kind_of(state), id_] = states.encode(state)
        super().__init__(database)
        self.asked: list[list[str]] = []

    async def states(self, partition: int, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], bytes]:
        self.asked.append([id_ for _, id_ in keys])
        return await super().states(partition, keys)


async def test_whoever_lives_with_whom_a_message_of_the_arende_names_is_loaded_ahead() -> None:
    store = Asked()
    minne = Minne(store, 0)
    await minne.prefetch([ACT])
    assert store.asked == [["a"], ["anna"], ["bo"]]
    ahead = await minne.tillstand(ACT)
    assert store.asked[3:] == [["0"]], "the partition's own state alone is left"
    assert (set(ahead.arenden), set(ahead.personer)) == ({"a"}, {"anna", "bo"})
    assert await Minne(Asked(), 0).tillstand(ACT) == ahead


async def test_what_an_event_no_longer_leads_to_is_no_part_of_what_it_sees() -> None:
    minne = Minne(Asked(), 0)
    await minne.prefetch([ACT])
    before = await minne.tillstand(ACT)
    minne.put(before.with_person(PersonState("anna", hushall=("cilla",))))
    assert set((await minne.tillstand(ACT)).personer) == {"anna", "cilla"}
