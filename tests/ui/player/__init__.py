"""The player: what is sent to the browser, and what a real browser makes of it."""
