"""Published reports: repair a damaged page, read its figures, audit them, reconstruct the tables."""
