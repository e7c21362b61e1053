-- Which of these sessions take place, how many seats are free, how many people came on the list?
-- Each is held until the end: a cancellation waits, and what is free stays free.
SELECT s.id, s.seats - s.seats_taken AS free, s.arrivals
FROM (SELECT DISTINCT f.session_id, f.programme_id FROM found AS f) AS f
CROSS JOIN training_trainingsession AS s
WHERE s.id = f.session_id AND s.programme_id = f.programme_id AND s.state = 'planned'
ORDER BY s.id
