"""Networks: describe, build, train, keep, sample, measure. Knows no screen.

Only `models.network` and `models.training` use Keras, and only inside their functions: a process
that does not train never loads TensorFlow.
"""
