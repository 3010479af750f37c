"""What the Train page is made of: one module a purpose."""
