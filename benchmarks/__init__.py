"""Measures what the README claims, each against the book's own way in the same run."""
