from train import train


def test_loss_falls_to_a_tenth():
    losses = train(500)
    assert losses[-1] < losses[0] / 10
