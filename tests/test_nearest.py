"""Did you mean: one function for commands, choices, hosts and names."""

import pytest

from scaffold.answers.releases import nearest_gpus
from scaffold.catalogue import load_catalogue
from scaffold.nearest import did_you_mean, nearest, one_of


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("inti", ["init", "up"], "init"),
        ("GPU1", ["gpu01", "web"], "gpu01"),
        ("torch", ["jax", "pytorch-finetune"], "pytorch-finetune"),
        ("up", ["setup"], ""),
        ("x", ["gpu01"], ""),
        ("x", [], ""),
    ],
)
def test_nearest_takes_what_is_alike_or_contains_the_word(word, known, meant):
    assert nearest(word, known) == meant


def test_hints_name_the_word_and_all_choices():
    assert did_you_mean("inti", ["init"]) == "did you mean init? "
    assert did_you_mean("x", ["init"]) == ""
    assert one_of("pp", ["uv", "pip"]) == "did you mean pip? choose one of uv, pip"


@pytest.mark.parametrize(
    ("typed", "form"),
    [
        ("RTX 9999", "GeForce RTX"),
        ("rtx 4091", "RTX"),
        ("GTX 1180", "GeForce GTX"),
        ("H101", "H"),
        ("RTX A4001", "RTX A"),
    ],
)
def test_nearest_gpus_are_of_the_same_family(typed, form):
    near = nearest_gpus(typed, [row.name for row in load_catalogue().gpus])
    assert near
    assert all(form in name for name in near), near


def test_no_gpu_is_near_to_nonsense():
    assert nearest_gpus("toaster", [row.name for row in load_catalogue().gpus]) == []
