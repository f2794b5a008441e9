"""Trains a small network on noisy points of a sine curve."""

import argparse

import jax
import jax.numpy as jnp

Layer = tuple[jax.Array, jax.Array]


def points(key: jax.Array, count: int = 256) -> tuple[jax.Array, jax.Array]:
    """Points of a sine curve with noise."""
    key_x, key_noise = jax.random.split(key)
    x = jax.random.uniform(key_x, (count, 1), minval=-3, maxval=3)
    return x, jnp.sin(x) + 0.05 * jax.random.normal(key_noise, x.shape)


def make_network(key: jax.Array, sizes: tuple[int, ...] = (1, 32, 32, 1)) -> list[Layer]:
    """Weights and biases of each layer."""
    keys = jax.random.split(key, len(sizes) - 1)
    shapes = zip(keys, sizes, sizes[1:], strict=False)
    return [
        (jax.random.normal(one, (wide, out)) / wide**0.5, jnp.zeros(out))
        for one, wide, out in shapes
    ]


def predict(network: list[Layer], x: jax.Array) -> jax.Array:
    """The curve as the network draws it."""
    for weights, bias in network[:-1]:
        x = jnp.tanh(x @ weights + bias)
    weights, bias = network[-1]
    return x @ weights + bias


def loss_of(network: list[Layer], x: jax.Array, y: jax.Array) -> jax.Array:
    """The mean squared distance between the network's curve and the points."""
    return jnp.mean((predict(network, x) - y) ** 2)


@jax.jit
def step(network: list[Layer], x: jax.Array, y: jax.Array) -> tuple[list[Layer], jax.Array]:
    """One step of gradient descent, and the loss before it."""
    loss, gradient = jax.value_and_grad(loss_of)(network, x, y)
    return jax.tree.map(lambda value, slope: value - 0.05 * slope, network, gradient), loss


def train(steps: int) -> list[float]:
    """The loss of each step."""
    key_data, key_network = jax.random.split(jax.random.key(0))
    x, y = points(key_data)
    network, losses = make_network(key_network), []
    for _ in range(steps):
        network, loss = step(network, x, y)
        losses.append(float(loss))
    return losses


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=2000)
    args = parser.parse_args()
    print("devices:", jax.devices())
    losses = train(args.steps)
    print(f"loss {losses[0]:.4f} -> {losses[-1]:.4f}")


if __name__ == "__main__":
    main()
