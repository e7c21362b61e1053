-- Question: of which passes does the issuer tell more than one use, where last, since when?
SELECT number, COUNT(*), MIN(day), SUM(amount_cents)
FROM settlement_issuerrow
WHERE programme_id = %(programme)s AND kind = 'redemptions' AND verdict = 'taken'
GROUP BY number
HAVING COUNT(*) > 1
ORDER BY number
LIMIT {most}
