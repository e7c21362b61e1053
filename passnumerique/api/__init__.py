"""The public API: three calls for the software of issuers and of scanner vendors.

`wire` reads and tells bytes, `problems` names what is said no to, `gate` knows who calls, `views` puts
them together, `told` describes it all in OpenAPI. The roof decides nothing and knows no table.
"""
