"""How fast the house is, told as ratios against a floor measured in the same run."""
