INSERT INTO vouchers_event (
    id, programme_id, voucher_id, step, deed_id, act, from_state, to_state, structure_id, place_id,
    at, by_user, by_role, by_organisation, document_id, subject_id, cause
)
SELECT
    m.event_id, m.programme_id, m.voucher_id, m.step, m.deed_id, 'redeem', 'held', 'redeemed', m.structure_id,
    m.place_id, m.at, m.by_user, m.by_role, m.by_organisation, NULL, m.session_id, ''
FROM moved AS m
