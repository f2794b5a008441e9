"""What a person would ask, one situation a row: the sentence says what must come out and why.

Columns: sentence, GPUs, driver, wish (see situations.py), and what must be in the outcome; the
first of these is the build or `conflict`, the others stand anywhere in image, notes or ways out.
"""

import pytest

from tests.resolver.situations import outcome

V100 = "Tesla V100-SXM2-16GB"
A100 = "NVIDIA A100-SXM4-80GB"
H100 = "NVIDIA H100 80GB HBM3"
RTX3090, RTX4090 = "NVIDIA GeForce RTX 3090", "NVIDIA GeForce RTX 4090"
RTX5090 = "NVIDIA GeForce RTX 5090"
GTX1080, GTX1080TI = "NVIDIA GeForce GTX 1080", "GeForce GTX 1080 Ti"
MYSTERY = "NVIDIA X1 Experimental"

# fmt: off
LEGACY_DRIVERS = [
    ("418 runs the wheels of CUDA 10.1", "Tesla T4", "418.87.00", "torch", "1.8/cu101; torch==1.8.1; Python 3.9"),
    ("418 is too old for the CUDA 11 images too", "Tesla T4", "418.87.00", "stack=cuda", "conflict"),
    ("418 runs what needs no GPU", "Tesla T4", "418.87.00", "torch cpu", "2.15/cpu; whl/cpu"),
    ("418 cannot run JAX", V100, "418.87.00", "jax", "conflict; at least 450.80.02"),
    ("418 cannot run TensorFlow with its own CUDA", V100, "418.87.00", "tensorflow", "conflict; at least 450.80.02"),
    ("440.33 is the first that runs CUDA 10.2 wheels", V100, "440.33", "torch", "1.12/cu102; Python 3.10"),
    ("one step before 440.33 the wheels of CUDA 10.1 run", V100, "440.31", "torch", "1.8/cu101"),
    ("450.51.06 is under the floor of CUDA 11 wheels", "Tesla T4", "450.51.06", "torch", "1.12/cu102; default index"),
    ("450.51.06 came with CUDA 11.0, so its image runs", "Tesla T4", "450.51.06", "stack=cuda cuda=11.0", "no build; nvidia/cuda:11.0.3-cudnn8-runtime-ubuntu20.04"),
    ("450.51.06 without a named CUDA gets 11.0 as well", "Tesla T4", "450.51.06", "stack=cuda", "no build; nvidia/cuda:11.0.3"),
    ("450.51.06 compiles with the nvcc of 11.0", "Tesla T4", "450.51.06", "nvcc", "no build; nvidia/cuda:11.0.3-cudnn8-devel-ubuntu20.04"),
    ("450.51.06 and torch with nvcc: CUDA 11.0 has wheels and an image", "Tesla T4", "450.51.06", "torch nvcc", "1.7/cu110; nvidia/cuda:11.0.3-cudnn8-devel-ubuntu20.04"),
    ("450.51.06 does not run the image of CUDA 11.1 on a GeForce", "GeForce RTX 2080 Ti", "450.51.06", "stack=cuda cuda=11.1", "conflict"),
    ("450.80.02 is the floor of every CUDA 11", "Tesla T4", "450.80.02", "torch", "2.7/cu118; whl/cu118"),
    ("450.80.02 keeps Python 3.8 projects on an older build", "Tesla T4", "450.80.02", "torch python==3.8.*", "2.4/cu118; Python 3.8"),
    ("450.80.02 and nvcc: the card is data-centre, its branch not in the list", "Tesla T4", "450.80.02", "torch nvcc", "2.7/cu118; nvidia/cuda:11.8.0-cudnn8-devel-ubuntu22.04; NVIDIA_DISABLE_REQUIRE=1"),
    ("450.80.02 runs the last TensorFlow of CUDA 11", "Tesla T4", "450.80.02", "tensorflow", "2.14/and-cuda"),
    ("450.80.02 runs the last JAX of CUDA 11", "Tesla T4", "450.80.02", "jax", "0.4/cuda11; jax[cuda11_pip]==0.4.25"),
    ("450.80.02 does not know Ampere GeForce cards", RTX3090, "450.80.02", "torch", "conflict; reports CUDA 11.1"),
    ("470 runs CUDA 11.8 wheels by minor version compatibility", A100, "470.57.02", "torch", "2.7/cu118"),
    ("470 cannot run cu121", A100, "470.57.02", "torch==2.4.1+cu121", "conflict; at least 525.60.13"),
    ("470 with torch 2.8 has to upgrade or take 2.7", A100, "470.57.02", "torch>=2.8", "conflict; pytorch 2.7.1 runs; at least 525.60.13"),
    ("470 is in the 11.8 image's list for a data-centre card", A100, "470.57.02", "torch nvcc", "2.7/cu118; nvidia/cuda:11.8.0-cudnn8-devel"),
    ("510 still runs CUDA 11 only", RTX3090, "510.47.03", "torch", "2.7/cu118"),
    ("510 runs the image of 11.8 by minor version compatibility", RTX3090, "510.47.03", "stack=cuda cuda=11.8", "no build; nvidia/cuda:11.8.0-cudnn8-runtime-ubuntu22.04; NVIDIA_DISABLE_REQUIRE=1"),
    ("510 runs the last JAX of CUDA 11", RTX3090, "510.47.03", "jax", "0.4/cuda11; jax[cuda11_pip]==0.4.25"),
    ("520 is the first for Ada, with CUDA 11.8", RTX4090, "520.61.05", "torch", "2.7/cu118"),
    ("515 is too old for Ada", RTX4090, "515.65.01", "torch", "conflict; reports CUDA 11.8; at least 520.61.05"),
    ("520 is the first for Hopper", H100, "520.61.05", "torch", "2.7/cu118"),
    ("525.60.13 is the floor of every CUDA 12", "Tesla T4", "525.60.13", "torch", "2.14/cu126"),
    ("one step before 525.60.13 CUDA 11 is the end", "Tesla T4", "525.53", "torch", "2.7/cu118"),
    ("525 runs the newest JAX of CUDA 12", "Tesla T4", "525.60.13", "jax", "0.12/cuda12; jax[cuda12]==0.12.0.1"),
    ("525 runs the newest TensorFlow", "Tesla T4", "525.60.13", "tensorflow", "2.21/and-cuda"),
    ("535 runs cu128 wheels too where the project asks for them", "NVIDIA L4", "535.183.01", "torch==2.8.*", "2.8/cu128; default index"),
    ("535 runs torch up to 2.14 with CUDA 12.6, on plain Python", "NVIDIA L4", "535.183.01", "torch", "2.14/cu126; whl/cu126; python:3.12-slim-bookworm; wheels bring their own CUDA"),
    ("535 cannot run torch 2.15, which is of CUDA 13", "NVIDIA L4", "535.183.01", "torch>=2.15", "conflict; pytorch 2.14.1 runs; at least 580.65.06"),
    ("550 is no different from 525 for wheels", A100, "550.54.14", "torch", "2.14/cu126"),
    ("550 with a pin to an old release gets that release's default", A100, "550.54.14", "torch==2.4.1", "2.4/cu121; torch==2.4.1; default index"),
    ("570.26 is the first for Blackwell, which needs CUDA 12.8 or later", RTX5090, "570.26", "torch", "2.13/cu129; whl/cu129"),
    ("one step before, 565 does not drive Blackwell", RTX5090, "565.57.01", "torch", "conflict; at least 570.26"),
    ("575 is the first for Blackwell Ultra", "NVIDIA B300", "575.57.08", "torch", "2.13/cu129"),
    ("570 is too old for Blackwell Ultra", "NVIDIA B300", "570.26", "torch", "conflict; at least 575.51.03"),
    ("580.65.06 is the floor of every CUDA 13", "Tesla T4", "580.65.06", "torch", "2.15/cu132; default index"),
    ("575 is not enough for CUDA 13", "Tesla T4", "575.57.08", "torch", "2.14/cu126"),
    ("580 runs JAX of CUDA 13", "Tesla T4", "580.65.06", "jax", "0.12/cuda13"),
    ("580 with Python 3.10 gets the last torch for it", "Tesla T4", "580.65.06", "torch python==3.10.*", "2.14/cu130; Python 3.10"),
    ("590 runs what 580 runs on Turing", "Tesla T4", "590.48.01", "torch", "2.15/cu132"),
    ("610 runs what 590 runs on Turing", "Tesla T4", "610.43.02", "torch", "2.15/cu132"),
    ("610 has the nvcc of the wheel's release", "NVIDIA L4", "610.43.02", "torch nvcc", "2.15/cu132; nvidia/cuda:13.2.1-cudnn-devel-ubuntu24.04"),
    ("610 gets the newest CUDA image where none is named", "NVIDIA L4", "610.43.02", "stack=cuda", "no build; nvidia/cuda:13.4.2"),
]

ARCHITECTURES = [
    ("Fermi is in no build", "cc 2.0", "390.46", "torch", "conflict; --gpu none"),
    ("Kepler 3.0 is in no build", "GeForce GTX 680", "470.57.02", "torch", "conflict; no code for compute capability 3.0"),
    ("Kepler 3.5 ends at torch 1.3 on Python 3.7", "Tesla K40m", "470.57.02", "torch", "1.3/cu101; python:3.7-slim"),
    ("GT 710 is a Kepler 3.5", "GeForce GT 710", "470.57.02", "torch", "1.3/cu101"),
    ("K80 ends at torch 2.3, whose cuDNN 8.7 still has Kepler", "Tesla K80", "470.57.02", "torch", "2.3/cu118; whl/cu118; torch==2.3.1"),
    ("K80 and torch 2.6 run, but for what needs cuDNN", "Tesla K80", "470.57.02", "torch>=2.6", "2.7/cu118; convolutions fail"),
    ("K80 with Python 3.13 finds no build with a cuDNN for it", "Tesla K80", "470.57.02", "torch python==3.13.*", "2.7/cu118; Python 3.13; convolutions fail"),
    ("K80 compiles with 11.8, the last nvcc that targets it", "Tesla K80", "470.57.02", "torch nvcc", "2.3/cu118; nvidia/cuda:11.8.0-cudnn8-devel"),
    ("K80 without a named CUDA gets 11.8, not 12", "Tesla K80", "470.57.02", "stack=cuda", "no build; nvidia/cuda:11.8.0"),
    ("K80 is not driven by 495 and later", "Tesla K80", "495.29.05", "torch", "conflict; driver branch 470"),
    ("K80 on 535 has to go back to 470", "Tesla K80", "535.183.01", "torch", "conflict; install the NVIDIA driver branch 470"),
    ("K80 is in the last TensorFlow of CUDA 11", "Tesla K80", "470.57.02", "tensorflow", "2.14/and-cuda; Python 3.10"),
    ("K80 has no JAX", "Tesla K80", "470.57.02", "jax", "conflict"),
    ("Maxwell runs torch 2.14 with CUDA 12.6", "Tesla M40", "535.183.01", "torch", "2.14/cu126"),
    ("Maxwell 5.0 runs what 5.2 runs", "GeForce GTX 750 Ti", "535.183.01", "torch", "2.14/cu126"),
    ("Maxwell 5.0 runs JAX with a cuDNN that still has it", "GeForce GTX 750 Ti", "535.183.01", "jax", "0.12/cuda12; nvidia-cudnn-cu12<9.11"),
    ("Maxwell 5.2 runs JAX of CUDA 12", "GeForce GTX 980", "535.183.01", "jax", "0.12/cuda12"),
    ("Maxwell ends at TensorFlow 2.16", "Tesla M40", "535.183.01", "tensorflow", "2.16/and-cuda"),
    ("Maxwell keeps CUDA 12 on driver 580", "Tesla M40", "580.65.06", "torch", "2.14/cu126"),
    ("Maxwell is not driven by 590", "Tesla M40", "590.48.01", "torch", "conflict; install the NVIDIA driver branch 580"),
    ("GTX 1080 gets cu126 and never cu128", GTX1080, "535.183.01", "torch>=2.8", "2.14/cu126; torch==2.14.1; whl/cu126"),
    ("GTX 1080 Ti gets the same", GTX1080TI, "580.65.06", "torch", "2.14/cu126"),
    ("GTX 1080 pinned to the cu128 build is a conflict", GTX1080, "570.26", "torch==2.8.0+cu128", "conflict; compute capability 6.1"),
    ("GTX 1080 with torch 2.8 finds its cu126 build", GTX1080, "570.26", "torch==2.8.0", "2.8/cu126; whl/cu126"),
    ("GTX 1080 ends before torch 2.15", GTX1080, "580.65.06", "torch>=2.15", "conflict; pytorch 2.14.1 runs"),
    ("GTX 1080 is not driven by 590", GTX1080, "590.48.01", "torch", "conflict; 580 is the last; driver branch 580"),
    ("GTX 1080 keeps JAX of CUDA 12 on driver 580", GTX1080, "580.65.06", "jax", "0.12/cuda12; nvidia-cudnn-cu12<9.11; cuDNN is held below 9.11"),
    ("GTX 1080 takes the last TensorFlow that pins a cuDNN with Pascal", GTX1080, "535.183.01", "tensorflow", "2.19/and-cuda"),
    ("GTX 1080 on 535 needs the check of the 12.6 image off", GTX1080, "535.183.01", "torch nvcc", "2.14/cu126; cudnn-devel-ubuntu24.04; NVIDIA_DISABLE_REQUIRE=1"),
    ("P100 is a Pascal of 6.0", "Tesla P100-PCIE-16GB", "535.183.01", "torch", "2.14/cu126"),
    ("V100 runs torch 2.8 to 2.10 with CUDA 12.8 too", V100, "580.65.06", "torch>=2.8,<2.11", "2.10/cu128; default index"),
    ("V100 was not in cu128 of 2.7", V100, "580.65.06", "torch==2.7.0+cu128", "conflict; compute capability 7.0"),
    ("V100 ends at torch 2.14 with CUDA 12.6", V100, "580.65.06", "torch", "2.14/cu126"),
    ("V100 gets the CUDA 12.9 image, the last that targets it", V100, "580.65.06", "stack=cuda", "no build; nvidia/cuda:12.9.2"),
    ("V100 has no CUDA image on driver 590", V100, "590.48.01", "stack=cuda", "conflict"),
    ("V100 has no JAX of CUDA 13", V100, "580.65.06", "jax", "0.12/cuda12"),
    ("T4 runs cu102 by the code of 7.0", "Tesla T4", "440.33", "torch", "1.12/cu102"),
    ("GTX 1650 is a Turing", "NVIDIA GeForce GTX 1650", "590.48.01", "torch", "2.15/cu132"),
    ("A100 is in the CUDA 11 builds", A100, "450.80.02", "torch", "2.7/cu118"),
    ("A100 is in the wheels of CUDA 11.0", A100, "450.51.06", "torch", "1.7/cu110"),
    ("RTX 3090 runs the code of 8.6", RTX3090, "535.183.01", "torch", "2.14/cu126"),
    ("A10 is not an A100", "NVIDIA A10", "450.80.02", "torch", "conflict; reports CUDA 11.1"),
    ("L4 runs the code of 8.6", "NVIDIA L4", "525.60.13", "torch", "2.14/cu126"),
    ("RTX 4090 without its brand is known too", "RTX 4090", "550.54.14", "torch", "2.14/cu126"),
    ("RTX 4090 keeps an old pin", RTX4090, "550.54.14", "torch==1.13.1", "1.13/cu117"),
    ("H100 is in no build before 2.0", H100, "550.54.14", "torch==1.13.1", "conflict; compute capability 9.0"),
    ("H100 runs torch 2.0 of CUDA 11.8 alone", H100, "550.54.14", "torch==2.0.1", "2.0/cu118; whl/cu118"),
    ("RTX 5090 pinned to torch 2.6 is told the nearest release and the newest", RTX5090, "580.65.06", "torch==2.6.0", "conflict; compute capability 12.0; pytorch 2.7.0 runs; pytorch 2.15.0 runs"),
    ("RTX 5090 and torch 2.7 needs the index of cu128", RTX5090, "570.26", "torch==2.7.1", "2.7/cu128; whl/cu128"),
    ("RTX 5090 never gets cu126", RTX5090, "575.57.08", "torch>=2.14", "conflict; at least 580.65.06"),
    ("RTX 5090 on 580 gets the default build", RTX5090, "580.65.06", "torch", "2.15/cu132; default index"),
    ("RTX 5090 has no TensorFlow from the index, whose PTX fails on it", RTX5090, "580.65.06", "tensorflow", "conflict; CUDA_ERROR_INVALID_PTX; nvcr.io/nvidia/tensorflow; --stack ngc-image; --gpu none"),
    ("B200 is a Blackwell of 10.0", "NVIDIA B200", "570.26", "torch", "2.13/cu129"),
    ("B200 cannot use a driver of before 570", "NVIDIA B200", "535.183.01", "torch", "conflict; at least 570.26"),
    ("B200 does not run the code of 12.0 alone nor of 9.0", "NVIDIA B200", "580.65.06", "torch==2.6.0", "conflict; compute capability 10.0"),
    ("B300 compiles with 12.9, the first nvcc that targets it", "NVIDIA B300", "575.57.08", "torch nvcc", "2.13/cu129; nvidia/cuda:12.9.2-cudnn-devel"),
    ("B300 runs the code of 10.0", "NVIDIA B300", "580.65.06", "torch", "2.15/cu132"),
    ("RTX PRO 6000 Blackwell is a 12.0", "NVIDIA RTX PRO 6000 Blackwell Server Edition", "580.65.06", "torch", "2.15/cu132"),
    ("RTX 5000 Ada is no Blackwell", "NVIDIA RTX 5000 Ada Generation", "535.183.01", "torch", "2.14/cu126"),
    ("Quadro RTX 5000 is a Turing", "Quadro RTX 5000", "450.80.02", "torch", "2.7/cu118"),
    ("Rubin runs the code of 10.0", "cc 10.7", "615.71.09", "torch", "2.15/cu132"),
]

IMAGES = [
    ("nvcc comes in the wheel's release", H100, "535.183.01", "torch nvcc", "2.14/cu126; nvidia/cuda:12.6.3-cudnn-devel-ubuntu24.04"),
    ("the image's Ubuntu follows the project's Python", H100, "535.183.01", "torch nvcc python==3.10.*", "2.14/cu126; ubuntu22.04"),
    ("GeForce is in no list since the 12.5 images", RTX4090, "535.183.01", "torch nvcc", "2.14/cu126; NVIDIA_DISABLE_REQUIRE=1; requirement check"),
    ("Docker 29.2 with CDI checks nothing", RTX4090, "535.183.01", "torch nvcc docker=29.2.0", "2.14/cu126; nvidia/cuda:12.6.3; has nvcc"),
    ("a data-centre card runs CUDA 13 on 535 by forward compatibility", "Tesla T4", "535.183.01", "stack=cuda cuda=13.0", "no build; nvidia/cuda:13.0.3; forward compatibility"),
    ("a GeForce card does not", RTX4090, "535.183.01", "stack=cuda cuda=13.0", "conflict"),
    ("forward compatibility goes back to the image's list only", "Tesla T4", "525.60.13", "stack=cuda cuda=13.0", "conflict"),
    ("CUDA 12.6 runs on 470 by forward compatibility", A100, "470.57.02", "stack=cuda cuda=12.6", "no build; nvidia/cuda:12.6.3; forward compatibility"),
    ("CUDA 10 images are gone", "Tesla T4", "535.183.01", "stack=cuda cuda=10.0", "conflict"),
    ("CUDA 12.7 was never released", "Tesla T4", "580.65.06", "stack=cuda cuda=12.7", "conflict"),
    ("TensorFlow compiles with 12.5, which has no Ubuntu 24.04", "NVIDIA L4", "590.48.01", "tensorflow nvcc", "2.21/and-cuda; nvidia/cuda:12.5.1-cudnn-devel-ubuntu22.04"),
    ("JAX compiles with 13.0", "NVIDIA L4", "590.48.01", "jax nvcc", "0.12/cuda13; nvidia/cuda:13.0.3-cudnn-devel"),
    ("PyTorch's image follows the driver", A100, "535.183.01", "torch stack=pytorch-image", "2.14/cu126; cuda12.6-cudnn9-runtime"),
    ("PyTorch's image of CUDA 13 needs 580", A100, "580.65.06", "torch stack=pytorch-image", "2.14/cu132; cuda13.2"),
    ("PyTorch's image with code for a Pascal card", GTX1080, "580.65.06", "torch stack=pytorch-image", "2.14/cu126; cuda12.6"),
    ("PyTorch's image for Blackwell before 580", RTX5090, "570.26", "torch stack=pytorch-image", "2.11/cu128; cuda12.8"),
    ("TensorFlow's image", A100, "535.183.01", "tensorflow stack=tensorflow-image", "2.21/and-cuda; 2.21.0-gpu"),
    ("NGC's newest needs CUDA 13", A100, "580.65.06", "torch stack=ngc-image", "2.13/cu133; nvcr.io/nvidia/pytorch:26.08-py3"),
    ("NGC on 535 is an older month", A100, "535.183.01", "torch stack=ngc-image", "2.8/cu129; 25.06-py3"),
    ("Jupyter's image of CUDA 12", A100, "535.183.01", "torch stack=jupyter-image", "2.11/cu128; cuda12-latest"),
    ("Jupyter has no image for a Pascal card", GTX1080, "580.65.06", "torch stack=jupyter-image", "conflict; --stack python"),
    ("PyTorch's image holds no JAX", A100, "535.183.01", "jax stack=pytorch-image", "conflict; --stack python"),
    ("a project without framework and nvcc needs no CUDA", A100, "535.183.01", "", "no build; python:3.12-slim-bookworm"),
    ("nvcc alone gets the newest image of the driver's family", A100, "535.183.01", "nvcc", "no build; nvidia/cuda:12.9.2-cudnn-devel"),
]

PROJECTS = [
    ("a pin rules over what is newest", "NVIDIA L4", "590.48.01", "torch==2.8.0", "2.8/cu128; torch==2.8.0"),
    ("a pin that names its variant needs PyTorch's index", "NVIDIA L4", "590.48.01", "torch==2.4.1+cu121", "2.4/cu121; whl/cu121"),
    ("a pin to the CPU build is no GPU build", "NVIDIA L4", "590.48.01", "torch==2.4.1+cpu", "conflict; --gpu none"),
    ("and fits where no GPU is asked for", "NVIDIA L4", "590.48.01", "torch==2.4.1+cpu cpu", "2.4/cpu; whl/cpu"),
    ("a compatible-release pin takes the newest of it", "NVIDIA L4", "590.48.01", "torch~=2.8", "2.15/cu132"),
    ("CUDA 12 that the project names keeps CUDA 13 out", "NVIDIA L4", "590.48.01", "torch cuda=12.4", "2.14/cu126"),
    ("CUDA that is no number is not followed", "NVIDIA L4", "590.48.01", "torch cuda=latest", "2.15/cu132"),
    ("Python decides the build", "NVIDIA L4", "590.48.01", "torch python==3.9.*", "2.8/cu128; Python 3.9"),
    ("Python 3.14 is in the newest builds", "NVIDIA L4", "590.48.01", "torch python==3.14.*", "2.15/cu132; Python 3.14"),
    ("TensorFlow ends at Python 3.13", "NVIDIA L4", "590.48.01", "tensorflow python==3.14.*", "conflict; Python 3.10 to 3.13"),
    ("TensorFlow on Python 3.9 is 2.20", "NVIDIA L4", "590.48.01", "tensorflow python==3.9.*", "2.20/and-cuda; Python 3.9"),
    ("TensorFlow before 2.14 takes CUDA and cuDNN from the image", "NVIDIA L4", "590.48.01", "tensorflow==2.12.*", "2.12/cuda; nvidia/cuda:11.8.0-cudnn8-runtime; tensorflow>=2.12,<2.13"),
    ("JAX on Python 3.10 is 0.6", "NVIDIA L4", "590.48.01", "jax python==3.10.*", "0.6/cuda12; Python 3.10"),
    ("torch 2.15 wants Python 3.11", "NVIDIA L4", "590.48.01", "torch==2.15.* python==3.10.*", "conflict; --python"),
    ("a version of the future is a conflict", "NVIDIA L4", "590.48.01", "torch>=99", "conflict; pytorch 2.15.0 runs"),
    ("a Python of the past gets the last torch for it", "NVIDIA L4", "590.48.01", "torch python<3.8", "1.13/cu117; Python 3.7"),
    ("framework and Python of the future on the CPU: both have to change", "?", "?", "torch>=99 python>=4 cpu", "conflict; --framework 'torch==2.15.0' --python 3.12"),
    ("the future on the CPU is a conflict that does not send to the CPU", "NVIDIA L4", "590.48.01", "torch>=99 cpu", "conflict; the catalogue knows torch"),
    ("JAX on the CPU is of the default index", "?", "?", "jax cpu", "0.12/cpu; default index; ==0.12.0.1"),
    ("TensorFlow on the CPU has no extra", "?", "?", "tensorflow cpu", "2.21/cpu; tensorflow-cpu==2.21.0"),
]

MACHINES = [
    ("K80 beside T4 gets the build with code for both", "Tesla K80 + Tesla T4", "470.57.02", "torch", "2.3/cu118"),
    ("V100 beside H100 gets CUDA 12.6", f"{V100} + {H100}", "580.65.06", "torch", "2.14/cu126"),
    ("1080 beside 3090 gets CUDA 12.6", f"{GTX1080} + {RTX3090}", "580.65.06", "torch", "2.14/cu126"),
    ("1080 beside 5090: no build has both, one card alone works", f"{GTX1080} + {RTX5090}", "580.65.06", "torch", "conflict; --gpus device=0; only the NVIDIA GeForce GTX 1080"),
    ("1080 beside 3090 on 590: the 3090 alone works", f"{GTX1080} + {RTX3090}", "590.48.01", "torch", "conflict; --gpus device=1"),
    ("two alike are as one", f"{A100} + {A100}", "535.183.01", "torch", "2.14/cu126"),
    ("1080 beside 4090 compiles with a release that targets both", f"{GTX1080} + {RTX4090}", "580.65.06", "torch nvcc", "2.14/cu126; nvidia/cuda:12.6.3"),
    ("a MIG slice in the name is its card", "NVIDIA A100-SXM4-40GB MIG 1g.5gb", "535.161.08", "torch", "2.14/cu126"),
    ("MIG with slices: a process sees one", f"{A100} | MIG 2", "535.161.08", "torch", "2.14/cu126; one MIG slice only"),
    ("one slice is nothing to speak of", f"{A100} | MIG 1", "535.161.08", "torch", "2.14/cu126"),
    ("a vGPU profile is its card, and is said", "GRID T4-4C", "470.103.01", "torch", "2.7/cu118; a virtual GPU"),
    ("a vGPU of an A40", "NVIDIA A40-8C", "535.161.08", "torch", "2.14/cu126; hypervisor"),
    ("WSL2 goes by the CUDA release that Windows' driver reports", RTX5090, "591.59", "torch wsl2 reports=13.1", "2.15/cu132"),
    ("WSL2 with an old Windows driver", "NVIDIA L4", "591.59", "torch wsl2 reports=12.6", "2.14/cu126"),
    ("WSL2 whose CUDA is unseen goes by the branch", RTX5090, "591.59", "torch wsl2", "2.15/cu132"),
    ("WSL2 upgrades Windows' driver", RTX5090, "551.61", "torch wsl2 reports=12.4", "conflict; of Windows, outside WSL2"),
    ("Jetson Orin has images of its own", "Orin (nvgpu)", "540.4.0", "torch aarch64", "conflict; Jetson; l4t"),
    ("Jetson by its product name", "Jetson AGX Orin", "?", "torch aarch64", "conflict; Jetson"),
    ("Jetson by its platform", "?", "?", "torch aarch64 jetson", "conflict; Jetson"),
    ("Jetson on the CPU is an aarch64 host like any", "Jetson AGX Orin", "?", "torch aarch64 cpu", "2.15/cpu"),
    ("Thor runs the server wheels with its code", "NVIDIA Thor", "580.00", "torch aarch64 jetson reports=13.0", "2.15/cu132"),
    ("GB10 gets the aarch64 build of CUDA 13", "NVIDIA GB10", "580.95.05", "torch aarch64", "2.15/cu132; default index"),
    ("GB10 compiles with CUDA 13", "NVIDIA GB10", "580.95.05", "torch aarch64 nvcc", "2.15/cu132; nvidia/cuda:13.2.1-cudnn-devel"),
    ("GB10 on a driver before 580", "NVIDIA GB10", "575.57.08", "torch aarch64", "2.11/cu128"),
    ("GH200 on 535 gets aarch64 of CUDA 12.6", "NVIDIA GH200 480GB", "535.183.01", "torch aarch64", "2.14/cu126"),
    ("GH200 on 580", "NVIDIA GH200 480GB", "580.95.05", "torch aarch64", "2.15/cu132"),
    ("GH200 with a pin of before aarch64 builds", "NVIDIA GH200 480GB", "535.183.01", "torch==2.3.1 aarch64", "conflict"),
    ("GH200 runs JAX", "NVIDIA GH200 480GB", "550.54.14", "jax aarch64", "0.12/cuda12"),
    ("T4 on aarch64: no CUDA 12 build holds its code", "Tesla T4", "535.183.01", "torch aarch64", "conflict; compute capability 7.5"),
    ("aarch64 without facts", "?", "?", "torch aarch64", "2.11/cu128; unknown"),
]

UNKNOWN = [
    ("nobody looked: what runs on most hosts, and it is said", "?", "?", "torch", "2.13/cu129; driver and GPU of the host are unknown"),
    ("nobody looked, and CUDA in the image", "?", "?", "stack=cuda", "no build; nvidia/cuda:12.6.3; unknown"),
    ("a driver without its card", "?", "535.183.01", "torch", "2.13/cu129; GPU of the host is unknown"),
    ("an old driver without its card", "?", "470.57.02", "torch", "2.7/cu118; GPU of the host is unknown"),
    ("an older driver yet, without its card", "?", "418.87.00", "torch", "1.8/cu101; GPU of the host is unknown"),
    ("a card without its driver", "Tesla T4", "?", "torch", "2.13/cu129; driver of the host is unknown"),
    ("an old card without its driver", "Tesla K80", "?", "torch", "2.3/cu118; driver of the host is unknown"),
    ("a Pascal card without its driver", GTX1080, "?", "torch", "2.14/cu126; driver of the host is unknown"),
    ("a Blackwell card without its driver", RTX5090, "?", "torch", "2.13/cu129; driver of the host is unknown"),
    ("a name of no row", MYSTERY, "590.48.01", "torch", "2.15/cu132; not in the catalogue"),
    ("a name of no row and no driver", MYSTERY, "?", "torch", "2.13/cu129; not in the catalogue"),
    ("a name of no row beside one that binds", f"{MYSTERY} + {GTX1080}", "580.65.06", "torch", "2.14/cu126; not in the catalogue"),
    ("the capability that the driver tells beats the name", "cc 12.0", "580.65.06", "torch", "2.15/cu132"),
    ("a capability of no row is said", "cc 99.9", "580.65.06", "torch", "2.13/cu129; in no row; PTX"),
    ("a driver of the future is said", "NVIDIA L4", "999.1", "torch", "2.15/cu132; newer than any"),
    ("a driver of long ago", "NVIDIA L4", "300.1", "torch", "conflict; at least 520.61.05"),
    ("a driver that is no number is unknown", "Tesla T4", "N/A", "torch", "2.13/cu129; driver of the host is unknown"),
    ("the CUDA release stands for the driver", "NVIDIA L4", "?", "torch reports=13.1", "2.15/cu132"),
    ("a CUDA release of no row does not", "NVIDIA L4", "?", "torch reports=99.9", "2.13/cu129; unknown"),
]
# fmt: on

SITUATIONS = [*LEGACY_DRIVERS, *ARCHITECTURES, *IMAGES, *PROJECTS, *MACHINES, *UNKNOWN]


@pytest.mark.parametrize(
    ("gpus", "driver", "wish", "expected"),
    [pytest.param(*row[1:], id=row[0].replace(" ", "_")) for row in SITUATIONS],
)
def test_situation(gpus, driver, wish, expected):
    first, *others = expected.split("; ")
    said = outcome(gpus, driver, wish)
    assert said[0] == first, said
    for words in others:
        assert any(words in text for text in said[1:]), (words, said)


def test_table_is_large_and_says_nothing_twice():
    assert len(SITUATIONS) >= 120
    assert len({row[0] for row in SITUATIONS}) == len(SITUATIONS)
    assert len({row[1:4] for row in SITUATIONS}) == len(SITUATIONS)
