"""Awards ranked by what a shop did, guarded against bought friends. Pure.

Friends can be bought: somebody sends a crowd that joins within minutes, opens nothing and leaves when it is paid. So a friend
counts who stayed; and of those whom nobody ever saw again, a crowd that came within the same minutes does not count. Who wrote,
used a coupon or came back counts whatever the others did: a market day brings a real crowd, and real people are seen again.
Nothing here punishes: who does not count is left out, the reason is shown, and where it looks bought a person looks before an
award is given.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from dure.services.market.types.tutoring import Arrival, Counted, Effort, NotCounted, Standing

STAY_DAYS_MIN = 7  # who leaves sooner was not won
CROWD_MINUTES = 10
CROWD_FRIENDS = 15  # at a busy counter one joins every minute or two
LOOK_SHARE = 4  # one in four left out: a person looks


def counted(arrivals: Sequence[Arrival]) -> Counted:
    """Which friends of a shop count for an award, and why the others do not. The order does not matter."""
    reasons = Counter(reason for reason in why_not(arrivals) if reason)
    left_out = sum(reasons.values())
    return Counted(
        friends=len(arrivals) - left_out,
        not_counted=tuple(sorted(reasons.items())),
        look=bool(reasons[NotCounted.CROWD]) or left_out * LOOK_SHARE > len(arrivals),
    )


def why_not(arrivals: Sequence[Arrival]) -> tuple[NotCounted | None, ...]:
    """For each arrival why it does not count; None: it counts."""
    reasons = [_alone(arrival) for arrival in arrivals]
    unseen = [
        place
        for place, arrival in enumerate(arrivals)
        if arrival.seen_at is None and reasons[place] is not NotCounted.OWN
    ]
    unseen.sort(key=lambda place: arrivals[place].joined_at)
    window, start = timedelta(minutes=CROWD_MINUTES), 0
    for end in range(len(unseen)):
        while arrivals[unseen[end]].joined_at - arrivals[unseen[start]].joined_at > window:
            start += 1
        if end - start + 1 >= CROWD_FRIENDS:
            for place in unseen[start : end + 1]:
                reasons[place] = reasons[place] or NotCounted.CROWD
    return tuple(reasons)


def _alone(arrival: Arrival) -> NotCounted | None:
    """What can be said of one friend without looking at the others."""
    if arrival.own:
        return NotCounted.OWN
    if arrival.left_at is not None and arrival.left_at - arrival.joined_at < timedelta(days=STAY_DAYS_MIN):
        return NotCounted.LEFT_SOON
    return None


def standings(efforts: Sequence[Effort]) -> tuple[Standing, ...]:
    """Shops in order: the sum of their places by friends, by message days and by reply days, smallest first.

    Places, not sums of counts, so that one very large number cannot carry the rest. Equal sums share a place.
    """
    friends = _places([effort.counted.friends for effort in efforts])
    messages = _places([effort.message_days for effort in efforts])
    replies = _places([effort.reply_days for effort in efforts])
    points = [sum(ranks) for ranks in zip(friends, messages, replies, strict=True)]
    ranked = sorted(zip(points, efforts, strict=True), key=lambda pair: (pair[0], str(pair[1].shop)))
    return tuple(Standing(1 + sum(other < mine for other in points), effort, mine) for mine, effort in ranked)


def _places(values: Sequence[int]) -> list[int]:
    return [1 + sum(other > value for other in values) for value in values]
