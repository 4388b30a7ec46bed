"""The drawing of a series: its scale, its words, its marks; and of bars."""
