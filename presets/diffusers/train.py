"""Trains a small diffusion model on drawn circles, and saves images that it makes."""

import argparse
from pathlib import Path

import torch
from diffusers import DDPMPipeline, DDPMScheduler, UNet2DModel
from torch.nn import functional

SIZE = 16
HERE = Path(__file__).parent
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


def circles(count: int) -> torch.Tensor:
    """Images of one white circle each, with values from -1 to 1."""
    axis = torch.arange(SIZE)
    centre = torch.randint(5, SIZE - 5, (count, 2, 1, 1))
    radius = torch.randint(2, 5, (count, 1, 1))
    distance = (axis[:, None] - centre[:, 0]) ** 2 + (axis[None, :] - centre[:, 1]) ** 2
    return (distance <= radius**2).float()[:, None] * 2 - 1


def make_model() -> UNet2DModel:
    """A network small enough for any GPU, and for a CPU with patience."""
    return UNet2DModel(
        sample_size=SIZE,
        in_channels=1,
        out_channels=1,
        block_out_channels=(32, 64),
        layers_per_block=1,
        down_block_types=("DownBlock2D", "AttnDownBlock2D"),
        up_block_types=("AttnUpBlock2D", "UpBlock2D"),
        norm_num_groups=8,
    )


def train(
    model: UNet2DModel, scheduler: DDPMScheduler, *, steps: int, batch: int = 32
) -> list[float]:
    """Learn to tell the noise from the image; the loss of each step."""
    model.to(DEVICE).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    losses = []
    for _ in range(steps):
        images = circles(batch).to(DEVICE)
        noise = torch.randn_like(images)
        times = torch.randint(
            0, scheduler.config.num_train_timesteps, (len(images),), device=DEVICE
        )
        noisy = scheduler.add_noise(images, noise, times)
        loss = functional.mse_loss(model(noisy, times).sample, noise)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.item())
    return losses


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--images", type=int, default=4)
    args = parser.parse_args()
    model, scheduler = make_model(), DDPMScheduler(num_train_timesteps=200)
    losses = train(model, scheduler, steps=args.steps)
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f} on {DEVICE}")
    pipeline = DDPMPipeline(model, scheduler)
    outputs = HERE / "outputs"
    outputs.mkdir(exist_ok=True)
    for number, image in enumerate(pipeline(args.images, num_inference_steps=200).images):
        image.resize((256, 256)).save(outputs / f"{number}.png")
    print(f"images in {outputs}")


if __name__ == "__main__":
    main()
