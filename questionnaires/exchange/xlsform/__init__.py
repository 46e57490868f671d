"""The bridge from XLSForm: what a workbook of ODK, Kobo or SurveyCTO has that our format can hold, and a list of the rest."""
