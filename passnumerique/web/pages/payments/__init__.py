"""How the places are paid: bank accounts, runs of payments, statements of the bank."""
