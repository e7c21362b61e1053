-- Question: how many uses does the issuer tell at each place in each month, for what value?
SELECT place_id, month, COUNT(*), SUM(amount_cents)
FROM settlement_issuerrow
WHERE programme_id = %(programme)s AND kind = 'redemptions' AND verdict = 'taken'
GROUP BY place_id, month
