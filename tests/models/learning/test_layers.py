"""The layers that learn faster compute what Keras' own compute."""

import numpy as np
import pytest

from models.training import prepare


@pytest.mark.parametrize("kind", ["gru", "lstm", "rnn"])
@pytest.mark.parametrize("carried", [True, False], ids=["carried", "from silence"])
def test_outputs_and_gradients_are_those_of_keras(kind: str, carried: bool) -> None:
    prepare()
    import keras
    import tensorflow as tf

    from models.learning.layers import LAYERS
    from models.network import STATES

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


def test_tables_and_their_gradients_are_those_of_keras() -> None:
    prepare()
    import keras
    import tensorflow as tf

    from models.learning.layers import LAYERS

    places = tf.constant([[3, 0, 3], [1, 3, 1]])
    found = []
    for layer_class in (keras.layers.Embedding, LAYERS["table"]):
        layer = layer_class(5, 2)
        layer.build(places.shape)
        layer.embeddings.assign(np.arange(10.0).reshape(5, 2))
        with tf.GradientTape() as tape:
            rows = layer(places)
            loss = tf.reduce_sum(tf.sin(rows))
        gradient = tape.gradient(loss, layer.embeddings.value)
        found.append((rows, tf.convert_to_tensor(gradient)))
    for theirs, ours in zip(*found, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-6)
