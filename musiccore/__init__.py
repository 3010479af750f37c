"""Music as data: reading, encoding, writing, hearing. Knows no network and no screen."""
