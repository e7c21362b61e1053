-- Has that person a seat here?
SELECT
    b.*,
    coalesce(b.participant_id, b.booked_id, b.id) AS participant,
    (SELECT min(s.status) FROM seats AS s WHERE s.id = coalesce(b.participant_id, b.booked_id, b.id)) AS seat
FROM booked AS b
