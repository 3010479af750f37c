"""What the Compare page is made of: one module a section."""
