-- Who can sit down? Those with a seat, then those who come without one while seats are free.
SELECT c.*
FROM (
    SELECT p.*, dense_rank() OVER (PARTITION BY p.session_id, p.needs_seat ORDER BY p.came_nth) AS seat_nth
    FROM complete AS p
) AS c
WHERE c.needs_seat = 0 OR c.seat_nth <= c.free
