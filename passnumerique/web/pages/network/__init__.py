"""The pages of the network: organisations, their accreditations, and the people who act for them."""
