-- purpose: write the tiles that grew, each whole
INSERT INTO vault_tile (log_id, level, index, hashes)
SELECT %(log)s, grown.level, grown.index, grown.hashes
FROM unnest(%(levels)s::smallint[], %(indexes)s::bigint[], %(hashes)s::bytea[]) AS grown (level, index, hashes)
ON CONFLICT (log_id, level, index) DO UPDATE SET hashes = excluded.hashes
