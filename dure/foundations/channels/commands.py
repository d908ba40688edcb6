"""What channels offer to the command line: checks for `dure verify`, twins of dealers for `dure twin`, what `dure doctor`
should say of them."""

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings

from dure.base import clock
from dure.foundations.channels import providers, queries
from dure.foundations.channels.twins import NhnTwin, PushTwin, SmtpTwin, SolapiTwin
from dure.foundations.channels.types import Lane, Route
from dure.kit.diagnosis import Diagnosis, ok, warning
from dure.kit.twins import LoopbackTwin, Setting
from dure.kit.twins.asking import TwinAsked
from dure.kit.twins.webhooks import post_to
from dure.kit.verify import Check, Finding, Progress

SMTP_PORT = 8125
CODES_MANY = 0.8  # of a day's
LATE_WHEN_URGENT, LATE = timedelta(minutes=1), timedelta(hours=1)
PROMISES = {
    "channels.consents": ("verify_consents", "the log of consents and a friend's columns say the same"),
    "channels.sendings": ("verify_sendings", "a sending counts the people it has"),
    "channels.costs": ("verify_costs", "no sending was begun for more than was held back for it"),
    "channels.dispatches": (
        "verify_dispatches",
        "what became of a message fits its attempts; nothing waits unseen, nothing ends unexplained",
    ),
    "channels.attempts": (
        "verify_attempts",
        "an attempt has the one key of its message, receiver, route and step, and the inbox has it once",
    ),
    "channels.conversations": (
        "verify_conversations",
        "messages of a conversation are numbered without a gap, and nobody read beyond the last",
    ),
}


def verify_checks() -> tuple[Check, ...]:
    """The promises of friends and messages."""
    return tuple(_check(name, statement, promise) for name, (statement, promise) in PROMISES.items())


def _check(name: str, statement: str, promise: str) -> Check:
    def run(progress: Progress) -> list[Finding]:
        found = list(queries.findings(name, statement))
        progress(1, 1)
        return found

    return Check(name, promise, run)


def diagnoses() -> tuple[Diagnosis, ...]:
    """Which routes lead to people, whether what dealers tell is believed, and whether messages leave in time."""
    return (_routes(), _prices(), _reports(), _senders(), _codes())


def _prices() -> Diagnosis:
    """Whether somebody carries for money what is taken to cost nothing: nothing is held back for it, and no credit ends it."""
    won = queries.prices()
    unsaid = [route.value for route in queries.BY_TELEPHONE if providers.dealers_of(route) and not won[route]]
    if unsaid:
        found = f"what a message costs is not said, so it counts as free: {', '.join(unsaid)}"
        return warning("prices", found, "set DURE_DEALER_PRICES by your contract (docs/dealers.md)")
    return ok("prices", "of every way that a dealer of telephones carries the price is said")


def _codes() -> Diagnosis:
    """Whether somebody asks for so many codes that people who want to prove their number may soon get none."""
    count, most = queries.codes_today(), settings.DURE.codes_a_day
    won = dict(settings.DURE.dealer_prices).get(Route.SMS.value, 0)
    found = f"{count} of {most} codes of today were asked for, at most {most * won} won a day"
    if count >= most * CODES_MANY:
        where = "/channels/notifications/number/ and /api/v1/channels/ways/number"
        todo = f"if people ask, raise DURE_CODES_A_DAY; else look in the proxy's log who posts to {where}"
        return warning("codes", found, todo)
    return ok("codes", found)


def _senders() -> Diagnosis:
    """Whether what is due has been waiting for long: the urgent lanes a minute, the others an hour."""
    now, late = clock.now(), []
    for lane in Lane:
        count, oldest = queries.backlog(lane)
        allowed = LATE_WHEN_URGENT if lane <= Lane.REPLY else LATE
        if oldest is not None and now - oldest > allowed:
            late.append(f"{count} messages of the lane {lane.name.lower()} have been due for {now - oldest}")
    if late:
        return warning("messages", "; ".join(late), "look whether the worker runs, or start one more dure worker")
    return ok("messages", "what is due leaves in time")


def twins() -> dict[str, Callable[[TwinAsked], LoopbackTwin]]:
    """The loopback twins of dealers, by name."""
    return {
        "nhn": lambda asked: NhnTwin(_setting(asked), post_to(asked.hooks) if asked.hooks else None),
        "push": lambda asked: PushTwin(_setting(asked)),
        "smtp": lambda asked: SmtpTwin(_setting(asked)).listen(SMTP_PORT),
        "solapi": lambda asked: SolapiTwin(_setting(asked), post_to(asked.hooks) if asked.hooks else None),
    }


def _setting(asked: TwinAsked) -> Setting:
    return Setting(secret=asked.secret, pace=asked.pace, faults=asked.faults, file=asked.file)


def _routes() -> Diagnosis:
    carried = {
        route: [one.dealer for one in providers.dealers_of(route)] for route in Route if route is not Route.INBOX
    }
    found = "; ".join(f"{route}: {', '.join(names) or 'nobody'}" for route, names in carried.items())
    if settings.DURE.solapi_url or settings.DURE.nhn_url or settings.DURE.push_url:
        return warning(
            "dealers", f"{found}; some are twins, which deliver nothing", "unset DURE_..._URL of the dealers"
        )
    missing = [route for route, names in carried.items() if not names]
    if missing:
        todo = "set up a dealer (docs/dealers.md), or know that nobody is reached there"
        return warning("dealers", found, todo)
    return ok("dealers", found)


def _reports() -> Diagnosis:
    ours = settings.DURE
    deaf = [
        name
        for name, dealer, word in (
            ("DURE_SOLAPI_HOOK_SECRET", ours.solapi_key, ours.solapi_hook_secret),
            ("DURE_NHN_SIGNATURE", ours.nhn_appkey, ours.nhn_signature),
        )
        if dealer and not word
    ]
    if deaf:
        found = "reports of a dealer are refused, so nobody learns what was delivered"
        return warning("reports", found, f"set {' and '.join(deaf)} and the same at the dealer")
    return ok("reports", "every dealer that reports can be believed")
