"""The scanner: the page that takes passes without network, and the four calls behind it.

`pages` gives the page and its files out of `frontend/scanner`, `gate` knows which device calls, `wire` reads
and tells bytes, `views` puts them together. The roof decides nothing and knows no table. See `docs/scanner.md`.
"""
