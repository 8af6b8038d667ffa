"""Running notebooks and turning them into HTML reports."""
