"""The author's workbook: a module or extension with its texts as sheets, out and back without loss."""
