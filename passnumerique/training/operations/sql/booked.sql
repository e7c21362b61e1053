-- Whose is each pass? One that booked a seat is of whoever sits in it; one presented without a name is of
-- somebody new, under the scan's own id.
SELECT
    f.*,
    o.free,
    o.arrivals,
    (
        SELECT seat.id FROM training_attendance AS seat
        WHERE seat.programme_id = f.programme_id
            AND seat.training_session_id = f.session_id
            AND seat.voucher_number = f.number
    ) AS booked_id
FROM found AS f
CROSS JOIN sessions AS o
WHERE o.id = f.session_id
