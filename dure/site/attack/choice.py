"""What happens next in a seed: operations weighted as in a drive, repeats, faults, jumps of the clock."""

from collections.abc import Callable
from random import Random
from typing import Any, Final
from uuid import UUID

from dure.foundations.people.types import Actor

from . import acts, errands, shop
from .acts import Stage
from .auditor import Auditor
from .bank import Mood
from .expect import HotAsk
from .faults import Fault, Kind
from .judge import Operation
from .model import Box, Gift, Pay
from .town import later

GROUP_MAX: Final = 512
FAULT_AT_MAX: Final = 40
UNNOTED_MAX: Final = 20
STOPPED_MAX: Final = 60  # gifts
DAYS_LOOKED_AT: Final = 2  # by a reconciliation
WEIGHTS: Final = {
    "give": 0.0,  # by the mix
    "begin": 9.0,
    "pay": 14.0,
    "webhook": 5.0,
    "converge": 5.0,
    "settle": 5.0,
    "refund": 9.0,
    "cheer": 8.0,
    "deliver": 9.0,
    "again": 2.0,
    "shop": 9.0,
    "desk": 9.0,
    "task": 6.0,
    "reconcile": 0.7,
}
MIXES: Final = {
    "drive": 250.0,  # gifts in a group on the average: as when a nation gives, and the server's groups are full
    "desk": 40.0,  # fewer gifts; money comes by the bank, goes back, is planned, paid out and reported
}
GIVES: Final = {"drive": 44.0, "desk": 22.0}  # how often a group of them is given
NEXT: Final = {
    "open": ("close", "extend"),
    "closed": ("revise_plan",),
    "planned": ("approve_plan", "approve_plan", "pay_out"),
    "paid_out": ("add_line", "file_report"),
}
MEETING: Final = {  # one transaction each, so that what comes in between came before or after
    *("refund", "cheer", "give back", "close", "stop", "extend", "revise_plan", "approve_plan", "reject_plan"),
    *("pay_out", "add_line", "file_report", "reserve", "post reservation", "void reservation"),
    *("top up", "confirm deposit", "take deposit back", "book settlement", "take settlement back"),
    *("prepare payouts", "release payouts", "drop payouts", "confirm payouts", "return payout"),
}
WANTS: Final = (
    "close",
    "stop",
    "extend",
    "revise_plan",
    "approve_plan",
    "reject_plan",
    "pay_out",
    "add_line",
    "file_report",
)


class Chooser:
    """See the module. Every seed weighs differently: what seldom meets, meets in some."""

    def __init__(self, stage: Stage, auditor: Auditor, mix: str) -> None:
        chance = stage.chance
        others = errands.Errands(stage, auditor)
        self._group = MIXES[mix]
        self._stage = stage
        self._auditor = auditor
        self._posted: set[int] = set()  # webhooks
        weights = WEIGHTS | errands.WEIGHTS | {"give": GIVES[mix]}
        self._weights = {name: weight * chance.choice((0.3, 1.0, 1.0, 2.0)) for name, weight in weights.items()}
        self._faults = chance.choice((0.0, 0.05, 0.1, 0.3))
        self._meetings = chance.choice((0.0, 0.1, 0.4))
        self._pace = chance.choice((2.0, 60.0, 600.0, 7_200.0))
        self._acts: dict[str, Callable[[], Operation | None]] = {
            "give": self._give,
            "begin": self._begin,
            "pay": self._pay,
            "webhook": self._webhook,
            "converge": lambda: acts.converge(stage, self._mood()),
            "settle": lambda: acts.settle_refunds(stage, self._mood()),
            "refund": self._refund,
            "cheer": self._cheer,
            "deliver": lambda: acts.deliver(stage),
            "again": self._again,
            "shop": self._shop,
            "desk": self._desk,
            "task": self._task,
            "reconcile": self._reconcile,
            **others.acts,
        }

    @property
    def _chance(self) -> Random:
        return self._stage.chance

    def let_time_pass(self) -> None:
        """Mostly forwards; now and then a clock is set back, or the bank's runs ahead or behind."""
        chance, stage = self._chance, self._stage
        roll = chance.random()
        if roll < 0.02:
            stage.weather["clock set back"] += 1
            stage.time.at -= later(chance.choice((0.001, 1.0, 30.0, 3_600.0)))
        elif roll < 0.03:
            stage.weather["clock days ahead"] += 1
            stage.time.at += later(chance.choice((86_400.0, 3 * 86_400.0)))
        elif roll < 0.05:
            stage.weather["bank's clock another"] += 1
            stage.bank.skew = later(chance.choice((-90.0, -5.0, 0.0, 5.0, 90.0)))
        else:
            stage.time.at += later(chance.expovariate(1 / self._pace))
        if chance.random() < 0.1:
            stage.bank.go_on()

    def next(self, part: float) -> Operation | None:
        """The next operation; None: what was chosen is not possible now. Towards the end (`part` 1) boxes close and pay out."""
        weights = dict(self._weights)
        if part > 0.6:
            weights["desk"] *= 5
        name = self._chance.choices(list(weights), list(weights.values()))[0]
        return self._acts[name]()

    def meeting(self) -> Operation | None:
        """What comes while something else is under way."""
        return self._acts[self._chance.choice(("give", "refund", "cheer", "shop", "desk", "desk", "till"))]()

    def fault(self, operation: Operation) -> Fault | None:
        """What breaks in it, or who comes in between."""
        chance = self._chance
        if operation.name in MEETING and chance.random() < self._meetings:
            return Fault(Kind.BETWEEN, chance.randint(2, 20))
        if chance.random() >= self._faults:
            return None
        kind = chance.choice([Kind.CUT, Kind.CUT_LATE, Kind.FULL, Kind.LOST, Kind.DIES, Kind.DIES_LATE])
        most = 2 if operation.name == "give" else chance.choice((3, 12, FAULT_AT_MAX))
        return Fault(kind, chance.randint(1, most))

    def _mood(self) -> Mood:
        return self._chance.choices((Mood.WELL, Mood.DEAF, Mood.MUTE, Mood.STUBBORN), (80, 8, 8, 4))[0]

    def _donor(self) -> Actor:
        return self._chance.choice(self._stage.people.donors)

    def _box(self) -> Box:
        return self._chance.choice(list(self._stage.model.boxes.values()))

    # Gifts

    def _give(self) -> Operation:
        size = min(GROUP_MAX, 1 + int(self._chance.expovariate(1 / self._group)))
        asks: list[HotAsk] = []
        for _ in range(size):
            asks.append(self._ask(asks))
        return acts.give(self._stage, asks)

    def _ask(self, group: list[HotAsk]) -> HotAsk:
        chance = self._chance
        roll = chance.random()
        earlier = group if roll < 0.02 else self._stage.asks
        if roll > 0.12 or not earlier:
            return self._fresh()
        old = chance.choice(earlier)
        new = self._odd(old, chance.randrange(8))
        self._stage.weather["key again"] += new.key == old.key
        return new

    def _fresh(self) -> HotAsk:
        chance = self._chance
        donor, box = str(self._donor().person), self._box()
        amount = 100 * (1 + int(chance.expovariate(1 / 15)))
        missing = box.goal - self._stage.model.in_box(box.id)
        if 0 < missing < 200 or chance.random() < 0.003:
            amount = chance.choice((missing, missing - 1, 1, 99)) if missing > 1 else 1
        payment = str(UUID(int=chance.getrandbits(128)))
        amount = max(1, amount)
        return HotAsk(donor, self._stage.key("hot"), box.id, amount, "", payment, (box.id, donor, amount))

    def _odd(self, old: HotAsk, which: int) -> HotAsk:
        """What people and crooks send again, the same or not quite."""
        own = old.paid  # the bank signs a payment once
        if own is None:
            return old  # what it had signed for this one, if anything, is not known here
        match which:
            case 0:
                return HotAsk(old.donor, old.key, old.box, old.amount, "other words", old.payment, own)
            case 1:
                return HotAsk(old.donor, self._stage.key("hot"), old.box, old.amount, "", old.payment, own)
            case 2:
                payment = str(UUID(int=self._chance.getrandbits(128)))
                return HotAsk(old.donor, old.key, old.box, old.amount, old.message, payment, own)
            case 3 if self._chance.random() < 0.3:
                return HotAsk(old.donor, self._stage.key("hot"), old.box, old.amount + 100, "", old.payment, own)
            case 4 if self._chance.random() < 0.3:
                return HotAsk(old.donor, self._stage.key("hot"), old.box, old.amount, "", old.payment, None)
            case 5 if self._chance.random() < 0.1:
                nowhere = str(UUID(int=self._chance.getrandbits(128)))
                payment = str(UUID(int=self._chance.getrandbits(128)))
                key = self._stage.key("hot")
                return HotAsk(old.donor, key, nowhere, old.amount, "", payment, (nowhere, old.donor, old.amount))
        return old

    def _begin(self) -> Operation:
        stage, chance = self._stage, self._chance
        begun = [gift for gift in stage.model.gifts.values() if not gift.hot]
        if begun and chance.random() < 0.15:
            old = chance.choice(begun[-40:])
            stage.weather["key again"] += 1
            donor = next(one for one in stage.people.donors if str(one.person) == old.donor)
            box, amount = stage.model.boxes[old.box], old.amount + chance.choice((0, 0, 100))
            return acts.begin(stage, donor, box, amount, old.key)
        amount = 100 * (1 + int(chance.expovariate(1 / 20)))
        return acts.begin(stage, self._donor(), self._box(), amount, stage.key("page"))

    def _pay(self) -> Operation | None:
        stage, chance = self._stage, self._chance
        open_now = [pay for pay in self._pays() if pay.order in stage.bank.orders]
        if not open_now:
            return None
        pay = chance.choice(open_now[-12:])
        will = chance.choices(("approve", "decline", "late", "twice", "turn back", "again"), (60, 10, 8, 8, 6, 8))[0]
        if will == "turn back":
            return acts.complete(stage, pay, "", 0, Mood.WELL)
        paid = stage.bank.paid_on(pay.order)
        if not paid or will == "again":
            key = stage.bank.authorise(pay.order, "approve" if will in ("twice", "again") else will)
        else:
            key = chance.choice(paid).key
        if will == "twice":
            stage.bank.take(stage.bank.payments[stage.bank.authorise(pay.order, "approve")])
        amount = pay.amount + (100 if chance.random() < 0.03 else 0)
        mood = chance.choices((Mood.WELL, Mood.DEAF, Mood.MUTE), (80, 10, 10))[0]
        return acts.complete(stage, pay, key, amount, mood)

    def _pays(self) -> list[Pay]:
        return [pay for pay in (self._stage.model.pays[name] for name in self._stage.model.unsettled) if pay.gift]

    def _webhook(self) -> Operation | None:
        """Any of those that were ever sent: late, in any order, twice, or not at all."""
        sent = self._stage.bank.webhooks
        if not sent:
            return None
        number = self._chance.randrange(max(0, len(sent) - 60), len(sent))
        weather = self._stage.weather
        weather["webhook twice"] += number in self._posted
        weather["webhook out of order"] += any(later_one > number for later_one in self._posted)
        self._posted.add(number)
        return acts.webhook(self._stage, sent[number], self._chance.random() < 0.05)

    @property
    def webhooks_lost(self) -> int:
        """How many the bank sent that nobody posted."""
        return len(self._stage.bank.webhooks) - len(self._posted)

    def _again(self) -> Operation | None:
        found = self._auditor.done_news(self._chance.random())
        if found is None:
            return None
        kind, reaction, body, news = found
        return acts.deliver_again(self._stage, kind, reaction, body, news)

    def _reconcile(self) -> Operation | None:
        """As at night, when the worker has done its work: else each gift of the day would be looked up by itself."""
        if len(self._stage.model.unnoted) > UNNOTED_MAX:
            return None
        since = self._stage.time.at - later(DAYS_LOOKED_AT * 86_400.0)
        return acts.reconcile(self._stage, since, self._mood())

    # The shop

    def _shop(self) -> Operation | None:
        stage, chance = self._stage, self._chance
        model, roll = stage.model, chance.random()
        if roll < 0.25 or not stage.orders:
            amount = 400 * (1 + int(chance.expovariate(1 / 10)))
            return shop.order(stage, self._donor(), amount, stage.key("order"))
        pay = model.pays[chance.choice(stage.orders[-8:])]
        if pay.order in stage.bank.orders and (roll < 0.5 or pay.state == "created"):
            paid = stage.bank.paid_on(pay.order)
            will = chance.choices(("approve", "decline", "late"), (80, 10, 10))[0]
            key = paid[0].key if paid and chance.random() < 0.9 else stage.bank.authorise(pay.order, will)
            return shop.pay_order(stage, pay, key, chance.choices((Mood.WELL, Mood.DEAF, Mood.MUTE), (80, 10, 10))[0])
        if stage.refunds and chance.random() < 0.3:
            name, amount, refund = chance.choice(stage.refunds[-20:])
            return shop.give_back(stage, model.pays[name], amount + chance.choice((0, 0, 100)), refund)
        part = pay.amount // chance.choice((1, 2, 4, 4, 4))
        asked = (pay.id, part, UUID(int=chance.getrandbits(128)))
        stage.refunds.append(asked)
        return shop.give_back(stage, pay, part, asked[2])

    # What happens to gifts and boxes

    def _refund(self) -> Operation | None:
        stage, chance = self._stage, self._chance
        gifts = list(stage.model.gifts.values())
        if not gifts:
            return None
        gift = self._standing(gifts) if chance.random() < 0.8 else chance.choice(gifts)
        donor = next(one for one in stage.people.donors if str(one.person) == gift.donor)
        by = chance.choices((donor, stage.people.stewards[0], self._donor()), (70, 25, 5))[0]
        key = f"back-{gift.key}" if chance.random() < 0.5 else stage.key("back")
        return acts.refund(stage, by, gift, key)

    def _standing(self, gifts: list[Gift]) -> Gift:
        for _ in range(5):
            gift = self._chance.choice(gifts)
            if gift.state == "given":
                return gift
        return gift

    def _cheer(self) -> Operation:
        stage, chance = self._stage, self._chance
        key = stage.key("cheer") if chance.random() < 0.9 else f"cheer-{chance.randint(1, stage.numbers + 1)}"
        text = chance.choice(("힘내세요", "함께합니다", ""))
        return acts.cheer(stage, chance.choice(stage.people.donors[:12]), self._box(), text, key)

    def _desk(self) -> Operation:
        stage, chance = self._stage, self._chance
        box = self._box()
        sensible = NEXT.get(box.state, ())
        want = chance.choice(sensible) if sensible and chance.random() < 0.85 else chance.choice(WANTS)
        if want == "stop" and (chance.random() < 0.5 or self._is_large(box)):
            want = "close"
        by = stage.people.owner
        if want in ("stop", "approve_plan", "reject_plan", "pay_out"):
            by = chance.choice(stage.people.stewards)
        return acts.desk(stage, by, box, want, self._given(box, want, by), stage.key(want))

    def _is_large(self, box: Box) -> bool:
        """To give back thousands of gifts one by one is the same again and again: it is seldom done."""
        return self._stage.model.standing[box.id] > STOPPED_MAX and self._chance.random() < 0.95

    def _given(self, box: Box, want: str, by: Actor) -> Any:
        chance, model = self._chance, self._stage.model
        match want:
            case "extend":
                return max(box.closes, self._stage.time.at) + later(chance.choice((3_600.0, 86_400.0)))
            case "revise_plan":
                return max(1, model.in_box(box.id) + chance.choice((0, 0, 0, 0, 100)))
            case "approve_plan":
                return str(by.person), box.versions - (chance.random() < 0.1)
            case "add_line":
                left = box.paid - sum(box.lines)
                return max(1, left if chance.random() < 0.6 else left // 2)
        return None

    def _task(self) -> Operation | None:
        stage, chance = self._stage, self._chance
        which = chance.randrange(3)
        if which == 0:
            return acts.seal(stage)
        stopped = [box for box in stage.model.boxes.values() if box.state == "stopped"]
        if which == 1 and stopped:
            return acts.refund_stopped(stage, chance.choice(stopped), chance.choice((1, 7, 100)))
        return acts.close_due(stage)
