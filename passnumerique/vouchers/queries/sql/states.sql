-- Question: which counters of stock count something else than the vouchers in that state, and which lots
-- hold another number of vouchers than they were received with? The states sum to the lots: no row.
--
-- `stored` is what the counter or the lot says, `counted` what the vouchers do; the state of a lot's own row
-- is empty. The vouchers are read once.
WITH counted AS (
    SELECT lot_id, structure_id, place_id, state, number %% {shards} AS shard, COUNT(*) AS many
    FROM vouchers_voucher WHERE programme_id = %(programme)s
    GROUP BY lot_id, structure_id, place_id, state, number %% {shards}
),
sides (lot_id, structure_id, place_id, state, shard, stored, counted) AS (
    SELECT lot_id, structure_id, place_id, state, shard, count, 0
    FROM vouchers_stock WHERE programme_id = %(programme)s
    UNION ALL
    SELECT lot_id, structure_id, place_id, state, shard, 0, many FROM counted
    UNION ALL
    SELECT id, %(nobody)s, %(nobody)s, '', 0, quantity, 0 FROM vouchers_lot WHERE programme_id = %(programme)s
    UNION ALL
    SELECT lot_id, %(nobody)s, %(nobody)s, '', 0, 0, many FROM counted
)
SELECT lot_id, structure_id, place_id, state, shard, SUM(stored), SUM(counted)
FROM sides
GROUP BY lot_id, structure_id, place_id, state, shard
HAVING SUM(stored) <> SUM(counted)
ORDER BY lot_id, structure_id, place_id, state, shard
