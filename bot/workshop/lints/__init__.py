"""Checks of a script that loads: its words, its ways, its guards, its names, its translations."""
