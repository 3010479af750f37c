"""The parts of the Generate page: what a take begins with, how it is made, what is done with it."""
