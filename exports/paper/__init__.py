"""The questionnaire on paper: laid out in millimetres, drawn as a tagged PDF, and told to whoever reads scans."""
