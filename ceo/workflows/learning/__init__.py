"""Goals, dialogues, actions and the plan of the cycle."""
