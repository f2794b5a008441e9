import torch
from diffusers import DDPMPipeline, DDPMScheduler
from train import SIZE, make_model, train


def test_model_learns_and_draws_an_image():
    torch.manual_seed(0)
    model, scheduler = make_model(), DDPMScheduler(num_train_timesteps=50)
    losses = train(model, scheduler, steps=12, batch=4)
    assert min(losses[-3:]) < losses[0]
    (image,) = DDPMPipeline(model, scheduler)(1, num_inference_steps=2).images
    assert image.size == (SIZE, SIZE)
