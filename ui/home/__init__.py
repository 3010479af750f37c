"""The parts of the home page: music made just now, where a visitor stands, what to do next."""
