"""Dockerfiles of other programs for the repository that benchmarks/image.py builds.

Their base images and conda installers cannot be had from the lab's index. Each text is what the
program generates, from its own source, with a Python image in place of its base and without the
programs that it adds for itself (sshd, fonts, node, tini): the real ones take longer.

repo2docker  2026.4.0: `PythonBuildPack.render()` for requirements.txt
envd         1.3.6: the steps of pkg/lang/ir/v1 for what `envd init` writes; it has no Dockerfile
cog          0.23: pkg/dockerfile/standard_generator.go, `python_requirements: requirements.txt`
"""

REPO2DOCKER = """\
FROM {image}
RUN apt-get update && apt-get install -y --no-install-recommends {system} \\
    && apt-get clean && rm -rf /var/lib/apt/lists/*
RUN groupadd --gid 1000 dev && useradd --uid 1000 --gid 1000 --create-home --no-log-init dev
RUN python -m venv /srv/conda/envs/notebook && chown -R dev:dev /srv/conda
WORKDIR /home/dev
COPY --chown=1000:1000 requirements.txt /home/dev/requirements.txt
ENV PIP_INDEX_URL={index}
USER dev
RUN /srv/conda/envs/notebook/bin/pip install --no-cache-dir -r "requirements.txt"
USER root
COPY --chown=1000:1000 . /home/dev/
USER dev
"""

ENVD = """\
FROM {image}
RUN bash -c "apt-get update && apt-get install -y --no-install-recommends {system}"
RUN groupadd -g 1000 envd && useradd -p "" -u 1000 -g envd -s /bin/sh -m envd
RUN python -m venv /opt/conda/envs/envd
ENV PATH=/opt/conda/envs/envd/bin:$PATH PIP_INDEX_URL={index}
RUN python -m pip install {packages}
RUN chown -R envd:envd /root/.cache/pip
RUN chown -R envd:envd /opt/conda
USER envd
"""
"""The packages stand in the command, without the cache mount, if the list has no options."""

COG = """\
FROM {image}
RUN --mount=type=cache,target=/var/cache/apt,sharing=locked apt-get update -qq && \\
    apt-get install -qqy --no-install-recommends {system} && rm -rf /var/lib/apt/lists/*
COPY --from={uv_image} /uv /usr/local/bin/
ENV UV_SYSTEM_PYTHON=true UV_DEFAULT_INDEX={index} PIP_INDEX_URL={index}
COPY requirements.txt /tmp/requirements.txt
ENV CFLAGS="-O3 -funroll-loops -fno-strict-aliasing -flto -S"
RUN --mount=type=cache,target=/root/.cache/pip \\
    uv run pip install --cache-dir /root/.cache/pip -r /tmp/requirements.txt
ENV CFLAGS=
RUN find / -type f -name "*python*.so" -printf "%h\\n" | sort -u > /etc/ld.so.conf.d/cog.conf \\
    && ldconfig
WORKDIR /src
COPY . /src
"""
"""Without the `cog` package that it installs for its own server."""

PEERS = {"repo2docker": REPO2DOCKER, "envd": ENVD, "cog": COG}
