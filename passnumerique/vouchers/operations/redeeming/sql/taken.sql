UPDATE vouchers_stock AS s
SET count = s.count - g.many
FROM (
    SELECT m.programme_id, m.lot_id, m.structure_id, m.nobody, m.number % {shards} AS shard, count(*) AS many
    FROM moved AS m
    GROUP BY m.programme_id, m.lot_id, m.structure_id, m.nobody, m.number % {shards}
) AS g
WHERE s.programme_id = g.programme_id
    AND s.lot_id = g.lot_id
    AND s.structure_id = g.structure_id
    AND s.place_id = g.nobody
    AND s.shard = g.shard
    AND s.state = 'held'
