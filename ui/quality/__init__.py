"""Is it any good? A take's statistics beside those of the music that its network learned from."""
