-- Question: which passes stand used in a month that the issuer has told of, up to the last day that it told,
-- without a line of the issuer? {months} are those months.
SELECT voucher.number, use.place_id, {day_used} AS day, use.face_value_cents
FROM vouchers_redemption use
LEFT JOIN settlement_issuerrow told
    ON told.programme_id = use.programme_id AND told.voucher_id = use.voucher_id
    AND told.kind = 'redemptions' AND told.verdict = 'taken'
LEFT JOIN vouchers_reversal undone ON undone.programme_id = use.programme_id AND undone.redemption_id = use.id
JOIN vouchers_voucher voucher ON voucher.id = use.voucher_id AND voucher.programme_id = use.programme_id
WHERE
    use.programme_id = %(programme)s AND told.id IS NULL AND undone.id IS NULL
    AND use.redeemed_at < %(until)s AND {month_used} IN ({months})
ORDER BY voucher.number
LIMIT {most}
