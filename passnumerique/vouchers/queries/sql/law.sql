-- Question: which pockets of the programme hold something else than the face value of the vouchers in
-- the states that feed them? The one law of the ledger: no row.
--
-- Pockets: each account of the ledger by owner (one `due`, `paid` and `undue` for each place), and the
-- two columns of the envelope's row. `held` is what the transfers (or the row) say, `fed` what the
-- vouchers, by the state of each, and the shares of the funders say. In cents. The book of cash is another:
-- {face} are the accounts of face value.
-- Vouchers and transfers are read once each and counted first: what follows works on their sums.
-- {money_of_state} is the rule book's table: state, account, and whether the account has owners.
WITH money_of_state (state, account, owned) AS (VALUES {money_of_state}),
counted AS (
    SELECT lot_id, state, place_id, COUNT(*) AS many
    FROM vouchers_voucher WHERE programme_id = %(programme)s
    GROUP BY lot_id, state, place_id
),
vouchers AS (
    SELECT money_of_state.account, money_of_state.owned, counted.place_id AS place,
        lot.face_value_cents * counted.many AS cents
    FROM counted
    JOIN vouchers_lot lot ON lot.id = counted.lot_id
    JOIN money_of_state ON money_of_state.state = counted.state
),
moved AS (
    SELECT debit_account, debit_owner, credit_account, credit_owner, SUM(amount_cents) AS cents
    FROM ledger_transfer WHERE programme_id = %(programme)s AND credit_account IN ({face})
    GROUP BY debit_account, debit_owner, credit_account, credit_owner
),
shares AS (
    SELECT amount_cents AS cents FROM programmes_fundingshare WHERE programme_id = %(programme)s
),
sides (account, owner, held, fed) AS (
    SELECT credit_account, credit_owner, cents, 0 FROM moved
    UNION ALL
    SELECT debit_account, debit_owner, -cents, 0 FROM moved
    UNION ALL
    SELECT account, CASE WHEN owned = 1 THEN place ELSE %(nobody)s END, 0, cents
    FROM vouchers WHERE account <> 'envelope'
    UNION ALL
    SELECT 'envelope', %(nobody)s, 0, -cents FROM vouchers WHERE account <> 'envelope'
    UNION ALL
    SELECT 'envelope', %(nobody)s, 0, cents FROM shares
    UNION ALL
    SELECT 'authorised', %(nobody)s, 0, -cents FROM shares
    UNION ALL
    SELECT 'envelope.authorised_cents', %(nobody)s, authorised_cents, 0
    FROM programmes_envelope WHERE programme_id = %(programme)s
    UNION ALL
    SELECT 'envelope.authorised_cents', %(nobody)s, 0, cents FROM shares
    UNION ALL
    SELECT 'envelope.committed_cents', %(nobody)s, committed_cents, 0
    FROM programmes_envelope WHERE programme_id = %(programme)s
    UNION ALL
    SELECT 'envelope.committed_cents', %(nobody)s, 0, cents FROM vouchers WHERE account <> 'envelope'
)
SELECT account, owner, SUM(held) AS held, SUM(fed) AS fed
FROM sides
GROUP BY account, owner
HAVING SUM(held) <> SUM(fed)
ORDER BY account, owner
