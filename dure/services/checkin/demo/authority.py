"""The sample authority's people: two officers of a sample office and an auditor. Plainly samples, with one-tap log-in."""

from typing import Final

from dure.base.actors import PlatformRole, system
from dure.foundations.people import actions as people
from dure.foundations.people import demo, queries
from dure.foundations.people.demo import Sample
from dure.kit import tx
from dure.services.checkin.actions import authority as actions

BY: Final = system("demo")
OFFICE: Final = "가람군 보건소 역학조사반 (예시)"
OFFICERS: Final = (Sample("officer1", "하예시"), Sample("officer2", "남보기"))
AUDITOR: Final = Sample("watcher", "도표본")


def load() -> None:
    """Let them in and appoint them; again: nothing happens."""
    known = queries.persons(sample.id for sample in (*OFFICERS, AUDITOR))
    for sample in (*OFFICERS, AUDITOR):
        if sample.id not in known:
            with tx.durable():
                demo.let_in(sample)
    for officer in OFFICERS:
        actions.appoint_officer(BY, officer.id, OFFICE)
    with tx.durable():
        people.grant_role(BY, AUDITOR.id, PlatformRole.AUDITOR)
