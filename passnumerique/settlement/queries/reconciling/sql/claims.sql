-- Question: how many of the passes used at each place in each month were claimed, and paid; for what face
-- value?
SELECT
    claim.place_id, {month_used} AS month, COUNT(*), SUM(use.face_value_cents),
    SUM(CASE WHEN claim.state = 'paid' AND use.verdict = 'approved' THEN 1 ELSE 0 END),
    SUM(CASE WHEN claim.state = 'paid' AND use.verdict = 'approved' THEN use.face_value_cents ELSE 0 END)
FROM settlement_claimline use
JOIN settlement_claim claim ON claim.id = use.claim_id
WHERE use.programme_id = %(programme)s
GROUP BY claim.place_id, {month_used}
