"""Does the forecast foretell? Simulated programmes and public series of counts, rolling origins, and what simpler
ways of forecasting score on the same. See docs/forecast.md."""
