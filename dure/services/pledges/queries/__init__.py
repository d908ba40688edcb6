"""What pledges answers: reads that give frozen values."""

from .personal import export_of
from .pledges import (
    account_code,
    holding,
    live_pledge,
    my_pledges,
    payment_of,
    pledge,
    pledge_of_payment,
    receiver_code,
    statement,
    waiting_pledges,
)
from .projects import find_projects, led_by, project, project_by_code, projects_to_review, taken
from .proofs import day_of, days_of, feed, group_days, picture_of, proof, proofs_waiting, season_of_proof
from .seasons import current_seasons, figures, receiver_sums, season, season_by_code, seasons
from .settling import (
    count_undecided,
    proved_by_week,
    receivers_owed,
    refunds_left,
    seasons_settling,
    seasons_with_refunds,
)
from .verify import findings

__all__ = [
    "account_code",
    "count_undecided",
    "current_seasons",
    "day_of",
    "days_of",
    "export_of",
    "feed",
    "figures",
    "find_projects",
    "findings",
    "group_days",
    "holding",
    "led_by",
    "live_pledge",
    "my_pledges",
    "payment_of",
    "picture_of",
    "pledge",
    "pledge_of_payment",
    "project",
    "project_by_code",
    "projects_to_review",
    "proof",
    "proofs_waiting",
    "proved_by_week",
    "receiver_code",
    "receiver_sums",
    "receivers_owed",
    "refunds_left",
    "season",
    "season_by_code",
    "season_of_proof",
    "seasons",
    "seasons_settling",
    "seasons_with_refunds",
    "statement",
    "taken",
    "waiting_pledges",
]
