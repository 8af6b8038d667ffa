"""Published reports: repair the page, read its figures, audit them, rebuild the tables."""
