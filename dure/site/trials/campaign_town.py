"""The town of a campaign: a village's channel, two dealers by chance, senders that can be killed. It is morning there."""

import contextlib
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from contextvars import copy_context
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path

import psycopg
from django.db import DatabaseError, InterfaceError, connection

from dure.base import clock, ids
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
from .loopback import ROUTES, Loopback, Seen
from .parts import kill_postmaster

BY = system("simulate.campaign")
SENDERS = 2
LATE_SECONDS = 2.0
REPORTS_AT_ONCE = 500
NUMBER = "101811234"
MORNING = time_of_day(9)
GONE = (DatabaseError, InterfaceError, psycopg.Error, Busy, Interrupted)  # what a killed database looks like from here


@dataclass(slots=True)
class Trial:
    """The state of one: the town, the dealer, what was found."""

    home: Path
    channel: ChannelId
    dealers: tuple[Loopback, ...]
    origins: dict[str, str]
    ahead: timedelta
    chance: random.Random
    senders: list["subprocess.Popen[bytes] | None"] = field(default_factory=lambda: [None] * SENDERS)
    kills: Counter[str] = field(default_factory=Counter)
    waits: list[float] = field(default_factory=list)
    queued: int = 0
    left: int = 0
    findings: list[str] = field(default_factory=list)

    @property
    def seen(self) -> dict[str, Seen]:
        """What both dealers have, by key: keys of one are never the other's."""
        return {key: seen for dealer in self.dealers for key, seen in list(dealer.seen.items())}

    @property
    def asked(self) -> int:
        """How many keys the dealers know."""
        return sum(len(dealer.seen) for dealer in self.dealers)

    def start_sender(self, number: int) -> None:
        """Start one sender, or start it again."""
        with (self.home / f"sender-{number}.log").open("ab") as out:
            ahead = str(int(self.ahead.total_seconds()))
            lines = [f"{name}={origin}" for name, origin in self.origins.items()]
            command = [sys.executable, "-m", "dure.site.trials.sender", ahead, *lines]
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
    """A trial whose dealers answer and report until the block ends; its senders are yet to be started.

    Its clock shows a morning in Seoul, so that every purpose may be delivered whenever this is run.
    """
    chance = random.Random(seed)  # noqa: S311 - chance, not secrecy
    dealers = tuple(Loopback(chance, name, share=0.0) for name in ROUTES)
    until_morning = datetime.combine(clock.today(), MORNING, tzinfo=clock.SEOUL) - clock.now()
    ahead = timedelta(seconds=int(until_morning.total_seconds()))
    with ExitStack() as open_lines, clock.read_from(clock.ahead(ahead)):
        servers = {one.name: open_lines.enter_context(Server(one, late_seconds=LATE_SECONDS)) for one in dealers}
        origins = {name: server.origin for name, server in servers.items()}
        trial = Trial(config.read().var, channel_of_a_village(), dealers, origins, ahead, chance)
        ended = threading.Event()
        reporter = threading.Thread(target=copy_context().run, args=(report_until, ended, dealers), daemon=True)
        reporter.start()
        try:
            yield trial
        finally:
            trial.stop()
            ended.set()
            reporter.join(5)


def report_until(ended: threading.Event, dealers: Sequence[Loopback]) -> None:
    """Hand the dealers' reports in, as their webhooks would; those that nobody took come again."""
    while not ended.wait(0.1):
        for dealer in dealers:
            while told := dealer.due_reports(REPORTS_AT_ONCE):
                try:
                    with tx.durable():
                        actions.take_reports(BY, dealer.name, told)
                except GONE:
                    connection.close()
                    dealer.tell_again(told)
                    time.sleep(0.5)
    connection.close()


def channel_of_a_village(handle: str = "sample") -> ChannelId:
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
        new = NewChannel(organisation=village, handle=handle, name="예시리", about="예시", contact="02-000-0000")
        return actions.open_channel(persons.actor(owner), new, key="sample").id
