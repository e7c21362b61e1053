INSERT INTO vouchers_stock (id, programme_id, lot_id, structure_id, place_id, shard, state, count)
SELECT g.event_id, g.programme_id, g.lot_id, g.structure_id, g.place_id, g.number % {shards}, 'redeemed', g.many
FROM (
    SELECT
        m.*,
        count(*) OVER same AS many,
        row_number() OVER (same ORDER BY m.n) AS rank
    FROM moved AS m
    WINDOW same AS (PARTITION BY m.lot_id, m.structure_id, m.place_id, m.number % {shards})
) AS g
WHERE g.rank = 1
ORDER BY g.lot_id, g.structure_id, g.place_id, g.number % {shards}
ON CONFLICT (programme_id, lot_id, structure_id, place_id, shard, state)
DO UPDATE SET count = vouchers_stock.count + excluded.count
