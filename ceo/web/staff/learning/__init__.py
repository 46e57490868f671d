"""The pages of goals, dialogues, actions and the plan of the cycle."""
