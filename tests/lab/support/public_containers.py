"""Containers of public questions: what was run, with this lab's names, addresses and images.

Each row is an issue on GitHub in which somebody shows a container. `words` are what follows
`docker run --detach --name NAME`, as typed into a shell; `compose` is a Compose file instead.
IMAGE, FOLDER, NET, NET2 and OTHER stand for the lab's image, a folder of the engine's host, two
networks and a running container. Devices that the lab does not have are stand-ins.
"""

from dataclasses import dataclass

NAME = "question"


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """One container.

    `kind` is what is special about it. `connect` are the words of `docker network connect`.
    `no_port` is why `--publish` is refused, `refused` why recreate is as a whole, both before
    anything stops. `beyond` is what it asks for that the lab's machine may not give, so that the
    lab's runtime leaves it out (tests/lab/support/lesser_rights.py).
    """

    kind: str
    words: str = ""
    compose: str = ""
    connect: tuple[str, ...] = ()
    no_port: str = ""
    refused: str = ""
    beyond: str = ""


HOST_NETWORK = "uses the host's network"
OF_ANOTHER = "shares the network of another container"

QUESTIONS: dict[str, Question] = {
    "containrrr/watchtower#1906": Question(
        kind="host network, restart policy",
        words="--network=host --restart=unless-stopped -e TZ=Europe/Bucharest IMAGE sleep 1000",
        no_port=HOST_NETWORK,
    ),
    "containrrr/watchtower#73": Question(
        kind="host user namespace, host network, terminal",
        words="--userns=host --network=host -t --restart=unless-stopped IMAGE sleep 1000",
        no_port=HOST_NETWORK,
    ),
    "containrrr/watchtower#1269": Question(
        kind="VPN: /dev/net/tun, random port, password in a variable",
        words="--network=NET --cap-add=NET_ADMIN --device=/dev/net/tun:/dev/net/tun -p 8080"
        " -e VPN_SERVICE_PROVIDER=vyprvpn -e OPENVPN_USER=someuser -e OPENVPN_PASSWORD=s0mepass-77"
        " -e TZ=Europe/London --restart=unless-stopped IMAGE sleep 1000",
    ),
    "containrrr/watchtower#1286": Question(
        kind="network of another container, unnamed volume",
        words="--network=container:OTHER -v /tmp"
        " -e SAMPLING_STRATEGIES_FILE=/etc/jaeger/sampling_strategies.json IMAGE sleep 1000",
        no_port=OF_ANOTHER,
    ),
    "containrrr/watchtower#188": Question(
        kind="Compose: network_mode service",
        compose="""
services:
  vpn:
    image: IMAGE
    command: sleep 1000
    init: true
    cap_add: [net_admin]
    devices: [/dev/net/tun]
  transmission:
    container_name: question
    image: IMAGE
    command: sleep 1000
    init: true
    network_mode: service:vpn
    depends_on: [vpn]
""",
        no_port=OF_ANOTHER,
    ),
    "containrrr/watchtower#23": Question(
        kind="two networks, link inside one of them",
        words="--network=NET --link=OTHER:db --network-alias=wp IMAGE sleep 1000",
        connect=("--alias=web --ip=10.214.2.9 NET2",),
    ),
    "portainer/portainer#1491": Question(
        kind="default network and one of its own",
        words="IMAGE tail -f /dev/null",
        connect=("NET2",),
    ),
    "containrrr/watchtower#671": Question(
        kind="legacy link in the default network, named volume",
        words="--link=OTHER:database -v question-gitea:/data -e DB_TYPE=mysql"
        " -e DB_HOST=database:3306 --restart=always IMAGE sleep 1000",
    ),
    "containrrr/watchtower#1912": Question(
        kind="static address, labels with backquotes and quotes",
        words="--network=NET --ip=10.214.1.91 --hostname=home-assistant -v FOLDER:/config"
        " -v /etc/localtime:/etc/localtime:ro -l traefik.enable=true"
        " -l 'traefik.http.routers.home-assistant.rule=Host(`home.example.net`)'"
        """ -l 'org.opencontainers.image.title=Home "Assistant"' IMAGE sleep 1000""",
    ),
    "portainer/portainer#9101": Question(
        kind="static address and chosen MAC address",
        words="--network=NET --ip=10.214.1.92 --mac-address=02:42:c0:a8:07:79 IMAGE sleep 1000",
    ),
    "portainer/portainer#8837": Question(
        kind="static address, render devices, binds with :rw",
        words="--network=NET --ip=10.214.1.121 --cap-add=NET_ADMIN -v FOLDER/Plex:/config:rw"
        " -v FOLDER/torrent:/Media:rw --device=/dev/null:/dev/dri/card0"
        " --device=/dev/null:/dev/dri/renderD128 -e PGID=100 -e PUID=1036 -e VERSION=latest"
        " --restart=unless-stopped IMAGE sleep 1000",
    ),
    "portainer/portainer#2272": Question(
        kind="binds with :rw, network alias",
        words="--network=NET --network-alias=downloads -v FOLDER/config:/config:rw"
        " -v FOLDER/downloads:/downloads:rw,z IMAGE sleep 1000",
    ),
    "portainer/portainer#3247": Question(
        kind="--rm, a terminal, no command",
        words="--rm -it --entrypoint=cat IMAGE",
        refused="--rm",
    ),
    "portainer/portainer#12522": Question(
        kind="user by ids, groups by name",
        words="--user 1001:1001 --group-add dialout --group-add tty"
        " --device=/dev/null:/dev/ttyACM0 -v FOLDER:/app/data IMAGE sleep 1000",
    ),
    "portainer/portainer#4992": Question(
        kind="shared memory, terminal kept open",
        words="-it --shm-size=2g -e MOZ_HEADLESS=1 IMAGE bash",
    ),
    "portainer/portainer#2756": Question(
        kind="sysctls, /dev/net/tun",
        words="--cap-add=NET_ADMIN --device=/dev/net/tun -it"
        " --sysctl net.ipv6.conf.all.disable_ipv6=0 --sysctl net.ipv4.tcp_timestamps=0"
        " IMAGE bash",
    ),
    "portainer/portainer#2616": Question(
        kind="capabilities added and dropped",
        words="--cap-drop=ALL --cap-add=CHOWN --cap-add=SETUID --cap-add=SETGID IMAGE sleep 1000",
    ),
    "lavie/runlike#27": Question(
        kind="command with quotes, dollars and two spaces",
        words="""IMAGE /bin/sh -c 'WORDS="a  b" && ${SLEEP:-sleep} 1000 # it'\\''s'""",
    ),
    "lavie/runlike#60": Question(
        kind="log driver, long host name, label with quotes",
        words="--hostname=cachecloud-master-sg2-test-0.example.com --network=host --restart=always"
        """ -l 'ERU={"Publish":["7777"],"HealthCheck":null}' --log-driver=local"""
        " --log-opt max-size=10m --log-opt compress=false -v FOLDER:/etc/eru IMAGE sleep 1000",
        no_port=HOST_NETWORK,
    ),
    "composerize/composerize#543": Question(
        kind="entrypoint bash, a command line with brackets and ampersands",
        words="-p 127.0.0.1:18481:8080 -v FOLDER/airflow/dags:/opt/airflow/dags/"
        " --entrypoint=/bin/bash IMAGE -c"
        " '(echo init && echo --email admin@example.org); sleep 1000 & sleep 1000'",
    ),
    "docker/compose#4993": Question(
        kind="entrypoint with special parameters",
        compose="""
services:
  parsey:
    container_name: question
    image: IMAGE
    entrypoint: [sh, -c, "set -ux && echo \\"got 'something\\" && \\"$$@\\"", sh]
    command: sleep 1000
    environment:
      PARSEY_MODELS: English,Russian-SynTagRus
""",
    ),
    "docker/compose#3527": Question(
        kind="line break in a variable",
        words="-e 'a=b\nc' -e 'EMPTY=' --init IMAGE sh -c 'echo \"$a\"; sleep 1000'",
    ),
    "docker/compose#8330": Question(
        kind="every sign of a shell in a variable",
        words="""-e 'FILE_DOTENV_VAR=aaa=bbb'\\''ccc"ddd$eee@fff#ggg\\hhh' IMAGE sleep 1000""",
    ),
    "ruanbekker/awesome-docker-compose#43": Question(
        kind="GitLab: configuration of several lines in a variable",
        compose="""
services:
  gitlab:
    container_name: question
    image: IMAGE
    command: sleep 1000
    restart: always
    hostname: gitlab.example.com
    environment:
      GITLAB_OMNIBUS_CONFIG: |
        external_url 'http://gitlab.example.com:8929'
        gitlab_rails['gitlab_shell_ssh_port'] = 2222
    ports: ['18482:8929', '18483:22']
    volumes: ['FOLDER/config:/etc/gitlab', 'FOLDER/logs:/var/log/gitlab']
    shm_size: 256m
""",
    ),
    "EleutherAI/gpt-neox#419": Question(
        kind="runtime nvidia with a variable, memory lock, --mount",
        words="--runtime=nvidia -e NVIDIA_VISIBLE_DEVICES=0,1,2,3 --shm-size=1g"
        " --ulimit memlock=-1 --mount type=bind,src=FOLDER,dst=/gpt-neox -w /gpt-neox"
        " IMAGE sleep 1000",
        beyond="memory lock without a limit",
    ),
    "NVIDIA/TensorRT-LLM#602": Question(
        kind="all GPUs, two ulimits, shared memory",
        words="--gpus all --shm-size=1g --ulimit memlock=-1 --ulimit stack=67108864 -it IMAGE bash",
        beyond="memory lock without a limit",
    ),
    "NVlabs/nvdiffrec#52": Question(
        kind="one GPU by number",
        words="--gpus device=5 -v FOLDER:/usr/src/rongtest -w /usr/src/rongtest IMAGE sleep 1000",
    ),
    "NVIDIA/nvidia-container-toolkit#115": Question(
        kind="runtime nvidia and --gpus together",
        words="--runtime=nvidia --gpus all IMAGE sleep 1000",
    ),
    "NVIDIA/nvidia-container-toolkit#48": Question(
        kind="GPU devices one by one, rule for the device group",
        words="--gpus all --device=/dev/null:/dev/nvidia0 --device=/dev/null:/dev/nvidiactl"
        " --device=/dev/null:/dev/nvidia-uvm --device-cgroup-rule='c 195:* rmw' IMAGE sleep 1000",
    ),
    "ROCm/container-toolkit#86": Question(
        kind="ROCm: devices, group, seccomp, host IPC with a size",
        words="-it --cap-add=SYS_PTRACE --security-opt seccomp=unconfined"
        " --device=/dev/null:/dev/kfd --device=/dev/null:/dev/dri/renderD128 --group-add video"
        " --ipc=host --shm-size 8G IMAGE bash",
    ),
    "ROCm/MIVisionX#886": Question(
        kind="X11 socket, privileged, SYS_RAWIO",
        words="-it --device=/dev/null:/dev/kfd --cap-add=SYS_RAWIO --group-add video"
        " --network host --env DISPLAY=unix:0 --privileged --volume FOLDER:/root/.Xauthority"
        " --volume FOLDER/x11/:/tmp/.X11-unix IMAGE bash",
        no_port=HOST_NETWORK,
        beyond="a right that the tests' machine lacks",
    ),
    "jupyter/docker-stacks#770": Question(
        kind="Jupyter as root, sudo, work in a host folder",
        words="-v FOLDER:/home/jovyan/work -e GRANT_SUDO=yes --user root -p 18484:8888"
        " JUPYTER sleep 1000",
    ),
    "jupyter/docker-stacks#682": Question(
        kind="Jupyter with the ids of a user, --mount",
        words="-p 18485:8888 -it -e NB_UID=1000 -e NB_GID=100 -e GRANT_SUDO=yes --user root"
        " --mount type=bind,source=FOLDER,target=/home/jovyan/work JUPYTER bash",
    ),
    "jupyter/docker-stacks#885": Question(
        kind="Compose: Jupyter with a named volume in long form",
        compose="""
version: "3.7"
services:
  notebook:
    container_name: question
    image: JUPYTER
    command: sleep 1000
    ports: ['18486:8888']
    environment: {JUPYTER_ENABLE_LAB: 1, NB_USER: jovyan, NB_GID: 1000, CHOWN_HOME: 'yes'}
    volumes:
      - {type: volume, source: data, target: /home/jovyan/working-dir, read_only: false}
volumes: {data: {}}
""",
    ),
    "mlflow/mlflow#17065": Question(
        kind="Compose: MLflow, PostgreSQL, MinIO, health checks, named volumes",
        compose="""
version: "2.4"
services:
  postgres:
    container_name: question
    image: IMAGE
    command: sleep 1000
    environment: {POSTGRES_USER: mlflow, POSTGRES_PASSWORD: mlflow-pw-1, POSTGRES_DB: mlflow}
    volumes: ['pgdata:/var/lib/postgresql/data']
    networks: {mlflow: {aliases: [database]}}
    healthcheck:
      {test: [CMD-SHELL, "test -n $$POSTGRES_USER"], interval: 1s, timeout: 5s, retries: 5}
  minio:
    image: IMAGE
    command: sleep 1000
    volumes: ['minio:/data']
    networks: [mlflow]
  mlflow:
    image: IMAGE
    command: sleep 1000
    depends_on: [postgres, minio]
    networks: [mlflow]
volumes: {pgdata: {}, minio: {}}
networks: {mlflow: {}}
""",
    ),
    "mlops-for-mle/mlops-for-mle#47": Question(
        kind="health check that fails: no curl in the image",
        words="--health-cmd='curl -f http://localhost:9000/minio/health/live' --health-interval=1s"
        " --health-timeout=5s --health-retries=1 -e MINIO_ROOT_USER=minio -v question-minio:/data"
        " IMAGE sleep 1000",
    ),
    "home-assistant/home-assistant.io#18014": Question(
        kind="Home Assistant: init, privileged, host network",
        words="--init --privileged=true --network=host -v FOLDER/config:/config"
        " -v /etc/localtime:/etc/localtime:ro -e TZ=Asia/Kolkata --restart=unless-stopped"
        " IMAGE sleep 1000",
        no_port=HOST_NETWORK,
        beyond="a right that the tests' machine lacks",
    ),
    "tribut/homeassistant-docker-venv#43": Question(
        kind="Compose: tmpfs with options, dropped rights, stop period",
        compose="""
version: "2.4"
services:
  hass:
    container_name: question
    image: IMAGE
    command: sleep 1000
    init: true
    stop_grace_period: 30s
    volumes: ['FOLDER/hass:/config:rw', '/etc/localtime:/etc/localtime:ro']
    tmpfs: ['/scratch:rw,noexec,nosuid,size=64m']
    security_opt: [no-new-privileges=true, seccomp=unconfined]
    cap_drop: [ALL]
    cap_add: [NET_ADMIN, NET_RAW]
""",
    ),
    "elastic/elasticsearch#17430": Question(
        kind="Compose: Elasticsearch, memory lock, Java options",
        compose="""
version: "2.2"
services:
  elasticsearch:
    container_name: question
    image: IMAGE
    command: sleep 1000
    environment: [bootstrap.memory_lock=true, cluster.name=lab, "ES_JAVA_OPTS=-Xms1g -Xmx1g"]
    ulimits: {memlock: {soft: -1, hard: -1}, nofile: {soft: 65535, hard: 65536}}
    mem_limit: 2g
    volumes: ['esdata1:/usr/share/elasticsearch/data']
    ports: ['18487:9200', '127.0.0.1:18488:9300']
    networks: [esnet]
volumes: {esdata1: {driver: local}}
networks: {esnet: {}}
""",
        beyond="memory lock without a limit",
    ),
    "docker/compose#9648": Question(
        kind="Compose: a secret from a file",
        compose="""
version: "3.7"
services:
  tester:
    container_name: question
    image: IMAGE
    command: sleep 1000
    user: "1005"
    secrets: [{source: some_secret_file, target: target_secret_file.txt}]
secrets: {some_secret_file: {file: FOLDER/somefile.txt}}
""",
    ),
    "docker/compose#2804": Question(
        kind="Compose: static IPv4 and IPv6 addresses",
        compose="""
version: "2.4"
services:
  ubuntu:
    container_name: question
    image: IMAGE
    command: sleep 1000
    networks: {NET: {ipv4_address: 10.214.1.93, ipv6_address: 'fd00:214::93'}}
networks: {NET: {external: true}}
""",
    ),
    "docker/compose#9659": Question(
        kind="link-local address beside a static one",
        words="--network=NET --ip=10.214.1.94 --link-local-ip=169.254.8.8 --entrypoint=sleep"
        " IMAGE infinity",
    ),
    "docker/compose#1750": Question(
        kind="volumes of another container, read-only, and one of its own",
        words="--volumes-from=OTHER:ro -v /var/lib/foo --stop-timeout=1 IMAGE sleep 1000",
    ),
    "docker/compose#9162": Question(
        kind="rule for a whole device group, hot-plugged camera",
        words="-ti -v FOLDER/usb:/dev/bus/usb -v FOLDER/udev:/run/udev:ro"
        " --device-cgroup-rule 'a 189:* rwm' IMAGE /bin/bash",
    ),
    "pi-hole/docker-pi-hole#410": Question(
        kind="Pi-hole: own DNS first, TCP and UDP ports, NET_ADMIN",
        words="-p 18489:53/tcp -p 18489:53/udp -p 18490:67/udp -p 127.0.0.1:18491:80"
        " -e WEBPASSWORD=letme-in-9 -e ServerIP=192.168.0.112 -v FOLDER/etc-pihole/:/etc/pihole/"
        " --dns=127.0.0.1 --dns=1.1.1.1 --dns-search=lan --cap-add=NET_ADMIN"
        " --restart=unless-stopped IMAGE sleep 1000",
    ),
    "pi-hole/docker-pi-hole#78": Question(
        kind="ports at one address of the host",
        words="-p 127.0.0.2:18489:53/tcp -p 127.0.0.2:18489:53/udp --add-host=pi.hole:10.0.0.1"
        " --add-host=gateway:host-gateway --cap-add=NET_ADMIN IMAGE sleep 1000",
    ),
    "moby/moby#28614": Question(
        kind="systemd: cgroup mount, two tmpfs, a real-time stop signal",
        words="--cap-add=SYS_ADMIN -v /sys/fs/cgroup:/sys/fs/cgroup:ro --tmpfs /run"
        " --tmpfs /run/lock --stop-signal=SIGRTMIN+3 -e container=docker --stop-timeout=1"
        " IMAGE sleep 1000",
    ),
    "robertdebock/docker-ubuntu-systemd#4": Question(
        kind="cgroup namespace of the host",
        words="--tty --cgroupns=host --tmpfs /scratch --tmpfs /run --tmpfs /run/lock"
        " --stop-timeout=1 IMAGE sleep 1000",
    ),
    "pocket-id/pocket-id#1178": Question(
        kind="read-only root, tmpfs, no rights",
        words="--read-only --tmpfs /tmp:rw,noexec,nosuid,nodev,size=16m --cap-drop=ALL"
        " --security-opt no-new-privileges:true --user 1000:1000 -v question-pocket:/app/data"
        " IMAGE sleep 1000",
    ),
    "sous-chefs/docker#976": Question(
        kind="out-of-memory score and killer",
        words="--memory=256m --oom-kill-disable --oom-score-adj=-500 --pids-limit=200"
        " IMAGE sleep 1000",
        beyond="a negative out-of-memory score",
    ),
    "jonschipp/ISLET#52": Question(
        kind="CPU set, shares, memory and swap",
        words="--cpuset-cpus=0 --cpu-shares=2 --memory=128m --memory-swap=192m"
        " --memory-reservation=64m -w '/srv/a b' IMAGE sleep 1000",
    ),
    "eclipse-che/che#3198": Question(
        kind="cgroup parent, CPU quota",
        words="--cgroup-parent=/lab-che --cpu-period=50000 --cpu-quota=40000 --user=www-data"
        " IMAGE sleep 1000",
    ),
    "vllm-project/vllm#9420": Question(
        kind="vLLM: token in a variable, host IPC, options of the program",
        words="--runtime nvidia --gpus all -v FOLDER:/root/.cache/huggingface"
        " --env HUGGING_FACE_HUB_TOKEN=hf_labLabLabLabLabLabLabLabLab -p 127.0.0.1:18493:8080"
        " --ipc=host --entrypoint=sh IMAGE -c 'sleep 1000' --model /root/.cache/z.gguf"
        " --max_seq_len_to_capture 4096 --max-num-batched-tokens 4096",
    ),
    "vllm-project/vllm#20210": Question(
        kind="Compose: GPUs under deploy, host IPC, models in a volume",
        compose="""
version: "3.8"
services:
  vllm:
    container_name: question
    image: IMAGE
    command: sleep 1000
    deploy:
      resources:
        reservations:
          devices: [{driver: nvidia, count: 2, capabilities: [gpu]}]
    ipc: host
    ports: ['127.0.0.1:18494:8000']
    volumes: ['models:/models']
volumes: {models: {}}
""",
    ),
    "imoneoi/openchat#153": Question(
        kind="number of GPUs, empty token",
        words="--gpus 1 -e HF_TOKEN= -p 127.0.0.1:18495:8000 --entrypoint=sleep IMAGE 1000",
    ),
    "bytedance/Dolphin#145": Question(
        kind="GPU in quotes, JSON in an option of the program",
        words="""--gpus '"device=2"' --runtime=nvidia --restart unless-stopped"""
        " -p 127.0.0.1:18496:8000 -e VLLM_HOST=0.0.0.0 -e DO_NOT_TRACK=1 --entrypoint=sh IMAGE"
        """ -c 'sleep 1000' --model x --hf-overrides '{"architectures": ["Conditional"]}'""",
    ),
    "portainer/portainer#8828": Question(
        kind="Compose: a volume that two containers share",
        compose="""
version: "3.7"
services:
  web-1:
    container_name: question
    image: IMAGE
    command: sleep 1000
    restart: always
    volumes: ['data:/usr/share/nginx/html']
  web-2:
    image: IMAGE
    command: sleep 1000
    volumes: ['data:/usr/share/nginx/html']
volumes: {data: {}}
""",
    ),
    "portainer/portainer#12808": Question(
        kind="Compose: another container with the name and -old",
        compose="""
version: "2.4"
services:
  app: {container_name: question, image: IMAGE, command: sleep 1000}
  old: {container_name: question-old, image: IMAGE, command: sleep 1000}
""",
    ),
    "portainer/portainer#2379": Question(
        kind="path of a key file as an option of the program",
        words="--restart always -v FOLDER/config:/srv/letsencrypt -v question-portainer:/data"
        " --entrypoint=sh IMAGE -c 'sleep 1000' --ssl"
        " --sslcert /srv/letsencrypt/domain.com/fullchain.pem"
        " --sslkey /srv/letsencrypt/domain.com/privkey.pem --tlsskipverify",
    ),
    "containrrr/watchtower#129": Question(
        kind="exposed port that is not published, memory limit, legacy link",
        words="-e VIRTUAL_HOST=something.com -m 80m --expose=80 --link=OTHER:dbserver"
        " IMAGE sleep 1000",
    ),
    "containrrr/watchtower#418": Question(
        kind="another entrypoint, and the command of the image",
        words="-i --entrypoint=env IMAGE python3",
    ),
    "containrrr/watchtower#1999": Question(
        kind="Compose: variables as a list, with stars and spaces",
        compose="""
version: "3"
services:
  watchtower:
    container_name: question
    image: IMAGE
    command: sleep 1000
    restart: unless-stopped
    environment:
      - WATCHTOWER_CLEANUP=true
      - WATCHTOWER_SCHEDULE=0 20 5 * * *
      - WATCHTOWER_NOTIFICATION_URL=x
""",
    ),
    "moby/moby#29053": Question(
        kind="a shell with a published port",
        words="-it -p 127.0.0.1:18497:7788 IMAGE bash",
    ),
}
"""Where the question is, to its container."""

EACH_TIME = frozenset({"containrrr/watchtower#23"})
"""The row that runs each time; the others are long."""
