"""The pages of activities, for a municipality and for who carries them out."""
