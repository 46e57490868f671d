"""From respondents to the population: weights, what they were fitted to, and how well that went."""
