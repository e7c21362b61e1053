INSERT INTO vouchers_flow (
    id, programme_id, day, act, from_state, to_state, face_value_cents, writer, count
)
SELECT
    g.event_id, g.programme_id, g.day, 'redeem', 'held', 'redeemed', g.face_value_cents, {writer}, g.many
FROM (
    SELECT
        m.*,
        count(*) OVER same AS many,
        row_number() OVER (same ORDER BY m.n) AS rank
    FROM moved AS m
    WINDOW same AS (PARTITION BY m.face_value_cents)
) AS g
WHERE g.rank = 1
ORDER BY g.face_value_cents
ON CONFLICT (programme_id, day, act, from_state, to_state, face_value_cents, writer)
DO UPDATE SET count = vouchers_flow.count + excluded.count
