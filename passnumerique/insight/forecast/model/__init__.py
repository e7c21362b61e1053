"""The model of the forecast: pure, replayable from its seed, and written with the standard library alone.

| module | says |
|---|---|
| `levels` | a rate that drifts, seen through counts: what it may be now, and how it may go on |
| `seasons` | how much less is done in school holidays and weeks cut short |
| `delays` | how long a pass is held before it is used, those still held counted as such |
| `sharing` | each structure's own rate, shrunk towards the network's, and what its stock allows |
| `evidence` | what is known of a programme on a day |
| `fitting` | all of these together, fitted to a programme |
| `courses` | what the coming weeks allow: days, seats, stock, and what is changed in them |
| `simulating` | many possible futures of it, under common chance |
| `futures` | their quantiles, probabilities and euros |
| `scoring` | how good a forecast was, once it is known what happened |
"""
