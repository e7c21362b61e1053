UPDATE training_trainingsession AS s
SET seats_taken = s.seats_taken + g.people, arrivals = s.arrivals + g.newcomers
FROM (
    SELECT p.session_id, p.programme_id, count(*) AS people, sum(p.newcomer) AS newcomers
    FROM (
        SELECT DISTINCT
            m.session_id, m.programme_id, m.participant, CASE WHEN m.seat_id IS NULL THEN 1 ELSE 0 END AS newcomer
        FROM moved AS m
        WHERE m.needs_seat = 1
    ) AS p
    GROUP BY p.session_id, p.programme_id
) AS g
WHERE s.id = g.session_id AND s.programme_id = g.programme_id
