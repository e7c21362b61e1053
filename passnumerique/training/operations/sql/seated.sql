-- Has that person a seat, and what became of it?
SELECT
    b.*,
    coalesce(b.participant_id, b.booked_id, b.id) AS participant,
    (
        SELECT CASE WHEN seat.training_session_id = b.session_id THEN seat.status ELSE 'elsewhere' END
        FROM training_attendance AS seat
        WHERE seat.id = coalesce(b.participant_id, b.booked_id, b.id)
    ) AS seat
FROM booked AS b
