-- Which of these passes are held?
-- CROSS JOIN keeps SQLite to this order; PostgreSQL reads it as any join.
SELECT
    a.*,
    v.id AS voucher_id,
    v.number,
    v.lot_id,
    v.structure_id,
    v.commune,
    v.turn,
    v.step + 1 AS step,
    l.face_value_cents
FROM asked AS a
CROSS JOIN vouchers_voucher AS v
CROSS JOIN vouchers_lot AS l
WHERE v.programme_id = a.programme_id
    AND v.code_hash = a.code_hash
    AND v.state = 'held'
    AND l.id = v.lot_id
