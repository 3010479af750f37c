"""Recurrence over a sequence that learns faster on a processor, its gradient written out.

Keras runs a recurrent layer step by step and lets TensorFlow differentiate the loop, which keeps
every intermediate and adds up the weights' gradients step after step. Here only what needs the
step before is done in the loop: input projections and weight gradients are one large product each
(backpropagation through time as in Goodfellow et al., Deep Learning, 2016, chapter 10.2). The
numbers are Keras' own up to rounding; on a GPU Keras runs cuDNN instead.

Loaded with TensorFlow, in the process that trains.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import tensorflow as tf

Tensor = Any
"""TensorFlow gives no types that a checker could use."""


class Forward(NamedTuple):
    """One step on: the new `states`, the output first, and what `backward` needs to `keep`, each
    (B, k H)."""

    states: tuple[Tensor, ...]
    keep: tuple[Tensor, ...]


class Backward(NamedTuple):
    """One step back: the gradients of the input's projection and of the recurrent one (B, n H), and
    those of the states before, without what comes through the recurrent projection."""

    projected: Tensor
    recurrent: Tensor
    states: tuple[Tensor, ...]


class Gru:
    """GRU with the reset gate after the product (Cho et al. 2014, as cuDNN has it)."""

    states, kept = 1, 3

    @staticmethod
    def forward(x: Tensor, recurrent: Tensor, states: tuple[Tensor, ...]) -> Forward:
        (h,) = states
        x_update, x_reset, x_candidate = tf.split(x, 3, 1)
        own_update, own_reset, memory = tf.split(recurrent, 3, 1)
        update, reset = tf.sigmoid(x_update + own_update), tf.sigmoid(x_reset + own_reset)
        candidate = tf.tanh(x_candidate + reset * memory)
        new = candidate + update * (h - candidate)
        return Forward((new,), (tf.concat([update, reset], 1), memory, candidate))

    @staticmethod
    def backward(
        grads: tuple[Tensor, ...], keep: tuple[Tensor, ...], before: tuple[Tensor, ...]
    ) -> Backward:
        (dh,), (h,) = grads, before
        gates, memory, candidate = keep
        update, reset = tf.split(gates, 2, 1)
        kept = dh * update
        d_candidate = (dh - kept) * (1 - candidate * candidate)
        d_gates = tf.concat([dh * (h - candidate), d_candidate * memory], 1) * gates * (1 - gates)
        return Backward(
            tf.concat([d_gates, d_candidate], 1),
            tf.concat([d_gates, d_candidate * reset], 1),
            (kept,),
        )


class Lstm:
    """LSTM (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000)."""

    states, kept = 2, 3

    @staticmethod
    def forward(x: Tensor, recurrent: Tensor, states: tuple[Tensor, ...]) -> Forward:
        _, c = states
        total = x + recurrent
        x_in, x_forget, x_candidate, x_out = tf.split(total, 4, 1)
        let_in, forget, out = tf.sigmoid(x_in), tf.sigmoid(x_forget), tf.sigmoid(x_out)
        candidate = tf.tanh(x_candidate)
        c = forget * c + let_in * candidate
        squashed = tf.tanh(c)
        return Forward(
            (out * squashed, c), (tf.concat([let_in, forget, out], 1), candidate, squashed)
        )

    @staticmethod
    def backward(
        grads: tuple[Tensor, ...], keep: tuple[Tensor, ...], before: tuple[Tensor, ...]
    ) -> Backward:
        (dh, dc), (_, c) = grads, before
        opened, candidate, squashed = keep
        let_in, forget, out = tf.split(opened, 3, 1)
        dc = dc + dh * out * (1 - squashed * squashed)
        slopes = tf.concat([dc * candidate, dc * c, dh * squashed], 1) * opened * (1 - opened)
        d_in, d_forget, d_out = tf.split(slopes, 3, 1)
        d_candidate = dc * let_in * (1 - candidate * candidate)
        d_total = tf.concat([d_in, d_forget, d_candidate, d_out], 1)
        return Backward(d_total, d_total, (tf.zeros_like(dh), dc * forget))


class Rnn:
    """Plain recurrent cell (Elman 1990) with tanh."""

    states, kept = 1, 1

    @staticmethod
    def forward(x: Tensor, recurrent: Tensor, states: tuple[Tensor, ...]) -> Forward:
        h = tf.tanh(x + recurrent)
        return Forward((h,), (h,))

    @staticmethod
    def backward(
        grads: tuple[Tensor, ...], keep: tuple[Tensor, ...], before: tuple[Tensor, ...]
    ) -> Backward:
        (dh,), (h,) = grads, keep
        d_total = dh * (1 - h * h)
        return Backward(d_total, d_total, (tf.zeros_like(dh),))


Cell = type[Gru] | type[Lstm] | type[Rnn]


def run(
    cell: Cell,
    x: Tensor,
    states: tuple[Tensor, ...],
    kernel: Tensor,
    recurrent: Tensor,
    bias: Tensor,
    own_bias: Tensor,
) -> tuple[Tensor, ...]:
    """A layer over a sequence `x` (B, T, D): its outputs (B, T, H), then its last states (B, H).

    `kernel` (D, n H), `recurrent` (H, n H), `bias` and `own_bias` (n H,), the latter of the
    recurrent side.
    """
    inputs, width = kernel.shape
    units = recurrent.shape[0]
    batch, steps = x.shape[0] or tf.shape(x)[0], x.shape[1] or tf.shape(x)[1]

    def array(columns: int | None = None) -> Tensor:
        return tf.TensorArray(
            tf.float32, steps, element_shape=[x.shape[0], columns], clear_after_read=False
        )

    def loop(body: Any, *state: Any) -> Any:
        return tf.while_loop(
            lambda i, *_: i < steps,
            body,
            (0, *state),
            parallel_iterations=1,
            maximum_iterations=steps,
        )[1:]

    @tf.custom_gradient  # type: ignore[untyped-decorator]
    def layer(
        x: Tensor,
        kernel: Tensor,
        recurrent: Tensor,
        bias: Tensor,
        own_bias: Tensor,
        *states: Tensor,
    ) -> Any:
        by_step = tf.reshape(tf.transpose(x, [1, 0, 2]), [-1, inputs])
        projected = tf.reshape(tf.matmul(by_step, kernel) + bias, [steps, batch, width])
        given = array(width).unstack(projected)

        def forward(t: Tensor, states: Any, made: Any, kept: Any) -> Any:
            own = tf.matmul(states[0], recurrent) + own_bias
            found = cell.forward(given.read(t), own, states)
            made = tuple(a.write(t, s) for a, s in zip(made, states, strict=True))
            kept = tuple(a.write(t, k) for a, k in zip(kept, found.keep, strict=True))
            return t + 1, found.states, made, kept

        last, before, kept = loop(
            forward,
            states,
            tuple(array(units) for _ in states),
            tuple(array() for _ in range(cell.kept)),
        )
        h_before = before[0].stack()
        outputs = tf.transpose(tf.concat([h_before[1:], last[0][None]], 0), [1, 0, 2])

        def backward(d_outputs: Tensor, *d_last: Tensor) -> Any:
            d_by_step = array(units).unstack(tf.transpose(d_outputs, [1, 0, 2]))

            def back(i: Tensor, d_states: Any, d_projected: Any, d_own: Any) -> Any:
                t = steps - 1 - i
                found = cell.backward(
                    (d_states[0] + d_by_step.read(t), *d_states[1:]),
                    tuple(k.read(t) for k in kept),
                    tuple(b.read(t) for b in before),
                )
                through = tf.matmul(found.recurrent, recurrent, transpose_b=True)
                return (
                    i + 1,
                    (found.states[0] + through, *found.states[1:]),
                    d_projected.write(t, found.projected),
                    d_own.write(t, found.recurrent),
                )

            d_states, d_projected, d_own = loop(back, d_last, array(width), array(width))
            d_projected = tf.reshape(d_projected.stack(), [-1, width])
            d_own = tf.reshape(d_own.stack(), [-1, width])
            d_x = tf.reshape(
                tf.matmul(d_projected, kernel, transpose_b=True), [steps, batch, inputs]
            )
            return (
                tf.transpose(d_x, [1, 0, 2]),
                tf.matmul(by_step, d_projected, transpose_a=True),
                tf.matmul(tf.reshape(h_before, [-1, units]), d_own, transpose_a=True),
                tf.reduce_sum(d_projected, 0),
                tf.reduce_sum(d_own, 0),
                *d_states,
            )

        return (outputs, *last), backward

    found: tuple[Tensor, ...] = layer(x, kernel, recurrent, bias, own_bias, *states)
    return found
