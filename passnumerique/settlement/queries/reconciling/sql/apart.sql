-- Question: which lines of the issuer tell a use that the register does not have, or has at another place,
-- on another day or for another value?
SELECT told.number, told.place_id, told.day, told.amount_cents, use.place_id, {day_used} AS day_used, use.face_value_cents
FROM settlement_issuerrow told
LEFT JOIN (
    SELECT made.* FROM vouchers_redemption made
    LEFT JOIN vouchers_reversal undone ON undone.programme_id = made.programme_id AND undone.redemption_id = made.id
    WHERE made.programme_id = %(programme)s AND undone.id IS NULL
) use ON use.voucher_id = told.voucher_id
WHERE
    told.programme_id = %(programme)s AND told.kind = 'redemptions' AND told.verdict = 'taken'
    AND (
        use.id IS NULL OR use.place_id <> told.place_id OR {day_used} <> told.day
        OR COALESCE(told.amount_cents, use.face_value_cents) <> use.face_value_cents
    )
ORDER BY told.number, told.day
LIMIT {most}
