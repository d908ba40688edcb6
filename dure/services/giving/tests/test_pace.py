"""The shape of a replayed drive: amounts, bursts, who gives again, which boxes are in everybody's mind."""

from collections import Counter
from statistics import mean, median

from dure.services.giving.demo import intents, pace
from dure.services.giving.rules import GIFT_MAX, GIFT_MIN

GIFTS, BOXES, SECONDS, SEED = 40_000, 110, 30.0, 7
DRIVE = list(intents(GIFTS, BOXES, SECONDS, SEED))


def test_the_same_seed_is_the_same_drive_and_another_is_another() -> None:
    assert list(intents(500, 5, 1.0, SEED)) == list(intents(500, 5, 1.0, SEED))
    assert list(intents(500, 5, 1.0, SEED)) != list(intents(500, 5, 1.0, SEED + 1))


def test_amounts_are_heavy_tailed_around_the_mean_of_the_drive() -> None:
    amounts = [one.amount for one in DRIVE]
    assert abs(mean(amounts) / pace.MEAN_WON - 1) < 0.08
    assert median(amounts) < mean(amounts) / 2, "most give less than the mean"
    assert sum(sorted(amounts)[-GIFTS // 100 :]) > sum(amounts) / 10, "one in a hundred gives more than a tenth"
    assert all(GIFT_MIN <= amount <= GIFT_MAX and amount % pace.STEP_WON == 0 for amount in amounts)


def test_bursts_come_at_fifty_times_the_mean_rate() -> None:
    assert [one.at for one in DRIVE] == sorted(one.at for one in DRIVE)
    assert 0 <= DRIVE[0].at <= DRIVE[-1].at <= SECONDS
    long = pace.burst_seconds(SECONDS)
    busiest = Counter(int(one.at / (long / 2)) for one in DRIVE).most_common(1)[0][1]
    assert busiest / (long / 2) > pace.PEAK * 0.9 * GIFTS / SECONDS


def test_some_give_again_and_some_boxes_are_in_everybodys_mind() -> None:
    donors = {one.donor for one in DRIVE}
    assert donors == set(range(len(donors))), "numbered as they come"
    assert 0.75 * GIFTS < len(donors) < 0.85 * GIFTS
    by_box = Counter(one.box for one in DRIVE)
    assert len(by_box) == BOXES
    assert by_box[0] > 5 * by_box[BOXES - 1]
