"""Exchange: definitions in the forms that people work with: a workbook, translation files, and what they already have."""
