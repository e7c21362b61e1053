-- Who needs a seat, and in which order did they come?
SELECT
    s.*,
    CASE WHEN s.seat IS NULL THEN 1 ELSE 0 END AS is_new,
    CASE WHEN s.seat IS NULL OR s.seat IN ('excused', 'cancelled') THEN 1 ELSE 0 END AS needs_seat,
    min(s.n) OVER (PARTITION BY s.session_id, s.participant) AS came_nth
FROM seated AS s
WHERE s.seat IS NULL OR s.seat <> 'elsewhere'
