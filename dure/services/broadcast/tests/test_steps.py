"""What is worked out once for many: only for those who stand alike."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from dure.base.actors import PersonId
from dure.foundations.channels.types.ladders import Leads
from dure.services.broadcast.actions import planning
from dure.services.broadcast.types import Airing, Ended, Kind, Way


def test_what_is_remembered_of_one_is_said_of_nobody_who_stands_otherwise() -> None:
    """Listeners of one airing who differ in one thing only: whatever the ladder looks at tells them apart."""
    night = datetime(2026, 5, 11, 13, 0, tzinfo=UTC)  # ten in the evening in Seoul
    airing, one_airing = Airing(Kind.NOTICE, night, night + timedelta(days=2)), uuid4()
    steps = planning.Steps(night)
    alike: dict[str, Any] = {"zone": "Asia/Seoul", "left": False}
    text = planning.Tried(uuid4(), Way.PUSH, night, Ended.OPEN, tried_at=night)
    failed = planning.Tried(uuid4(), Way.PUSH, night, Ended.FAILED, tried_at=night)
    phone, none = Leads(telephone=True), Leads()
    stands: list[tuple[dict[str, Any], list[planning.Tried], Leads]] = [
        ({}, [], phone),
        ({"zone": "Europe/London"}, [], phone),
        ({"left": True}, [], phone),
        ({}, [text], phone),
        ({"zone": "Europe/London"}, [failed], phone),
        ({"zone": "Europe/London"}, [text], phone),
        ({"zone": "Europe/London"}, [text], none),
    ]
    rows = [
        (planning.Due(uuid4(), one_airing, PersonId(uuid4()), None, airing=airing, **(alike | more)), tried, leads)
        for more, tried, leads in stands
    ]
    together = [steps.next_of(*row) for row in rows]
    assert together == [planning.Steps(night).next_of(*row) for row in rows]
    assert len(set(together)) > 4
