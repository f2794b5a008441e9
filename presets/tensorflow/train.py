"""Trains a small Keras network to tell circles from squares."""

import argparse
from pathlib import Path

import numpy as np
import tensorflow as tf

SIZE = 16
HERE = Path(__file__).parent


def shapes(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Noisy images of circles (0) and squares (1)."""
    random = np.random.default_rng(seed)
    labels = random.integers(0, 2, count)
    x, y = np.meshgrid(np.arange(SIZE), np.arange(SIZE))
    centre = random.integers(5, SIZE - 5, (count, 2, 1, 1))
    radius = random.integers(3, 6, (count, 1, 1))
    dx, dy = np.abs(x - centre[:, 0]), np.abs(y - centre[:, 1])
    circle, square = dx**2 + dy**2 <= radius**2, np.maximum(dx, dy) <= radius
    images = np.where(labels[:, None, None] == 1, square, circle)
    noise = random.normal(0, 0.1, images.shape)
    return (images + noise).astype("float32")[..., None], labels


def make_model() -> tf.keras.Model:
    """Two convolutions and a decision."""
    model = tf.keras.Sequential(
        [
            tf.keras.layers.Input((SIZE, SIZE, 1)),
            tf.keras.layers.Conv2D(16, 3, activation="relu"),
            tf.keras.layers.MaxPooling2D(),
            tf.keras.layers.Conv2D(32, 3, activation="relu"),
            tf.keras.layers.Flatten(),
            tf.keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    return model


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=5)
    args = parser.parse_args()
    print("GPUs:", tf.config.list_physical_devices("GPU") or "none, so the CPU computes")
    model = make_model()
    model.fit(*shapes(4000, seed=0), epochs=args.epochs, validation_data=shapes(500, seed=1))
    outputs = HERE / "outputs"
    outputs.mkdir(exist_ok=True)
    model.save(outputs / "shapes.keras")


if __name__ == "__main__":
    main()
