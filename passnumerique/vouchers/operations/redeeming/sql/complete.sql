-- Whose passes are all here? Nobody's session is half paid.
SELECT c.*
FROM (SELECT w.*, count(*) OVER (PARTITION BY w.session_id, w.participant) AS given FROM who AS w) AS c
WHERE c.given = c.price
