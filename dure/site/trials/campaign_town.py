"""The town of a campaign: a village's channel, a dealer by chance, senders that can be killed."""

import contextlib
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from django.db import DatabaseError, InterfaceError, connection

from dure.base import ids
from dure.base.actors import system
from dure.base.refusals import Busy, Interrupted
from dure.foundations.channels import actions
from dure.foundations.channels.types import ChannelId, NewChannel
from dure.foundations.people import actions as people
from dure.foundations.people import queries as persons
from dure.foundations.people import rules
from dure.foundations.people.types import Newcomer, OrganisationForm, OrganisationId, OrgKind, PersonId
from dure.kit import database, tx
from dure.kit.twins import Server
from dure.site import boot, config

from . import friends
from .loopback import Loopback
from .parts import kill_postmaster

BY = system("simulate.campaign")
SENDERS = 2
LATE_SECONDS = 2.0
REPORTS_AT_ONCE = 500
NUMBER = "101811234"
GONE = (DatabaseError, InterfaceError, psycopg.Error, Busy, Interrupted)  # what a killed database looks like from here


@dataclass(slots=True)
class Trial:
    """The state of one: the town, the dealer, what was found."""

    home: Path
    channel: ChannelId
    dealer: Loopback
    server: Server
    chance: random.Random
    senders: list["subprocess.Popen[bytes] | None"] = field(default_factory=lambda: [None] * SENDERS)
    kills: Counter[str] = field(default_factory=Counter)
    waits: list[float] = field(default_factory=list)
    queued: int = 0
    left: int = 0
    findings: list[str] = field(default_factory=list)

    def start_sender(self, number: int) -> None:
        """Start one sender, or start it again."""
        with (self.home / f"sender-{number}.log").open("ab") as out:
            command = [sys.executable, "-m", "dure.site.trials.sender", self.server.origin]
            self.senders[number] = subprocess.Popen(command, stdout=out, stderr=out, cwd=config.ROOT)

    def kill_sender(self, number: int) -> None:
        """kill -9."""
        part = self.senders[number]
        if part is not None:
            part.kill()
            part.wait()

    def kill_database(self) -> None:
        """kill -9 to the first process of PostgreSQL, and start it again."""
        kill_postmaster(self.home / "pg")
        database.start(self.home / "pg")
        connection.close()

    def stop(self) -> None:
        """End every sender."""
        for part in self.senders:
            if part is not None:
                part.terminate()
        for number, part in enumerate(self.senders):
            if part is not None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    part.wait(10)
                self.kill_sender(number)


@contextmanager
def trial_of(seed: int) -> Iterator[Trial]:
    """A trial whose dealer answers and reports until the block ends; its senders are yet to be started."""
    chance = random.Random(seed)  # noqa: S311 - chance, not secrecy
    dealer = Loopback(chance, share=0.0)
    with Server(dealer, late_seconds=LATE_SECONDS) as server:
        trial = Trial(config.read().var, channel_of_a_village(), dealer, server, chance)
        ended = threading.Event()
        reporter = threading.Thread(target=_report_until, args=(ended, dealer), daemon=True)
        reporter.start()
        try:
            yield trial
        finally:
            trial.stop()
            ended.set()
            reporter.join(5)


def _report_until(ended: threading.Event, dealer: Loopback) -> None:
    """Hand the dealer's reports in, as its webhook would; those that nobody took come again."""
    while not ended.wait(0.1):
        while told := dealer.due_reports(REPORTS_AT_ONCE):
            try:
                with tx.durable():
                    actions.take_reports(BY, dealer.name, told)
            except GONE:
                connection.close()
                dealer.tell_again(told)
                time.sleep(0.5)
    connection.close()


def channel_of_a_village() -> ChannelId:
    """The channel of a village that is verified: it may warn at any hour, whenever this is run."""
    owner = PersonId(ids.new())
    with tx.durable():
        people.admit(BY, Newcomer(id=owner, name="예시 이장", email="head@sample.invalid"))
        form = OrganisationForm(
            name="예시리",
            kind=OrgKind.VILLAGE,
            registration_number=f"{NUMBER}{rules.business_check_digit(NUMBER)}",
            representative="예시 이장",
            contact_email="office@sample.invalid",
            address="예시군 예시면 예시리 1",
        )
        village: OrganisationId = people.register_organisation(persons.actor(owner), form)
    friends.vouch(boot.database_url(), village)
    with tx.durable():
        new = NewChannel(organisation=village, handle="sample", name="예시리", about="예시", contact="02-000-0000")
        return actions.open_channel(persons.actor(owner), new, key="sample").id
