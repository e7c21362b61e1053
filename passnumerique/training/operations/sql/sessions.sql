-- Which of these sessions take place, how many seats are free, how many people came on the list?
SELECT s.id, s.seats - s.seats_taken AS free, s.arrivals
FROM training_trainingsession AS s
WHERE s.programme_id IN (SELECT f.programme_id FROM found AS f)
    AND s.id IN (SELECT f.session_id FROM found AS f)
    AND s.state = 'planned'
ORDER BY s.id
