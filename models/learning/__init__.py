"""What loads TensorFlow to learn: `models.training` alone asks for it, in its own process."""
