"""Keys with which programs read more than is public: made, replaced and revoked in a place, and found when they are brought."""
