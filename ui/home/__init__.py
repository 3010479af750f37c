"""The parts of the home page: new music, where a visitor stands, what to do next."""
