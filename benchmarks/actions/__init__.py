"""Following what the product proposes, against doing nothing and against simple rules, in simulated programmes."""
