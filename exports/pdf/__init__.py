"""The report as tagged PDF: built for and machine-checked against PDF/UA-1."""
