-- Of whom is each pass, and has that person a seat here? A pass that booked a seat is of whoever sits
-- in it; a pass presented without a name seats somebody new, under the scan's own id.
-- The session is held until the end: a cancellation waits, and what is free stays free.
SELECT
    s.*,
    t.id AS seat_id,
    t.training_session_id AS seat_session_id,
    CASE WHEN t.id IS NULL OR t.status IN ('excused', 'cancelled') THEN 1 ELSE 0 END AS needs_seat,
    min(s.n) OVER (PARTITION BY s.session_id, s.participant) AS came_nth
FROM (
    SELECT
        f.*,
        o.free,
        o.arrivals,
        b.id AS booked_id,
        coalesce(f.participant_id, b.id, f.id) AS participant
    FROM found AS f
    CROSS JOIN sessions AS o
    LEFT JOIN training_attendance AS b
        ON b.programme_id = f.programme_id
            AND b.training_session_id = f.session_id
            AND b.voucher_number = f.number
    WHERE o.id = f.session_id
) AS s
LEFT JOIN training_attendance AS t ON t.id = s.participant
