INSERT INTO vouchers_activity (
    id, programme_id, month, act, structure_id, place_id, module_id,
    commune, count
)
SELECT
    g.event_id, g.programme_id, g.month, 'redeem', g.structure_id,
    g.place_id, g.module_id, g.commune, g.many
FROM (
    SELECT
        m.*,
        count(*) OVER same AS many,
        row_number() OVER (same ORDER BY m.n) AS rank
    FROM moved AS m
    WINDOW same AS (PARTITION BY m.structure_id, m.place_id, m.module_id, m.commune)
) AS g
WHERE g.rank = 1
ORDER BY g.structure_id, g.place_id, g.module_id, g.commune
ON CONFLICT (
    programme_id, month, act, structure_id, place_id, module_id, commune
)
DO UPDATE SET count = vouchers_activity.count + excluded.count
