-- The money of each deed: the face value of its passes goes from committed to what is due to the place.
SELECT
    m.deed_id AS id, m.programme_id, 'committed' AS debit_account, m.nobody AS debit_owner,
    'due' AS credit_account, m.place_id AS credit_owner, sum(m.face_value_cents) AS amount_cents,
    m.deed_id AS cause, m.at
FROM moved AS m
GROUP BY m.deed_id, m.programme_id, m.nobody, m.place_id, m.at
