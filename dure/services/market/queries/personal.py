"""What market adds to a person's data export."""

from collections.abc import Iterator, Mapping
from uuid import UUID

from .coupons import held_by

ROWS_AT_ONCE = 500


def export_of(person: UUID) -> Mapping[str, object]:
    """All coupons of a person, and where they used them."""
    return {"coupons": _coupons(person)}


def _coupons(person: UUID) -> Iterator[Mapping[str, object]]:
    for row in held_by(person).iterator(ROWS_AT_ONCE):
        issuer = row.campaign.shop or row.campaign.market
        yield {
            "title": row.campaign.title,
            "issuer": issuer.name if issuer else "",
            "code": row.code,
            "issued_at": row.issued_at,
            "used_at": vars(row)["used_at"],
            "used_where": vars(row)["used_where"] or "",
        }
