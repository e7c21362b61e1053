-- The decision: each pass that is still as it was seen is spent, once.
UPDATE vouchers_voucher AS v
SET state = 'redeemed', place_id = a.place_id, deed_id = a.deed_id, step = a.step
FROM admitted AS a
WHERE v.id = a.voucher_id
    AND v.programme_id = a.programme_id
    AND v.state = 'held'
    AND v.step = a.step - 1
