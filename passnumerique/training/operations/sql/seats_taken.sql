UPDATE training_trainingsession AS s
SET seats_taken = s.seats_taken + g.people, arrivals = s.arrivals + g.newcomers
FROM (
    SELECT p.session_id, p.programme_id, count(*) AS people, sum(p.is_new) AS newcomers
    FROM (
        SELECT DISTINCT
            m.session_id, m.programme_id, m.participant, m.is_new
        FROM moved AS m
        WHERE m.needs_seat = 1
    ) AS p
    GROUP BY p.session_id, p.programme_id
) AS g
WHERE s.id = g.session_id AND s.programme_id = g.programme_id
