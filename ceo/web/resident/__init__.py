"""What a resident sees: from the code on the letter to "thank you"."""
