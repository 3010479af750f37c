"""Keras' layers as a processor learns with them sooner: the same weights and numbers, fewer steps.

Loaded with TensorFlow, in the process that trains.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras
import tensorflow as tf

from models.learning.recurrence import Cell, Gru, Lstm, Rnn, Tensor, run


class _Recurrent:
    """Keras' layer with `models.learning.recurrence` in place of its own loop. States are given and
    returned, never kept."""

    cell_of: Cell

    def call(
        self,
        sequences: Tensor,
        initial_state: Any = None,
        mask: Tensor = None,
        training: bool = False,
    ) -> Any:
        layer: Any = self
        zeros = tf.zeros([tf.shape(sequences)[0], layer.units])
        bias = tf.convert_to_tensor(layer.cell.bias)
        ours, theirs = (bias[0], bias[1]) if len(bias.shape) == 2 else (bias, tf.zeros_like(bias))
        outputs, *last = run(
            self.cell_of,
            sequences,
            tuple(initial_state or (zeros,) * self.cell_of.states),
            tf.convert_to_tensor(layer.cell.kernel),
            tf.convert_to_tensor(layer.cell.recurrent_kernel),
            ours,
            theirs,
        )
        answer = outputs if layer.return_sequences else last[0]
        return (answer, *last) if layer.return_state else answer

    def compute_output_spec(self, sequences: Any, **others: Any) -> Any:
        """Shapes, without running Keras' own loop to find them."""
        layer: Any = self
        batch, steps = sequences.shape[:2]
        shape = (batch, steps, layer.units) if layer.return_sequences else (batch, layer.units)
        answer = keras.KerasTensor(shape, "float32")
        if not layer.return_state:
            return answer
        last = [
            keras.KerasTensor((batch, layer.units), "float32") for _ in range(self.cell_of.states)
        ]
        return (answer, *last)


class FastGru(_Recurrent, keras.layers.GRU):  # type: ignore[misc]
    cell_of = Gru


class FastLstm(_Recurrent, keras.layers.LSTM):  # type: ignore[misc]
    cell_of = Lstm


class FastRnn(_Recurrent, keras.layers.SimpleRNN):  # type: ignore[misc]
    cell_of = Rnn


class FastTable(keras.layers.Embedding):  # type: ignore[misc]
    """Rows of a table, whose gradient is one sum by row."""

    def call(self, inputs: Tensor) -> Tensor:
        if isinstance(inputs, keras.KerasTensor):
            return super().call(inputs)
        size, width = self.input_dim, self.output_dim

        @tf.custom_gradient  # type: ignore[untyped-decorator]
        def look_up(table: Tensor, places: Tensor) -> Any:
            def backward(grad: Tensor) -> Any:
                flat = tf.reshape(grad, [-1, width])
                return tf.math.unsorted_segment_sum(flat, tf.reshape(places, [-1]), size), None

            return tf.gather(table, places), backward

        return look_up(tf.convert_to_tensor(self.embeddings), inputs)


LAYERS: Mapping[str, type] = {
    "table": FastTable,
    "gru": FastGru,
    "lstm": FastLstm,
    "rnn": FastRnn,
}
"""Layer kind -> the layer that a processor learns with."""
