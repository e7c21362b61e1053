UPDATE training_attendance AS t
SET status = 'present', voucher_number = coalesce(t.voucher_number, g.number)
FROM (
    SELECT m.participant, min(CASE WHEN m.booked_id IS NULL THEN m.number END) AS number
    FROM moved AS m
    WHERE m.is_new = 0
    GROUP BY m.participant
) AS g
WHERE t.id = g.participant
