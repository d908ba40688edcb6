"""A town of many rows: a copy of a town's database, filled with gifts as they stand in the book after years.

Written with triggers and foreign keys off, since it is the size that is measured: rows as the hot path writes them, spread
over the same people and boxes, balances to match. The journal of news, payments and receipts does not grow here: the hot
path only adds to it.
"""

from concurrent.futures import ThreadPoolExecutor

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

DATABASE = "grown"
SLICE = 500_000
# Ids as UUIDv7 gives them, a millisecond apart, in the past: new ones come after them in every index.
_ID = (
    "(lpad(to_hex(1700000000000 + row.n), 12, '0') || '7' || lpad(to_hex(row.n %% 4096), 3, '0') || 'a'"
    " || substr(md5({salt} || row.n), 1, 15))::uuid"
)
_AT = "timestamptz '2023-11-14 22:13:20Z' + row.n * interval '1 millisecond'"
_PEOPLE = """
CREATE TABLE bench_donor AS SELECT row_number() OVER (ORDER BY id) - 1 AS n, id FROM people_person;
CREATE TABLE bench_box AS SELECT row_number() OVER (ORDER BY id) - 1 AS n, id, account FROM giving_box;
ALTER TABLE bench_donor ADD PRIMARY KEY (n); ALTER TABLE bench_box ADD PRIMARY KEY (n);
ANALYZE bench_donor, bench_box;
"""
_ROWS = f"""
FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS row (n)
JOIN bench_donor d ON d.n = row.n * 7919 %% (SELECT count(*) FROM bench_donor)
JOIN bench_box b ON b.n = row.n * 104729 %% (SELECT count(*) FROM bench_box)
CROSS JOIN LATERAL (SELECT {_ID.format(salt="'gift'")} AS id, {_ID.format(salt="'payment'")} AS payment, {_AT} AS at,
  1000 * (1 + row.n %% 10) AS amount) made
ORDER BY row.n
"""
_GIFTS = f"""
INSERT INTO giving_gift (id, box_id, donor_id, amount, message, name_shown, state, payment, key, body_hash, at, why)
SELECT made.id, b.id, d.id, amount, '', false, 'given', payment, replace(payment::text, '-', ''),
  sha256(payment::text::bytea), made.at, ''
{_ROWS}
"""
_TRANSFERS = f"""
INSERT INTO ledger_transfer (id, posting, debit, credit, amount, currency, kind, funder, ref, at)
SELECT made.id, made.id, (SELECT id FROM ledger_account WHERE code = 'provider:sandbox'), b.account, amount,
  'KRW', 'gift', d.id, b.id, made.at
{_ROWS}
"""
_BALANCES = """
UPDATE ledger_balance b SET credits_posted = s.credits, debits_posted = s.debits FROM (
  SELECT account, sum(credit)::bigint AS credits, sum(debit)::bigint AS debits FROM (
    SELECT credit AS account, amount AS credit, 0 AS debit FROM ledger_transfer
    UNION ALL SELECT debit, 0, amount FROM ledger_transfer) legs GROUP BY account) s
WHERE s.account = b.account
"""


def copy_of(url: str) -> str:
    """Copy the database of `url`, which nobody may be connected to; answers the URL of the copy."""
    found = conninfo_to_dict(url)
    with psycopg.connect(make_conninfo(url, dbname="postgres"), autocommit=True) as connection:
        name = sql.Identifier(DATABASE)
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(name, sql.Identifier(str(found["dbname"]))))
    path, _, query = url.partition("?")
    return f"{path.rpartition('/')[0]}/{DATABASE}{'?' + query if query else ''}"


def fill(url: str, rows: int) -> None:
    """Write `rows` gifts and their transfers, on two connections at a time."""
    with _connected(url) as connection:
        connection.execute(_PEOPLE.encode())
    with ThreadPoolExecutor(2) as both:
        list(both.map(lambda statement: _fill(url, statement, rows), (_GIFTS, _TRANSFERS)))
    with _connected(url) as connection:
        connection.execute(_BALANCES.encode())
        for table in ("giving_gift", "ledger_transfer"):
            counted = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
            if counted is None or counted[0] < rows:
                raise RuntimeError(f"{table} has {counted} rows, not {rows}")
        connection.execute("VACUUM (ANALYZE) giving_gift, ledger_transfer, ledger_balance")
        connection.execute("CHECKPOINT")


def _fill(url: str, statement: str, rows: int) -> None:
    with _connected(url) as connection:
        for first in range(1, rows + 1, SLICE):
            connection.execute(statement.encode(), {"first": first, "last": min(first + SLICE - 1, rows)})


def _connected(url: str) -> "psycopg.Connection[tuple[int, ...]]":
    return psycopg.connect(
        url, autocommit=True, options="-c session_replication_role=replica -c synchronous_commit=off -c work_mem=256MB"
    )
