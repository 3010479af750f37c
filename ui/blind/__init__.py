"""A blind test: original or generated?"""
