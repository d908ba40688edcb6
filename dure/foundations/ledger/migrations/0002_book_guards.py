"""What the database itself guarantees about the book, whoever writes: see the README of the house, "Invariants"."""

from django.db import migrations

COLUMNS = """
ALTER TABLE ledger_transfer ALTER COLUMN seq ADD GENERATED ALWAYS AS IDENTITY;
ALTER TABLE ledger_balance SET (fillfactor = 50);
ALTER TABLE ledger_account ADD CONSTRAINT ledger_account_shape UNIQUE (id, currency, "limit");
ALTER TABLE ledger_balance ADD CONSTRAINT ledger_balance_shape FOREIGN KEY (account, currency, "limit")
  REFERENCES ledger_account (id, currency, "limit");
ALTER TABLE ledger_chain ADD CONSTRAINT ledger_chain_hash CHECK (octet_length(hash) = 32);
ALTER TABLE ledger_seal_mark ADD CONSTRAINT ledger_seal_mark_one CHECK (id = 1);
-- Lots and draws of an account in their order, with what lineage sums up: index-only.
CREATE INDEX ledger_transfer_lots ON ledger_transfer (credit, seq) INCLUDE (amount, phase, reverses);
CREATE INDEX ledger_transfer_draws ON ledger_transfer (debit, seq) INCLUDE (amount, phase, reverses);
CREATE UNIQUE INDEX ledger_transfer_order ON ledger_transfer (seq);
"""

IMMUTABLE = """
CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% on % is refused: the book only grows', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation', HINT = 'Correct a mistake by a reversal.';
END $$;

CREATE TRIGGER ledger_transfer_only_grows BEFORE UPDATE OR DELETE ON ledger_transfer
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_transfer_never_emptied BEFORE TRUNCATE ON ledger_transfer
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_chain_only_grows BEFORE UPDATE OR DELETE ON ledger_chain
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_chain_never_emptied BEFORE TRUNCATE ON ledger_chain
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_account_only_grows BEFORE UPDATE OR DELETE ON ledger_account
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_account_never_emptied BEFORE TRUNCATE ON ledger_account
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_balance_stays BEFORE DELETE ON ledger_balance
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_balance_never_emptied BEFORE TRUNCATE ON ledger_balance
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();

CREATE FUNCTION ledger_refuse_reopening() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'account % is closed for good', OLD.account USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER ledger_balance_closed_for_good BEFORE UPDATE ON ledger_balance
  FOR EACH ROW WHEN (OLD.closed_at IS NOT NULL AND NEW.closed_at IS DISTINCT FROM OLD.closed_at)
  EXECUTE FUNCTION ledger_refuse_reopening();

CREATE FUNCTION ledger_open_balance() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  INSERT INTO ledger_balance (account, currency, "limit") VALUES (NEW.id, NEW.currency, NEW."limit");
  RETURN NULL;
END $$;
CREATE TRIGGER ledger_account_has_balance AFTER INSERT ON ledger_account
  FOR EACH ROW EXECUTE FUNCTION ledger_open_balance();
"""

# One run a statement, however many rows it inserts. Runs as the owner, so that the application's role needs no right to
# write balances. Plans must not depend on how small the tables were when they were first planned: no sequential scans, and
# no joins but those that look each account up in the index. That a balance is open is asked together with the move (whose
# account is never null): as a condition of the balance alone it makes the planner believe that hardly any is left, and walk
# through them all.
BOOK = """
CREATE FUNCTION ledger_book() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path FROM CURRENT SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
  wanted int;
  moved int;
BEGIN
  -- In the order of ids, so that two statements never wait for each other.
  PERFORM 1 FROM ledger_balance
    WHERE account = ANY (ARRAY(SELECT debit FROM fresh UNION SELECT credit FROM fresh))
    ORDER BY account FOR NO KEY UPDATE;
  IF EXISTS (SELECT FROM fresh WHERE phase <> 'single' OR reverses IS NOT NULL) THEN
    PERFORM ledger_refuse_odd(f.id) FROM fresh f LEFT JOIN ledger_transfer p ON p.id = f.pending_id
      LEFT JOIN ledger_transfer o ON o.id = f.reverses
      WHERE NOT CASE
        WHEN f.phase = 'pending' THEN true
        WHEN f.reverses IS NOT NULL THEN
          (f.debit, f.credit, f.amount, f.currency) = (o.credit, o.debit, o.amount, o.currency)
          AND o.phase IN ('single', 'post') AND o.reverses IS NULL
        WHEN f.phase = 'single' THEN true
        ELSE (f.debit, f.credit, f.currency, p.phase) = (p.debit, p.credit, p.currency, 'pending')
          AND CASE f.phase
            WHEN 'post' THEN f.amount <= p.amount AND (p.expires_at IS NULL OR f.at < p.expires_at)
            WHEN 'void' THEN f.amount = p.amount
            ELSE f.amount = p.amount AND p.expires_at IS NOT NULL AND f.at >= p.expires_at
          END
        END IS NOT DISTINCT FROM true;
    INSERT INTO ledger_open_pending (transfer, expires_at) SELECT id, expires_at FROM fresh WHERE phase = 'pending';
    DELETE FROM ledger_open_pending o USING fresh f WHERE o.transfer = f.pending_id;
    WITH sides AS (
      SELECT f.currency, f.debit, f.credit,
        CASE WHEN f.phase IN ('single', 'post') THEN f.amount ELSE 0 END AS posted,
        CASE WHEN f.phase = 'pending' THEN f.amount ELSE -coalesce(p.amount, 0) END AS pending
      FROM fresh f LEFT JOIN ledger_transfer p ON p.id = f.pending_id
    ), legs AS (
      SELECT debit AS account, currency, posted AS d, 0::bigint AS c, pending AS dp, 0::bigint AS cp FROM sides
      UNION ALL SELECT credit, currency, 0, posted, 0, pending FROM sides
    ), moves AS (
      SELECT account, currency, sum(d)::bigint AS d, sum(c)::bigint AS c, sum(dp)::bigint AS dp, sum(cp)::bigint AS cp
      FROM legs GROUP BY account, currency
    ), done AS (
      UPDATE ledger_balance b SET debits_posted = b.debits_posted + m.d, credits_posted = b.credits_posted + m.c,
        debits_pending = b.debits_pending + m.dp, credits_pending = b.credits_pending + m.cp
      FROM moves m WHERE b.account = m.account AND b.currency = m.currency
        AND (b.closed_at IS NULL OR m.account IS NULL) RETURNING 1
    ) SELECT (SELECT count(*) FROM moves), (SELECT count(*) FROM done) INTO wanted, moved;
  ELSE
    WITH legs AS (
      SELECT debit AS account, currency, amount AS d, 0::bigint AS c FROM fresh
      UNION ALL SELECT credit, currency, 0, amount FROM fresh
    ), moves AS (
      SELECT account, currency, sum(d)::bigint AS d, sum(c)::bigint AS c FROM legs GROUP BY account, currency
    ), done AS (
      UPDATE ledger_balance b SET debits_posted = b.debits_posted + m.d, credits_posted = b.credits_posted + m.c
      FROM moves m WHERE b.account = m.account AND b.currency = m.currency
        AND (b.closed_at IS NULL OR m.account IS NULL) RETURNING 1
    ) SELECT (SELECT count(*) FROM moves), (SELECT count(*) FROM done) INTO wanted, moved;
  END IF;
  IF wanted <> moved THEN
    RAISE EXCEPTION 'a transfer names an account that is unknown, closed or of another currency'
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'ledger_transfer_accounts';
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION ledger_refuse_odd(transfer uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'transfer % does not fit the reservation or transfer it refers to', transfer
    USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_transfer_fits';
END $$;

CREATE TRIGGER ledger_transfer_books AFTER INSERT ON ledger_transfer
  REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION ledger_book();

-- At commit: a linked posting has all its legs. (A row takes from one account what it gives to another, so any set of
-- rows sums to zero; that both accounts have the row's currency is checked above.) Single transfers never get here.
CREATE FUNCTION ledger_check_posting() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path FROM CURRENT SET enable_seqscan = off AS $$
BEGIN
  IF (SELECT (count(*), min(legs), max(legs)) <> (NEW.legs::bigint, NEW.legs, NEW.legs)
      FROM ledger_transfer WHERE posting = NEW.posting AND legs > 1) THEN
    RAISE EXCEPTION 'posting % is not complete', NEW.posting
      USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'ledger_posting_complete';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_posting_complete AFTER INSERT ON ledger_transfer DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.legs > 1) EXECUTE FUNCTION ledger_check_posting();
"""

FUNCTIONS = """
CREATE FUNCTION ledger_post_group(ids uuid[], debits uuid[], credits uuid[], amounts bigint[], currencies text[],
    kinds text[], funders uuid[], refs uuid[], at timestamptz) RETURNS int LANGUAGE plpgsql
  SET enable_seqscan = off AS $$
DECLARE
  written int;
BEGIN
  -- Locks before numbers: within one account, the order of `seq` is the order of commits.
  PERFORM 1 FROM ledger_balance WHERE account = ANY (debits || credits) ORDER BY account FOR NO KEY UPDATE;
  INSERT INTO ledger_transfer (id, posting, debit, credit, amount, currency, kind, funder, ref, at)
    SELECT t.id, t.id, t.debit, t.credit, t.amount, t.currency, t.kind, t.funder, t.ref, ledger_post_group.at
    FROM unnest(ids, debits, credits, amounts, currencies, kinds, funders, refs)
      AS t (id, debit, credit, amount, currency, kind, funder, ref);
  GET DIAGNOSTICS written = ROW_COUNT;
  RETURN written;
END $$;
COMMENT ON FUNCTION ledger_post_group IS 'Writes single transfers as one group: all or none. For hot paths.';

-- The text a link of the chain is made of: every column, in this order, times in microseconds since 1970.
CREATE FUNCTION ledger_canonical(t ledger_transfer) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT concat_ws('|', t.id, t.xid, t.seq, t.posting, t.leg, t.legs, t.debit, t.credit, t.amount, t.currency, t.kind,
    t.phase, coalesce(t.pending_id::text, ''), coalesce(t.funder::text, ''), coalesce(t.ref::text, ''),
    coalesce(t.reverses::text, ''), coalesce((extract(epoch FROM t.expires_at) * 1000000)::bigint::text, ''),
    (extract(epoch FROM t.at) * 1000000)::bigint, t.reason)
$$;
"""

LINEAGE = """
-- Where a transfer begins on the line of what came into its credit account, what was reversed left out.
CREATE FUNCTION ledger_lots_before(account uuid, before bigint) RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT (coalesce((SELECT sum(t.amount) FROM ledger_transfer t
      WHERE t.credit = account AND t.seq < before AND t.phase IN ('single', 'post') AND t.reverses IS NULL), 0)
    - coalesce((SELECT sum(r.amount) FROM ledger_transfer r JOIN ledger_transfer t ON t.id = r.reverses
      WHERE r.debit = account AND r.reverses IS NOT NULL AND t.seq < before), 0))::bigint
$$;

-- Where a transfer begins on the line of what left its debit account, what was reversed left out.
CREATE FUNCTION ledger_draws_before(account uuid, before bigint) RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT (coalesce((SELECT sum(t.amount) FROM ledger_transfer t
      WHERE t.debit = account AND t.seq < before AND t.phase IN ('single', 'post') AND t.reverses IS NULL), 0)
    - coalesce((SELECT sum(r.amount) FROM ledger_transfer r JOIN ledger_transfer t ON t.id = r.reverses
      WHERE r.credit = account AND r.reverses IS NOT NULL AND t.seq < before), 0))::bigint
$$;

-- Whether money in the account is somebody's: it cannot give out what it has not got. All else is the outside world.
CREATE FUNCTION ledger_holds(account uuid) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT EXISTS (SELECT FROM ledger_account a
    WHERE a.id = account AND a."limit" = 'debits_must_not_exceed_credits')
$$;
"""

REBUILD = """
-- The balances as the log says they are.
CREATE VIEW ledger_rebuilt AS
  SELECT a.id AS account, coalesce(s.debits_posted, 0)::bigint AS debits_posted,
    coalesce(s.credits_posted, 0)::bigint AS credits_posted, coalesce(s.debits_pending, 0)::bigint AS debits_pending,
    coalesce(s.credits_pending, 0)::bigint AS credits_pending
  FROM ledger_account a LEFT JOIN (
    SELECT account, sum(posted) FILTER (WHERE out) AS debits_posted, sum(posted) FILTER (WHERE NOT out) AS credits_posted,
      sum(pending) FILTER (WHERE out) AS debits_pending, sum(pending) FILTER (WHERE NOT out) AS credits_pending
    FROM (
      SELECT side.account, side.out, CASE WHEN t.phase IN ('single', 'post') THEN t.amount ELSE 0 END AS posted,
        CASE WHEN t.phase = 'pending' AND r.id IS NULL THEN t.amount ELSE 0 END AS pending
      FROM ledger_transfer t LEFT JOIN ledger_transfer r ON r.pending_id = t.id AND t.phase = 'pending'
      CROSS JOIN LATERAL (VALUES (t.debit, true), (t.credit, false)) AS side (account, out)
    ) legs GROUP BY account
  ) s ON s.account = a.id;

-- Writes the read models anew from the log. Writers wait meanwhile. For the owner only.
CREATE FUNCTION ledger_rebuild() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  changed bigint;
BEGIN
  LOCK TABLE ledger_transfer IN SHARE MODE;
  UPDATE ledger_balance b SET debits_posted = r.debits_posted, credits_posted = r.credits_posted,
      debits_pending = r.debits_pending, credits_pending = r.credits_pending
    FROM ledger_rebuilt r WHERE r.account = b.account
      AND (b.debits_posted, b.credits_posted, b.debits_pending, b.credits_pending)
        IS DISTINCT FROM (r.debits_posted, r.credits_posted, r.debits_pending, r.credits_pending);
  GET DIAGNOSTICS changed = ROW_COUNT;
  DELETE FROM ledger_open_pending;
  INSERT INTO ledger_open_pending (transfer, expires_at)
    SELECT t.id, t.expires_at FROM ledger_transfer t WHERE t.phase = 'pending'
      AND NOT EXISTS (SELECT FROM ledger_transfer r WHERE r.pending_id = t.id);
  RETURN changed;
END $$;
REVOKE EXECUTE ON FUNCTION ledger_rebuild() FROM PUBLIC;
"""

RIGHTS = """
REVOKE UPDATE, DELETE, TRUNCATE ON ledger_account, ledger_transfer, ledger_chain FROM dure_app;
REVOKE INSERT ON ledger_transfer FROM dure_app;
GRANT INSERT (id, posting, leg, legs, debit, credit, amount, currency, kind, phase, pending_id, funder, ref, reverses,
  reason, expires_at, at) ON ledger_transfer TO dure_app;
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON ledger_balance, ledger_open_pending FROM dure_app;
GRANT UPDATE (closed_at) ON ledger_balance TO dure_app;
REVOKE DELETE, TRUNCATE ON ledger_seal_mark FROM dure_app;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_book"), ("kit", "0002_database_role")]
    operations = [
        migrations.RunSQL(sql)  # no way back: without its guards the book would go on as if it had them
        for sql in (COLUMNS, IMMUTABLE, BOOK, FUNCTIONS, LINEAGE, REBUILD, RIGHTS)
    ]
