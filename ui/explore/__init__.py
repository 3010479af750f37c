"""The sections of the Explore page: each looks at the same music in its own way."""
