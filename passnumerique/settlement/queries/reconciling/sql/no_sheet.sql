-- Question: which passes stand used without anybody present for them on an attendance sheet?
SELECT voucher.number, use.place_id, {day_used} AS day, use.face_value_cents
FROM vouchers_redemption use
LEFT JOIN vouchers_reversal undone ON undone.programme_id = use.programme_id AND undone.redemption_id = use.id
LEFT JOIN training_attendance seat
    ON seat.id = use.participant_id AND seat.programme_id = use.programme_id AND seat.status = 'present'
JOIN vouchers_voucher voucher ON voucher.id = use.voucher_id AND voucher.programme_id = use.programme_id
WHERE use.programme_id = %(programme)s AND undone.id IS NULL AND seat.id IS NULL
ORDER BY voucher.number
LIMIT {most}
