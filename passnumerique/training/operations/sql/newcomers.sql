INSERT INTO training_attendance (
    id, programme_id, training_session_id, rank, label, voucher_number, status, created_at, by_user, by_organisation
)
SELECT
    g.participant, g.programme_id, g.session_id,
    g.arrivals + row_number() OVER (PARTITION BY g.session_id ORDER BY g.came_nth),
    '', CASE WHEN g.booked_id IS NULL THEN g.number END, 'present', g.at, g.by_user, g.by_organisation
FROM moved AS g
WHERE g.is_new = 1 AND g.n = g.came_nth
