import tensorflow as tf
from train import make_model, shapes


def test_model_tells_circles_from_squares():
    tf.keras.utils.set_random_seed(0)
    model = make_model()
    model.fit(*shapes(1500, seed=0), epochs=5, verbose=0)
    assert model.evaluate(*shapes(300, seed=1), verbose=0)[1] > 0.8
