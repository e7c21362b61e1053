UPDATE training_attendance AS t
SET status = 'present', voucher_number = coalesce(t.voucher_number, g.number)
FROM (
    SELECT m.seat_id, min(CASE WHEN m.booked_id IS NULL THEN m.number END) AS number
    FROM moved AS m
    WHERE m.seat_id IS NOT NULL
    GROUP BY m.seat_id
) AS g
WHERE t.id = g.seat_id
