"""Figures: they take results and draw them; they compute nothing."""
