INSERT INTO vouchers_redemption (
    id, programme_id, voucher_id, turn, training_session_id, participant_id, module_id, place_id,
    structure_id, face_value_cents, redeemed_at, recorded_at, by_user, deed_id
)
SELECT
    m.id, m.programme_id, m.voucher_id, m.turn, m.session_id, m.participant, m.module_id, m.place_id,
    m.structure_id, m.face_value_cents, m.redeemed_at, m.at, m.by_user, m.deed_id
FROM moved AS m
