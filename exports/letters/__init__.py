"""Letters to residents as tagged PDF: built for and machine-checked against PDF/UA-1, and for envelopes with a window."""
