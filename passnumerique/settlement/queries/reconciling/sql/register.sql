-- Question: how many passes stand used at each place in each month, for what face value, and for how many
-- of them is somebody present on an attendance sheet? {month_used} is the month in France.
SELECT use.place_id, {month_used} AS month, COUNT(*), SUM(use.face_value_cents), COUNT(seat.id)
FROM vouchers_redemption use
LEFT JOIN vouchers_reversal undone ON undone.programme_id = use.programme_id AND undone.redemption_id = use.id
LEFT JOIN training_attendance seat
    ON seat.id = use.participant_id AND seat.programme_id = use.programme_id AND seat.status = 'present'
WHERE use.programme_id = %(programme)s AND undone.id IS NULL
GROUP BY use.place_id, {month_used}
