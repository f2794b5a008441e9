"""Which distribution a top-level module comes from.

DIFFERENT holds modules whose distribution has another name, SAME those of the same name that
projects use most. A module in neither is not guessed: an unknown name may be any package.
"""

from scaffold.project.syntax.text import words

DIFFERENT = {
    "absl": "absl-py",
    "apex": "",  # The package of this name on the index is another one.
    "attr": "attrs",
    "bs4": "beautifulsoup4",
    "clip": "git+https://github.com/openai/CLIP.git",
    "community": "python-louvain",
    "Crypto": "pycryptodome",
    "cv2": "opencv-python",
    "dateutil": "python-dateutil",
    "detectron2": "",
    "dm_control": "dm-control",
    "dm_env": "dm-env",
    "docx": "python-docx",
    "dotenv": "python-dotenv",
    "faiss": "faiss-cpu",
    "fasttext": "fasttext-wheel",
    "ffmpeg": "ffmpeg-python",
    "fitz": "pymupdf",
    "flash_attn": "flash-attn",
    "git": "gitpython",
    "google": "",
    "gym_minigrid": "gym-minigrid",
    "haiku": "dm-haiku",
    "huggingface_hub": "huggingface-hub",
    "hydra": "hydra-core",
    "igraph": "python-igraph",
    "imblearn": "imbalanced-learn",
    "jwt": "pyjwt",
    "Levenshtein": "levenshtein",
    "lightning_fabric": "lightning-fabric",
    "lightning_utilities": "lightning-utilities",
    "magic": "python-magic",
    "ml_collections": "ml-collections",
    "mpl_toolkits": "matplotlib",
    "MeCab": "mecab-python3",
    "OpenGL": "pyopengl",
    "openslide": "openslide-python",
    "pkg_resources": "setuptools",
    "PIL": "pillow",
    "pl_bolts": "lightning-bolts",
    "psycopg2": "psycopg2-binary",
    "pyximport": "cython",
    "Cython": "cython",
    "pytorch3d": "",
    "pytorch_fid": "pytorch-fid",
    "pytorch_lightning": "pytorch-lightning",
    "pytorch_msssim": "pytorch-msssim",
    "pytorch_metric_learning": "pytorch-metric-learning",
    "pytorch_transformers": "pytorch-transformers",
    "pywt": "pywavelets",
    "ruamel": "ruamel.yaml",
    "sentence_transformers": "sentence-transformers",
    "segmentation_models_pytorch": "segmentation-models-pytorch",
    "serial": "pyserial",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "slugify": "python-slugify",
    "stable_baselines3": "stable-baselines3",
    "tensorboard_logger": "tensorboard-logger",
    "tensorboardX": "tensorboardx",
    "tensorflow_addons": "tensorflow-addons",
    "tensorflow_datasets": "tensorflow-datasets",
    "tensorflow_hub": "tensorflow-hub",
    "tensorflow_probability": "tensorflow-probability",
    "tensorflow_text": "tensorflow-text",
    "tf_keras": "tf-keras",
    "telegram": "python-telegram-bot",
    "torch_geometric": "torch-geometric",
    "torch_scatter": "torch-scatter",
    "torch_sparse": "torch-sparse",
    "torch_cluster": "torch-cluster",
    "torch_optimizer": "torch-optimizer",
    "torch_fidelity": "torch-fidelity",
    "torch_ema": "torch-ema",
    "torch_pruning": "torch-pruning",
    "umap": "umap-learn",
    "usb": "pyusb",
    "vit_pytorch": "vit-pytorch",
    "whisper": "openai-whisper",
    "wx": "wxpython",
    "x_transformers": "x-transformers",
    "yaml": "pyyaml",
    "zmq": "pyzmq",
    "rotary_embedding_torch": "rotary-embedding-torch",
    "open_clip": "open-clip-torch",
    "ale_py": "ale-py",
    "scikitplot": "scikit-plot",
    "pptx": "python-pptx",
    "IPython": "ipython",
}

SAME = frozenset(
    words(
        """
    accelerate aiohttp albumentations allennlp altair anndata annoy arviz autograd av
    basicsr beartype biopython bitsandbytes bokeh boto3 braceexpand cartopy catboost
    cchardet chainer chex clean_fid clearml click cloudpickle codecarbon colorama
    coloredlogs comet_ml cupy cvxpy dash dask datasets decord deepspeed dgl diffrax
    diffusers dill distributed dlib easydict editdistance einops emoji equinox evaluate
    fairscale fastai fastapi fastprogress filelock fire flask flax fsspec ftfy future fvcore
    gdown gensim geopandas gputil gpytorch gradio gym gymnasium gzip h5py hyperopt imageio
    imgaug imutils inflect iopath ipdb ipywidgets jax jaxlib jaxtyping jieba joblib
    jsonlines kaggle keras kornia langchain langdetect librosa lightgbm lightning lmdb
    loguru lpips lxml matplotlib mlflow mmcv mne moviepy mpi4py mujoco multiprocess munch
    natsort neptune networkx nevergrad nibabel nilearn nltk notebook numba numexpr numpy
    omegaconf onnx onnxruntime openai opencc opt_einsum optax optuna orjson ot packaging
    pandas papermill pathos patsy peft pettingzoo phonemizer plotly pooch portalocker
    prefetch_generator prettytable procgen prophet protobuf psutil pudb pyarrow pybullet
    pycocotools pydantic pydicom pydot pydub pyfaidx pygame pyglet pymc pynvml pyproj
    pyrender pyro pyspark pystoi pytesseract pytz pyworld rawpy ray rdkit regex requests
    resampy rich rouge rouge_score sacrebleu sacremoses safetensors scanpy scipy seaborn
    selenium sentencepiece seqeval shap shapely simplejson sounddevice soundfile spacy
    sqlalchemy statsmodels streamlit submitit sympy tables tabulate tensorboard tensorflow
    termcolor textblob theano thop tifffile tiktoken timm tokenizers toml toolz torch
    torchaudio torchdata torchdiffeq torchinfo torchmetrics torchsde torchsummary
    torchsummaryX torchtext torchvision torchviz tqdm transformers trimesh triton trl typer
    typing_extensions tyro ujson ultralytics unidecode uvicorn visdom vtk wandb webdataset
    wget wordcloud xarray xformers xgboost yacs yfinance zarr
    """
    )
) - {"gzip", "pyro", "biopython", "ot", "opencc"}

OTHERS = {"pyro": "pyro-ppl", "ot": "pot", "Bio": "biopython", "cleanfid": "clean-fid"}


def distribution_of(module: str) -> str | None:
    """The distribution of a top-level module; empty if it is none of the index, None unknown."""
    found = DIFFERENT.get(module, OTHERS.get(module))
    if found is not None:
        return found
    return module.replace("_", "-") if module in SAME else None
