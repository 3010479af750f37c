"""The recurrent layers that learn faster compute what Keras' own compute."""

import numpy as np
import pytest

from models.training import prepare


@pytest.mark.parametrize("kind", ["gru", "lstm", "rnn"])
@pytest.mark.parametrize("carried", [True, False], ids=["carried", "from silence"])
def test_outputs_and_gradients_are_those_of_keras(kind: str, carried: bool) -> None:
    prepare()
    import keras
    import tensorflow as tf

    from models.network import STATES
    from models.recurrence import LAYERS

    theirs = {"gru": keras.layers.GRU, "lstm": keras.layers.LSTM, "rnn": keras.layers.SimpleRNN}
    rng = np.random.default_rng(1)
    x = tf.constant(rng.normal(size=(3, 5, 4)), tf.float32)
    begun = [tf.constant(rng.normal(size=(3, 7)), tf.float32) for _ in range(STATES[kind])]
    given = begun if carried else None
    found = []
    for layer_class in (theirs[kind], LAYERS[kind]):
        layer = layer_class(7, return_sequences=carried, return_state=True)
        layer.build(x.shape)
        values = np.random.default_rng(2)
        for variable in layer.trainable_variables:
            variable.assign(values.normal(size=variable.shape))

        with tf.GradientTape() as tape:
            tape.watch([x, *begun])
            answers = layer(x, initial_state=given)
            loss = tf.add_n([tf.reduce_sum(tf.sin(a)) for a in answers])
        sources = [x, *(given or []), *(v.value for v in layer.trainable_variables)]
        found.append([*answers, *tape.gradient(loss, sources)])
    for theirs_, ours in zip(*found, strict=True):
        np.testing.assert_allclose(ours, theirs_, rtol=1e-4, atol=1e-5)
