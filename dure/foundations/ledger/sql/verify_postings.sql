-- purpose: linked postings that lack legs or hold too many, single transfers that stand in another posting.
SELECT posting, count(*) AS found, max(legs) AS said FROM ledger_transfer WHERE legs > 1 OR posting <> id
GROUP BY posting HAVING bool_or(legs = 1) OR count(*) <> max(legs) OR min(legs) <> max(legs) OR count(DISTINCT leg) <> count(*)
ORDER BY posting LIMIT %(most)s
