-- What became of the seats of these people? Each is held until the end, as it is now.
SELECT seat.id, CASE WHEN seat.training_session_id = b.session_id THEN seat.status ELSE 'elsewhere' END AS status
FROM booked AS b
CROSS JOIN training_attendance AS seat
WHERE seat.id = coalesce(b.participant_id, b.booked_id, b.id)
ORDER BY seat.id
