"""Ten containers as data scientists make them by hand: each a script typed into a shell."""

import re
from dataclasses import dataclass

from tests.lab.support.engine import Engine
from tests.lab.support.images import MICROMAMBA_IMAGE, PYTHON_IMAGE, provide
from tests.lab.support.index import Index

BASE = "lab/adopting:1"
"""The Python image with the lab's mirrors, as an image of a company's registry would have them."""

_BASE = """\
FROM {image}
RUN echo 'deb {address}/debian bookworm main' >/etc/apt/sources.list
ENV PIP_INDEX_URL={address}/simple PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
"""

APT = "apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y"


@dataclass(frozen=True)
class Handmade:
    """One container: options of `docker run`, and what was typed; `$INDEX` is the lab's index."""

    typed: str
    options: tuple[str, ...] = ()
    image: str = BASE
    running: bool = False


CONTAINERS = {
    "apt and pip on a base image": Handmade(
        f"{APT} tree jq && pip install -q tomli 'packaging==24.0'"
        " && pip uninstall -q -y wheel && echo 'alias ll=\"ls -l\"' >>/root/.bashrc",
        ('--env=MODE=fast "and" $loose', "--gpus=all"),
        running=True,
    ),
    "conda": Handmade(
        "micromamba create --yes --prefix /opt/conda-envs/work"
        " --channel $INDEX/conda/conda-forge python labdemo pip"
        " && cd /opt/conda-envs/work && bin/python -m pip config set global.index-url $INDEX/simple"
        " && bin/python -m pip install -q six"
        " && echo 'export DEMO=1' >/opt/conda-envs/work/activate.sh",
        image=MICROMAMBA_IMAGE,
    ),
    "pip as root and as a user": Handmade(
        "useradd --create-home --uid 1500 bob && pip install -q tomli"
        " && runuser -u bob -- env HOME=/home/bob PIP_INDEX_URL=$INDEX/simple"
        " pip install -q --user six",
    ),
    "a compiled library in /usr/local": Handmade(
        "cp -L /lib/x86_64-linux-gnu/libz.so.1 /usr/local/lib/libdemo.so.1.2"
        " && ln -s libdemo.so.1.2 /usr/local/lib/libdemo.so.1"
        " && ln -s libdemo.so.1 /usr/local/lib/libdemo.so"
        " && mkdir /usr/local/include/demo"
        " && echo 'int demo(void);' >/usr/local/include/demo/demo.h"
        " && echo /usr/local/lib/demo >/etc/ld.so.conf.d/demo.conf && ldconfig",
    ),
    "files in /root and /opt": Handmade(
        "mkdir -p /opt/app/empty '/opt/app/with space' /root/work && cd /opt/app"
        " && echo 'print(1)' >train.py && chmod 750 train.py && chown 1000:50 train.py"
        " && ln train.py again.py && ln -s /opt/app /root/app && echo é >'with space/ü.txt'"
        " && cp /bin/true suid && chmod 4755 suid && mkdir -m 1777 shared"
        " && echo hf_abcdefghijklmnop >/root/work/token.txt && mkfifo /opt/app/pipe"
        " && mkdir /root/.pip"
        " && echo 'index-url = https://me:geheim12@m.example/s' >/root/.pip/pip.conf"
        " && rm -r /usr/share/doc/base-files && chmod 700 /srv && echo x >/root/.bash_history",
        (
            "--volume=lab-adopt-data:/data",
            "--publish=18390:8888",
            "--shm-size=1g",
            "--env=HF_TOKEN=hf_abcdefghijk",
            "--mac-address=02:42:ac:11:00:99",
        ),
    ),
    "Jupyter, configured": Handmade(
        "pip install -q jupyter-core && mkdir -p /root/.jupyter"
        " && mkdir -p /usr/local/share/jupyter/kernels/own"
        " && echo 'c.ServerApp.root_dir = \"/data\"' >/root/.jupyter/jupyter_server_config.py"
        ' && echo \'{"argv": ["python3"]}\' >/usr/local/share/jupyter/kernels/own/kernel.json',
        ("--workdir=/srv",),
    ),
    "changed apt sources": Handmade(
        "cp /usr/share/keyrings/debian-archive-keyring.gpg /usr/share/keyrings/own.gpg"
        " && echo 'deb [signed-by=/usr/share/keyrings/own.gpg] $INDEX/debian bookworm main'"
        " >/etc/apt/sources.list.d/own.list && rm /etc/apt/sources.list"
        f" && {APT} hello && apt-get purge -qq -y jq 2>/dev/null; true",
    ),
    "a user made by hand": Handmade(
        "groupadd --gid 1700 lab"
        " && useradd --create-home --uid 1234 --gid 1700 --shell /bin/bash ada"
        " && usermod --append --groups staff ada && echo ada:geheim | chpasswd"
        " && runuser -u ada -- sh -c 'cd && HOME=/home/ada && python3 -m venv env"
        " && PIP_INDEX_URL=$INDEX/simple env/bin/pip install -q six"
        " && mkdir data && echo 1 >data/x'",
        ("--user=1234:1700", "--env=HOME=/home/ada"),
    ),
    "nothing changed": Handmade("true"),
    "a broken package": Handmade(
        "apt-get update -qq && cd /tmp && apt-get download -qq hello tree"
        " && dpkg --unpack hello_*.deb && dpkg --install tree_*.deb"
        " && sed -i '/^Package: tree$/,/^$/s/^Status: .*/Status: install ok half-configured/'"
        " /var/lib/dpkg/status",
    ),
    "packages without a source": Handmade(
        f"{APT} tree && chmod u+s /usr/bin/tree && cd /root && apt-get download -qq hello"
        " && dpkg --install hello_*.deb >/dev/null && rm -r hello_*.deb /var/lib/apt/lists"
        " && pip download -q --dest /opt/wheels six"
        " && pip install -q --no-index --find-links /opt/wheels six"
        " && mkdir -p /opt/own/own && echo 'x = 1' >/opt/own/own/__init__.py"
        ' && echo \'from setuptools import setup; setup(name="own", version="1.0",'
        ' packages=["own"])\' >/opt/own/setup.py'
        " && pip install -q --no-build-isolation --no-deps --editable /opt/own"
        " && echo 'print(1)' >/tmp/work.py",
    ),
}


def name_of(title: str) -> str:
    """A container's name from its title."""
    return "handmade-" + re.sub(r"[^a-z]+", "-", title.lower()).strip("-")


def make(engine: Engine, index: Index, title: str) -> str:
    """Make the container, stopped unless it is to run; its name."""
    one, name = CONTAINERS[title], name_of(title)
    provide(engine, PYTHON_IMAGE)
    if one.image == BASE:
        text = _BASE.format(image=PYTHON_IMAGE, address=index.address)
        engine.docker("build", "--quiet", "--tag", BASE, "-", input=text)
    else:
        provide(engine, one.image)
    engine.docker("rm", "--force", "--volumes", name, check=False)
    network = () if any("publish" in option for option in one.options) else ("--network=host",)
    run = ("run", "--detach", "--init", f"--name={name}", *network, *one.options)
    engine.docker(*run, one.image, "sleep", "100000")
    typed = one.typed.replace("$INDEX", index.address)
    engine.docker("exec", "--user=0", name, "sh", "-ec", typed)
    if not one.running:
        engine.docker("stop", "--time=0", name)
    return name
