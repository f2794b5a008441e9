"""Names of Debian packages in the releases that base images are made of.

NAMES is checked against the package lists by tools/debian_names.py: each exists in Debian 12
and 13, or has a row in RENAMED. Ubuntu takes its packages from Debian: 20.04 and 22.04 have the
names of Debian 11 and 12, 24.04 has those of Debian 13 (the 64-bit time transition).
"""

import re

from scaffold.project.syntax.text import words

NEWEST = "trixie"

_RELEASES = (
    (r"trixie|debian13|noble|ubuntu:?24\.04|ubuntu:?24\.10|ubuntu:?25|ubuntu:?26", "trixie"),
    (r"bookworm|debian12|jammy|ubuntu:?22\.04|ubuntu:?23", "bookworm"),
    (r"bullseye|debian11|focal|ubuntu:?20\.04|buster|ubuntu:?18\.04", "bullseye"),
)

TIME64 = frozenset(
    words(
        """
    libasound2 libaio1 libatk-bridge2.0-0 libatk1.0-0 libatspi2.0-0 libcups2 libcurl4
    libglib2.0-0 libgtk-3-0 libpng16-16 libqt5gui5 libqt5widgets5 libreadline8
    libssl3 libmagic1 librdmacm1 libvips42 libxt6 libzbar0
    """
    )
)
"""Libraries that end in t64 since Debian 13 and Ubuntu 24.04 (Debian wiki, 64-bit time)."""

OLD_NAMES = {
    "libgl1-mesa-glx": "libgl1",
    "libatlas-base-dev": "libopenblas-dev",
    "libhdf5-serial-dev": "libhdf5-dev",
    "libegl1-mesa": "libegl1",
    "libegl1-mesa-dev": "libegl-dev",
    "libgles2-mesa-dev": "libgles-dev",
    "python-dev": "python3-dev",
    "python-opencv": "libgl1",
    "python3-opencv": "libgl1",
    "libfreetype6-dev": "libfreetype-dev",
    "libpng12-dev": "libpng-dev",
    "libpng16-dev": "libpng-dev",
    "libjpeg8-dev": "libjpeg-dev",
    "libjpeg62-turbo-dev": "libjpeg-dev",
    "libjpeg-turbo8-dev": "libjpeg-dev",
    "libdc1394-22-dev": "libdc1394-dev",
    "libopenblas-base": "libopenblas0",
    "libncurses5-dev": "libncurses-dev",
    "libncursesw5-dev": "libncurses-dev",
    "libncurses5": "libncurses6",
    "libreadline-gplv2-dev": "libreadline-dev",
    "libpcre3-dev": "libpcre2-dev",
    "netcat": "netcat-openbsd",
    "mysql-client": "default-mysql-client",
    "libmysqlclient-dev": "default-libmysqlclient-dev",
    "openjdk-8-jdk": "default-jdk",
    "openjdk-11-jdk": "default-jdk",
    "openjdk-17-jdk": "default-jdk",
    "openjdk-8-jre": "default-jre-headless",
    "openjdk-11-jre": "default-jre-headless",
    "openjdk-8-jre-headless": "default-jre-headless",
    "openjdk-11-jre-headless": "default-jre-headless",
    "openjdk-17-jre-headless": "default-jre-headless",
    "libsndfile-dev": "libsndfile1-dev",
    "libsndfile": "libsndfile1",
    "libboost-dev": "libboost-all-dev",
    "espeak": "espeak-ng",
    "g++": "build-essential",
    "gcc": "build-essential",
    "make": "build-essential",
    "libtbb2": "libtbb12",
    "p7zip": "p7zip-full",
    "ninja": "ninja-build",
    "libgtk3.0": "libgtk-3-0",
    "python-opengl": "libgl1",
    "python3-opengl": "libgl1",
    "libjpeg62": "libjpeg-dev",
    "libtinyxml-dev": "libtinyxml2-dev",
    "r-base-core": "r-base",
}
"""Names of older releases, and the names in the newest one."""

NAMES = frozenset(
    words(
        """
    aria2 autoconf automake axel bc bison build-essential bzip2 chromium clang cmake
    cmake-data curl default-jdk default-jdk-headless default-jre default-jre-headless
    default-libmysqlclient-dev default-mysql-client dos2unix espeak-ng ffmpeg file flex
    fluidsynth fontconfig fonts-dejavu fonts-dejavu-core fonts-liberation fonts-noto-cjk
    freeglut3-dev gdal-bin gfortran ghostscript git git-lfs gnuplot graphicsmagick graphviz
    hdf5-tools hmmer htop imagemagick iproute2 iputils-ping jq kalign libaio-dev libaio1
    libarchive-dev libasound2 libasound2-dev libassimp-dev libatk-bridge2.0-0 libatk1.0-0
    libavcodec-dev libavdevice-dev libavfilter-dev libavformat-dev libavutil-dev libblas-dev
    libblas3 libboost-all-dev libboost-python-dev libboost-filesystem-dev
    libboost-system-dev libboost-program-options-dev libboost-graph-dev libboost-test-dev
    libbz2-dev libcairo2 libcairo2-dev libceres-dev libcgal-dev libcups2 libcurl4
    libcurl4-openssl-dev libdbus-1-3 libdrm2 libdc1394-dev libegl-dev libegl1 libeigen3-dev
    libenchant-2-2 libespeak1 libespeak-ng1 libexiv2-dev libexpat1-dev libffi-dev
    libfftw3-dev libflann-dev libfontconfig1 libfontconfig1-dev libfreeimage-dev
    libfreetype-dev libfreetype6 libgbm1 libgdal-dev libgeos-dev libgflags-dev
    libgirepository1.0-dev libgl-dev libgl1 libgl1-mesa-dev libgl1-mesa-dri libgles-dev
    libgles2 libglew-dev libglfw3 libglfw3-dev libglib2.0-0 libglib2.0-dev libglm-dev
    libglu1-mesa libglu1-mesa-dev libglut-dev libglvnd-dev libglvnd0 libglx0 libglx-mesa0
    libgmp-dev libgmp3-dev libgnutls28-dev libgomp1 libgoogle-glog-dev libgraphviz-dev
    libgsl-dev libgstreamer1.0-dev libgtk-3-0 libgtk-3-dev libgtk2.0-dev libharfbuzz-subset0
    libharfbuzz-dev libhdf5-dev libhwloc-dev libibverbs-dev libibverbs1 libice6 libicu-dev
    libjpeg-dev libjsoncpp-dev liblapack-dev liblapack3 liblapacke-dev libleptonica-dev
    libleveldb-dev liblmdb-dev liblz4-dev liblzma-dev libmagic-dev libmagic1
    libmagickwand-dev libmecab-dev libmetis-dev libmp3lame-dev libmpich-dev libmpfr-dev
    libncurses-dev libncurses6 libnetcdf-dev libnss3 libnuma-dev libnuma1 libomp-dev
    libopenal-dev libopenal1 libopenbabel-dev libopenblas-dev libopenblas0 libopencv-dev
    libopengl0 libopenmpi-dev libopus-dev libosmesa6 libosmesa6-dev libpango-1.0-0
    libpango1.0-dev libpangocairo-1.0-0 libpangoft2-1.0-0 libpci-dev libpcl-dev libpcre2-dev
    libpng-dev libpoppler-cpp-dev libportaudio2 libpq-dev libpq5 libproj-dev libprotobuf-dev
    libpulse-dev libqt5gui5 libqt5svg5-dev libqt5widgets5 libqt5opengl5-dev libreadline-dev
    librdmacm-dev librdmacm1 libsamplerate0-dev libsasl2-dev libsdl2-2.0-0 libsdl2-dev
    libsdl2-image-dev libsdl2-mixer-dev libsdl2-ttf-dev libsentencepiece-dev libsm-dev
    libsm6 libsnappy-dev libsndfile1 libsndfile1-dev libsox-dev libsox-fmt-all
    libsqlite3-dev libssh-dev libssl-dev libssl3 libstdc++6 libsuitesparse-dev
    libswresample-dev libswscale-dev libtbb-dev libtbb12 libtesseract-dev libtheora-dev
    libtiff-dev libtiff5-dev libtinyxml2-dev libtool libturbojpeg0-dev libturbojpeg0
    libudev-dev libunwind-dev libusb-1.0-0 libusb-1.0-0-dev libv4l-dev libvips42 libvips-dev
    libvorbis-dev libvpx-dev libvulkan-dev libvulkan1 libwebp-dev libwebsockets-dev libx11-6
    libx11-dev libx11-xcb1 libx264-dev libx265-dev libxau6 libxcb-cursor0 libxcb-icccm4
    libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-xinerama0
    libxcb-xkb1 libxcb1 libxcomposite1 libxcursor-dev libxcursor1 libxdamage1 libxext-dev
    libxext6 libxfixes3 libxi-dev libxi6 libxinerama-dev libxinerama1 libxkbcommon-dev
    libxkbcommon-x11-0 libxkbcommon0 libxml2 libxml2-dev libxmlsec1-dev libxrandr-dev
    libxrandr2 libxrender-dev libxrender1 libxshmfence1 libxslt1-dev libxss1 libxt-dev
    libxt6 libxtst6 libyaml-cpp-dev libyaml-dev libzbar0 libzmq3-dev libzstd-dev lld llvm
    lmodern locales lsof make mecab mecab-ipadic-utf8 mercurial mesa-utils meshlab moreutils
    mpich ncbi-blast+ netcat-openbsd net-tools ninja-build nodejs npm nasm numactl
    ocl-icd-libopencl1 ocl-icd-opencl-dev octave opencl-headers openmpi-bin openmpi-common
    p7zip-full pandoc parallel patch patchelf pciutils pdsh pkg-config poppler-utils
    portaudio19-dev postgresql-client procps protobuf-compiler psmisc pulseaudio python3-dev
    python3-tk qtbase5-dev r-base r-base-dev rename rsync rubberband-cli samtools screen sox
    sqlite3 subversion swig tar tesseract-ocr tesseract-ocr-eng texlive-fonts-recommended
    texlive-latex-base texlive-latex-extra texlive-xetex timidity tk-dev tree tzdata
    unixodbc unixodbc-dev unrar-free unzip uuid-dev v4l-utils vulkan-tools wget x11-apps
    x11-utils x11-xserver-utils xauth xorg-dev xvfb xz-utils yasm zip zlib1g zlib1g-dev zstd
    dvipng cm-super ccache gawk gettext gperf hwloc infiniband-diags ibverbs-utils
    libldap2-dev unar libsox-fmt-mp3 libibumad3 ibverbs-providers openmpi-doc libspnav-dev
    spacenavd fonts-freefont-ttf soundstretch libopencv-core-dev libltdl7 libltdl-dev
    libtool-bin libxml2-utils libxslt1.1 libfftw3-double3 libfftw3-single3 libopus0
    libvorbisfile3 libflac-dev libogg-dev mpg123 opus-tools vorbis-tools flac lame
    atomicparsley mediainfo libmediainfo-dev libimage-exiftool-perl libheif-dev libraw-dev
    libopenexr-dev libjxl-dev libaom-dev libass-dev libnlopt-dev libompl-dev libcoin-dev
    libode-dev liburdfdom-dev libassimp5 libbullet-dev libccd-dev libfcl-dev liboctomap-dev
    libqhull-dev libspatialindex-dev proj-bin libkml-dev libhdf4-alt-dev cdo nco
    libeccodes-dev libeccodes0 bedtools bcftools tabix bowtie2 bwa minimap2 muscle mafft
    clustalo fasttree mrbayes openbabel libxdmcp6 libxft2 libxft-dev libxpm-dev libxmu-dev
    libxmu6 libxv1 libxxf86vm1 libxxf86vm-dev libxkbfile1 libwayland-dev wayland-protocols
    libdecor-0-dev libnotify4 libsecret-1-0 libsecret-1-dev libudev1 libusb-dev
    libhidapi-dev libhidapi-hidraw0 libbluetooth-dev libpcap-dev libnl-3-dev
    libnl-route-3-dev rdma-core perftest iperf3 openssh-server supervisor cron redis-server
    postgresql sshfs nfs-common fuse3 squashfs-tools cpulimit stress-ng sysstat iotop tini
    dumb-init gosu rlwrap silversearcher-ag ripgrep fd-find bat fzf neovim p7zip lz4 pigz
    pbzip2 lzma lzop cabextract golang rustc cargo ruby ruby-dev perl lua5.3 liblua5.3-dev
    luajit libluajit-5.1-dev ghc ocaml scala maven gradle ant cython3 python3-numpy
    python3-scipy
    """
    )
)


def release_of(base: str) -> str:
    """The Debian release whose names the base image has; the newest if the image names none."""
    for pattern, release in _RELEASES:
        if re.search(pattern, base.replace("ubuntu-", "ubuntu")):
            return release
    return NEWEST


def names_for(names: tuple[str, ...], base: str) -> tuple[str, ...]:
    """Debian packages under the names of the base image's release, sorted, each once."""
    release = release_of(base)
    newest = release == "trixie"
    return tuple(sorted({f"{name}t64" if newest and name in TIME64 else name for name in names}))


def known_name(name: str) -> str:
    """The newest release's name of a package; empty if the releases are not known to have it."""
    plain = name.removesuffix("t64")
    plain = OLD_NAMES.get(plain, plain)
    return plain if plain in NAMES else ""
