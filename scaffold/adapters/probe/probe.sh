#!/bin/sh
# Reads facts of this machine and changes nothing: it writes no file and needs no root.
# Called as `sh -s -- NONCE SECONDS SUDO BRIEF [URL…]` with this text on standard input; BRIEF
# leaves only what decides on an image and its wheels.
#
# All parts run at once in the background. A part that hangs (nvidia-smi in the kernel, df on a
# dead NFS mount) delays no other part: after SECONDS the script gives up the parts that still
# run and does not wait for them. Each line of output carries NONCE and the part's name, which
# keeps the parts apart from each other and from a noisy login shell. Everything is inside
# functions, so a script that arrives incomplete does not start.
#
# Parts are called by name, through `part`:
# shellcheck disable=SC2329

# Output of a part: "NONCE part +" at its start, "NONCE part |line", "NONCE part =exit code" at
# its end, "NONCE part !" if it printed too much.
tag() {
  room=$limit
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in
      "$nonce="*)
        printf '%s %s =%s\n' "$nonce" "$1" "${line#"$nonce="}"
        return
        ;;
    esac
    # Each line costs its frame too.
    room=$((room - ${#line} - 24))
    if [ "$room" -lt 0 ]; then
      printf '%s %s !\n' "$nonce" "$1"
      return
    fi
    # A line longer than PIPE_BUF (4096) would not be written in one piece.
    printf '%s %s |%.3000s\n' "$nonce" "$1" "$line"
  done
}

part() { # NAME COMMAND [ARGUMENT…]
  name=$1
  shift
  printf '%s %s +\n' "$nonce" "$name"
  { "$@" </dev/null 2>&1; printf '\n%s\n' "$nonce=$?"; } | tag "$name" &
  pids="$pids $!"
}

system() {
  printf 'now=%s\n' "$(date +%s)"
  printf 'uname=%s\n' "$(uname -s -r -m)"
  printf 'hostname=%s\n' "$(uname -n)"
  printf 'cpus=%s\n' "$(getconf _NPROCESSORS_ONLN 2>/dev/null || nproc 2>/dev/null)"
  printf 'virtualization=%s\n' "$(systemd-detect-virt 2>/dev/null)"
  for file in /sys/class/dmi/id/sys_vendor /sys/class/dmi/id/product_name \
    /sys/fs/selinux/enforce /etc/nv_tegra_release; do
    line=''
    # read returns 1 for a last line without a newline, which is how the kernel writes enforce.
    { [ -r "$file" ] && IFS= read -r line <"$file"; } 2>/dev/null
    [ -z "$line" ] || printf '%s=%s\n' "${file##*/}" "$line"
  done
  [ ! -e /etc/nv_tegra_release ] || printf 'jetson=yes\n'
  [ ! -e /dev/dxg ] || printf 'wsl=yes\n'
  for program in apt-get dnf yum zypper pacman apk tdnf; do
    if command -v "$program" >/dev/null; then printf 'packages=%s\n' "$program"; break; fi
  done
  for program in systemctl rc-service dkms akmods nix-env sbatch srun qsub bsub condor_submit \
    apptainer singularity kubectl podman update-initramfs dracut mkinitcpio getsebool \
    rpm-ostree transactional-update; do
    if command -v "$program" >/dev/null; then printf 'program=%s\n' "$program"; fi
  done
  # A scheduler that only an interactive shell has on its PATH (modules, /etc/profile.d).
  for program in /opt/slurm/bin/sbatch /usr/local/slurm/bin/sbatch /opt/pbs/bin/qsub \
    /cm/shared/apps/slurm/current/bin/sbatch; do
    [ ! -x "$program" ] || printf 'program=%s\n' "${program##*/}"
  done
  sed -n 's/^/os./p' /etc/os-release 2>/dev/null
  grep -E '^(MemTotal|MemAvailable):' /proc/meminfo
  [ -d /sys/fs/cgroup ] && printf 'cgroup=%s\n' "$([ -e /sys/fs/cgroup/cgroup.controllers ] && echo 2 || echo 1)"
}

# What kind of machine this is: somebody else's container, a cluster, a GPU operator's node.
kind() {
  printf 'looked\n'
  { IFS= read -r line </proc/1/comm && printf 'init=%s\n' "$line"; } 2>/dev/null
  { IFS= read -r line </proc/self/uid_map && printf 'uid_map=%s\n' "$line"; } 2>/dev/null
  sed 's/^/cgroup=/' /proc/self/cgroup 2>/dev/null | head -n 20
  for file in /.dockerenv /run/.containerenv /.singularity.d /var/run/secrets/kubernetes.io/serviceaccount \
    /run/nvidia/driver /run/nvidia/validations /var/lib/nvidia /etc/dgx-release \
    /etc/synoinfo.conf /etc/unraid-version /etc/config/qpkg.conf /run/current-system /etc/pve /var/lib/google \
    /etc/slurm /etc/ood /run/ostree-booted /usr/bin/midclt; do
    [ ! -e "$file" ] || printf 'file=%s\n' "$file"
  done
  for name in KUBERNETES_SERVICE_HOST RUNPOD_POD_ID VAST_CONTAINERLABEL CONTAINER_ID \
    SLURM_JOB_ID PBS_JOBID LSB_JOBID SGE_ROOT _CONDOR_SLOT CUDA_VISIBLE_DEVICES \
    NVIDIA_VISIBLE_DEVICES; do
    eval "value=\${$name-}"
    [ -z "$value" ] || printf 'env=%s %s\n' "$name" "$value"
  done
  # A login over SSH has a new environment; that of a container's first process tells its owner.
  [ ! -r /proc/1/environ ] || { tr '\000' '\n' </proc/1/environ; } 2>/dev/null |
    sed -n 's/^\(KUBERNETES_SERVICE_HOST\|RUNPOD_POD_ID\|VAST_CONTAINERLABEL\)=.*/env=\1 set/p'
  sed -n 's/^[^ ]* \/ \([^ ]*\) .*/root=\1/p' /proc/mounts 2>/dev/null | tail -n 1
  for file in /lib64/ld-linux-x86-64.so.2 /lib/ld-linux-aarch64.so.1; do
    [ ! -e "$file" ] || printf 'loader=%s\n' "$(readlink -f "$file")"
  done
  # The kernel gives these files whole or not at all; read asks for single bytes.
  # Docker 28 needs this table; a Jetson's kernel is built without it.
  modules=/lib/modules/$(uname -r)
  if [ -r "$modules/modules.dep" ]; then
    raw=no
    ! grep -qs 'iptable_raw' "$modules/modules.dep" "$modules/modules.builtin" || raw=yes
    printf 'iptable_raw=%s\n' "$raw"
  fi
  printf 'watches=%s\n' "$(cat /proc/sys/fs/inotify/max_user_watches 2>/dev/null)"
  printf 'glibc=%s\n' "$(getconf GNU_LIBC_VERSION 2>/dev/null)"
  for file in /lib/ld-musl-*; do [ ! -e "$file" ] || printf 'musl=%s\n' "$file"; done
  for file in /usr/lib/*/libstdc++.so.6 /usr/lib64/libstdc++.so.6 /usr/lib/libstdc++.so.6; do
    if [ -r "$file" ]; then
      printf 'libstdcxx=%s\n' "$(readlink -f "$file")"
      break
    fi
  done
  ! command -v getsebool >/dev/null || getsebool container_use_devices 2>/dev/null
  return 0
}

account() {
  user=$(id -un)
  printf 'path=%s\n' "$login_path"
  printf 'home=%s\n' "${HOME-}"
  printf 'docker_host=%s\n' "${DOCKER_HOST-}"
  printf 'docker_context=%s\n' "${DOCKER_CONTEXT-}"
  # Its address may hold a password.
  [ -z "${https_proxy-}${HTTPS_PROXY-}" ] || printf 'proxy=yes\n'
  printf 'user=%s\nuid=%s\ngid=%s\n' "$user" "$(id -u)" "$(id -g)"
  printf 'groups=%s\n' "$(id -nG 2>/dev/null)"
  printf 'configured=%s\n' "$(id -nG "$user" 2>/dev/null)"
  printf 'passwd=%s\n' "$(getent passwd "$user" || grep "^$user:" /etc/passwd)"
  printf 'sudo=%s\n' "$(command -v sudo)"
  if [ -w "${HOME-}" ]; then printf 'writable=yes\n'; else printf 'writable=no\n'; fi
  for folder in .vscode-server .vscode-server/bin .vscode-server/data .cursor-server .docker; do
    [ ! -e "${HOME-}/$folder" ] || [ -w "${HOME-}/$folder" ] || printf 'locked=%s\n' "$folder"
  done
}

pci() {
  [ -d /sys/bus/pci/devices ] || return 1
  for folder in /sys/bus/pci/devices/*; do
    vendor='' class='' device='' driver=''
    { read -r vendor <"$folder/vendor"; } 2>/dev/null
    [ "$vendor" = 0x10de ] || continue
    { read -r class <"$folder/class"; read -r device <"$folder/device"; } 2>/dev/null
    driver=$(readlink "$folder/driver")
    printf 'device %s %s %s %s\n' "${folder##*/}" "$class" "$device" "${driver##*/}"
  done
  lspci -n -d 10de: >/dev/null 2>&1 && lspci -d 10de:
  return 0
}

module() {
  cat /proc/driver/nvidia/version
  sed -n 's/^\(nvidia[a-z_]*\|nouveau\) .*/loaded=\1/p' /proc/modules
}

disk_module() {
  for file in /lib/modules/*/modules.dep; do
    [ -r "$file" ] || continue
    folder=${file%/modules.dep}
    if grep -qE '/nvidia(-current)?\.ko' "$file"; then has=yes; else has=no; fi
    printf 'kernel=%s %s\n' "${folder##*/}" "$has"
  done
  for name in nvidia nvidia-current; do
    version=$(modinfo -F version "$name" 2>/dev/null) || continue
    printf 'version=%s\nlicense=%s\n' "$version" "$(modinfo -F license "$name" 2>/dev/null)"
    break
  done
}

secure_boot() {
  mokutil --sb-state 2>/dev/null && return
  for file in /sys/firmware/efi/efivars/SecureBoot-*; do
    [ -r "$file" ] && od -An -tu1 "$file"
  done
}

nodes() {
  printf 'looked\n'
  for file in /dev/nvidia* /dev/dxg /dev/nvhost-gpu; do
    [ -c "$file" ] || continue
    if [ -r "$file" ] && [ -w "$file" ]; then usable=yes; else usable=no; fi
    printf '%s %s\n' "$usable" "$file"
  done
}

# A device cgroup (of a job or a container) refuses to open a file whose mode allows it. By
# itself, since opening a lost GPU hangs.
opened() {
  for file in /dev/nvidia[0-9]*; do
    [ -c "$file" ] || continue
    case $( (: <"$file") 2>&1) in
      '') printf 'opened=%s\n' "$file" ;;
      *'not permitted'*) printf 'refused=%s\n' "$file" ;;
    esac
  done
}

kernel_log() {
  dmesg 2>/dev/null | grep -E "$kernel_words" | tail -n 60
}

# nvidia-smi: on the PATH, or where images keep a driver that is not.
ask_smi() {
  if [ -n "$libraries" ]; then
    LD_LIBRARY_PATH=$libraries "$smi_program" "$@"
  else
    "$smi_program" "$@"
  fi
}

find_smi() {
  smi_program=$(command -v nvidia-smi) && return
  smi_program=nvidia-smi
  for folder in /var/lib/nvidia /home/kubernetes/bin/nvidia /opt/nvidia /usr/local/nvidia \
    /run/current-system/sw /run/nvidia/driver/usr /var/packages/NVIDIARuntimeLibrary/target/nvidia; do
    [ -x "$folder/bin/nvidia-smi" ] || continue
    smi_program=$folder/bin/nvidia-smi
    for place in lib64 lib "lib/$(uname -m)-linux-gnu"; do
      [ ! -d "$folder/$place" ] || libraries=${libraries:+$libraries:}$folder/$place
    done
    return
  done
}

# Only what no CSV query of old drivers knows.
details() {
  printf 'login=%s\n' "$(PATH=$login_path command -v nvidia-smi)"
  printf 'program=%s\n' "$smi_program"
  # Only a confidential virtual machine has these files, and only there a GPU has this state.
  if [ -e /dev/sev-guest ] || [ -e /dev/tdx_guest ]; then
    printf 'confidential=%s\n' "$(ask_smi conf-compute -grs 2>&1 | head -n 1)"
  fi
  ask_smi -q 2>&1 | head -n 20000 | grep -E "$details_words"
}

# One unknown field fails a whole query (exit code 2): compute_cap before R510, MIG before R450.
gpus() {
  basic=index,name,uuid,memory.total,memory.free,pci.bus_id,persistence_mode,compute_mode
  basic=$basic,utilization.gpu
  ecc=ecc.mode.current,ecc.errors.uncorrected.volatile.total
  mig=mig.mode.current,mig.mode.pending
  for fields in "$basic,$ecc,$mig,compute_cap" "$basic,$ecc,$mig" "$basic"; do
    ask_smi "--query-gpu=$fields" --format=csv,nounits
    code=$?
    [ "$code" -eq 2 ] || return "$code"
  done
  return 2
}

services() {
  systemctl show --no-pager -p Id -p LoadState -p ActiveState -p UnitFileState -p ExecStart \
    docker.service docker.socket snap.docker.dockerd.service podman.socket containerd.service \
    nvidia-fabricmanager.service nvidia-persistenced.service nvidia-cdi-refresh.path \
    nvidia-gridd.service nvidia-imex.service kubelet.service k3s.service k3s-agent.service \
    rke2-server.service rke2-agent.service snap.microk8s.daemon-kubelite.service
}

# Why an engine does not start: the lines of its log that complain.
docker_log() {
  {
    if ! systemctl is-active --quiet docker.service; then
      journalctl -q -u docker.service -n 80 --no-pager -o cat
      tail -n 80 /var/log/docker.log
    fi
    if systemctl --user is-failed --quiet docker.service; then
      journalctl -q --user -u docker.service -n 80 --no-pager -o cat
    fi
  } 2>/dev/null | grep -iE 'level=(fatal|error)|failed to|unable to|cannot|error' | tail -n 20
}

# A rootless engine belongs to the user's own service manager.
user_engine() {
  [ ! -e "/var/lib/systemd/linger/$(id -un)" ] || printf 'linger=yes\n'
  for folder in "${XDG_CONFIG_HOME:-${HOME-}/.config}/systemd/user" /usr/lib/systemd/user; do
    [ ! -e "$folder/docker.service" ] || printf 'unit=%s\n' "$folder/docker.service"
  done
  printf 'looked\n'
  printf 'state=%s\n' "$(systemctl --user is-active docker.service 2>/dev/null)"
}

context() {
  docker context inspect --format '{{.Name}} {{.Endpoints.docker.Host}}'
}

# One long line of JSON, folded; the parser joins the pieces.
json() {
  { "$@" --format '{{json .}}'; printf '\ncode=%s\n' "$?"; } 2>&1 | fold -b -w 2500
}

docker_disk() {
  folder=$(docker info --format '{{.DockerRootDir}}' 2>/dev/null)
  case $folder in /*) ;; *) return 1 ;; esac
  if [ -e "$folder" ]; then
    disk "$folder"
    return
  fi
  # Inside a folder that this user may not enter: the file system is still known by its mount.
  place=$folder
  while [ -n "$place" ]; do
    if grep -q "^[^ ]* $place " /proc/mounts 2>/dev/null; then
      rows=$(disk "$place") || return
      printf 'disk=%s\n' "$folder"
      printf '%s\n' "$rows" | sed 1d
      return
    fi
    place=${place%/*}
  done
  return 1
}

client() {
  printf 'login=%s\n' "$(PATH=$login_path command -v docker)"
  for folder in /usr/local/bin /usr/bin /snap/bin /opt/bin "${HOME-}/bin"; do
    if [ -x "$folder/docker" ]; then printf 'found=%s\n' "$folder/docker"; break; fi
  done
  program=$(command -v docker)
  [ -z "$program" ] || printf 'target=%s\n' "$(readlink -f "$program")"
  for socket in "/run/user/$(id -u)/docker.sock" /var/run/docker.sock; do
    [ -S "$socket" ] || continue
    if [ -r "$socket" ] && [ -w "$socket" ]; then usable=yes; else usable=no; fi
    printf 'socket=%s %s\n' "$usable" "$socket"
    printf 'socket_group=%s\n' "$(stat -L -c %G "$socket" 2>/dev/null)"
  done
  for file in /etc/docker/daemon.json "${XDG_CONFIG_HOME:-${HOME-}/.config}/docker/daemon.json" \
    /var/snap/docker/current/config/daemon.json; do
    if [ -r "$file" ]; then
      printf 'file=%s\n' "$file"
      sed 's/^/|/' "$file"
      grep -o '"path"[^,}]*' "$file" | sed -n 's/.*: *"\([^"]*\)".*/\1/p' | while IFS= read -r path; do
        command -v "$path" >/dev/null || printf 'missing=%s\n' "$path"
      done
    elif [ -e "$file" ]; then
      printf 'unreadable=%s\n' "$file"
    fi
  done
  # A program that docker asks for passwords of registries, also for public images.
  sed -n 's/.*"credsStore"[[:space:]]*:[[:space:]]*"\([A-Za-z0-9._-]*\)".*/\1/p' \
    "${DOCKER_CONFIG:-${HOME-}/.docker}/config.json" 2>/dev/null |
    while IFS= read -r name; do
      command -v "docker-credential-$name" >/dev/null || printf 'lost_helper=docker-credential-%s\n' "$name"
    done
  for file in /etc/sysconfig/docker /etc/default/docker /etc/sysconfig/docker-storage; do
    [ ! -r "$file" ] || sed -n 's/^[[:space:]]*[A-Z_]*OPT[A-Z_]*=/options=/p' "$file"
  done
}

# Whether a path is missing, and not only hidden by a folder that this user may not enter.
is_gone() {
  [ ! -e "$1" ] || return 1
  above=${1%/*}
  while [ -n "$above" ] && [ ! -e "$above" ]; do above=${above%/*}; done
  [ -x "${above:-/}" ]
}

toolkit() {
  printf 'ctk=%s\n' "$(nvidia-ctk --version 2>/dev/null | head -n 1)"
  printf 'cli=%s\n' "$(nvidia-container-cli --version 2>/dev/null | head -n 1)"
  printf 'hook=%s\n' "$(command -v nvidia-container-runtime-hook || command -v nvidia-container-toolkit)"
  dpkg-query -W -f 'package=${Package} ${Version} ${db:Status-Status}\n' \
    'nvidia-container*' 'libnvidia-container*' 'nvidia-docker*' 2>/dev/null
  rpm -qa --qf 'package=%{NAME} %{VERSION} installed\n' \
    'nvidia-container*' 'libnvidia-container*' 'nvidia-docker*' 2>/dev/null
  file=/etc/nvidia-container-runtime/config.toml
  if [ -r "$file" ]; then
    printf 'config=%s\n' "$file"
    sed -n 's/^[[:space:]]*\([^#[:space:]].*\)/toml=\1/p' "$file"
    grep -v '^[[:space:]]*#' "$file" | grep -o '"@\{0,1\}/[^"]*"' | tr -d '"@' | sort -u |
      while IFS= read -r path; do ! is_gone "$path" || printf 'gone=%s\n' "$path"; done
  fi
  for file in libnvidia-container nvidia-docker nvidia-container-runtime; do
    file=/etc/apt/sources.list.d/$file.list
    [ ! -e "$file" ] || printf 'source=%s\n' "$file"
  done
  # apt's own pins; asking apt-cache would take seconds.
  cat /etc/apt/preferences /etc/apt/preferences.d/* 2>/dev/null |
    sed -n 's/^\(Package\|Pin\|Pin-Priority\): */apt=\1 /p'
}

cdi() {
  printf 'looked\n'
  for file in /etc/cdi/*.yaml /etc/cdi/*.json /var/run/cdi/*.yaml /var/run/cdi/*.json; do
    [ -e "$file" ] || continue
    printf 'file=%s\n' "$file"
    [ -r "$file" ] || continue
    grep -o 'libcuda\.so\.[0-9][0-9]*\.[0-9.]*[0-9]' "$file" | sort -u
    grep -o '"\{0,1\}kind"\{0,1\}: *"\{0,1\}[A-Za-z0-9./_-]*' "$file" | sed 's/.*[": ]/kind=/' | sort -u
    # JSON in the shape of YAML: one key a line, "- " where an object begins.
    sed 's/{/\
- /g;s/[,}]/\
/g' "$file" | cdi_paths | sort -u | head -n 400 | while IFS= read -r path; do
      ! is_gone "$path" || printf 'gone=%s\n' "$path"
    done
  done
}

# Host paths of mounts, hooks and devices; a device's `path` is the container's if it has a hostPath.
cdi_paths() {
  host=''
  while IFS= read -r line; do
    case $line in *'- '*) host='' ;; esac
    case $line in
      *containerPath*) continue ;;
      *hostPath*:*/*) host=yes ;;
      *path*:*/*) [ -z "$host" ] || continue ;;
      *) continue ;;
    esac
    line=${line#*:}
    line=${line#"${line%%[!\" ]*}"}
    printf '%s\n' "${line%%[\" ]*}"
  done
}

disk() {
  for folder; do
    [ -e "$folder" ] || continue
    printf 'disk=%s\n' "$folder"
    df -Pk "$folder" | tail -n 1
    df -Pi "$folder" 2>/dev/null | tail -n 1
  done
}

mounts() {
  sed -n 's/^[^ ]* \([^ ]*\) \([^ ]*\) \([^ ]*\) .*/\2 \1 \3/p' /proc/mounts |
    grep -vE '^(overlay|cgroup2?|proc|sysfs|squashfs|devpts|mqueue|nsfs) '
}

forwarding() {
  words='AllowTcpForwarding|AllowStreamLocalForwarding|DisableForwarding|MaxSessions|PermitOpen|Match|Include'
  for file in /etc/ssh/sshd_config /etc/ssh/sshd_config.d/*.conf; do
    [ -r "$file" ] || continue
    printf '# %s\n' "$file"
    grep -iE "^[[:space:]]*($words)[[:space:]=]" "$file"
  done
}

# Only with --sudo: sudo writes a line to the host's log, also when it refuses.
elevated() {
  sudo -n true || return 1
  printf 'sudo=yes\n'
  from=${SSH_CONNECTION-}
  from=${from%% *}
  from=${from:-127.0.0.1}
  # With -C the settings are those of this login, Match blocks included.
  { sudo -n sshd -T -C "user=$(id -un),host=$from,addr=$from" || sudo -n sshd -T; } 2>/dev/null |
    grep -iE '^(allowtcpforwarding|allowstreamlocalforwarding|disableforwarding|maxsessions) '
  sudo -n dmesg 2>/dev/null | grep -E "$kernel_words" | tail -n 60
}

reach_one() {
  if command -v curl >/dev/null; then
    answer=$(curl -s -S -o /dev/null -m 6 -w 'answer=%{http_code} %{time_total}\n' "$1" 2>&1)
  else
    answer=$(wget -q -T 6 --tries=1 --spider -S "$1" 2>&1 | sed -n 's/^ *HTTP[^ ]* \([0-9]*\).*/answer=\1 /p')
  fi
  printf 'url=%s\n%s\n' "$1" "$answer"
}

# All at once, since each may take its full time; one short write each keeps the lines whole.
reach() {
  for url; do reach_one "$url" & done
  wait
}

all_parts() {
  part pci pci
  part module module
  part disk_module disk_module
  part secure_boot secure_boot
  part nodes nodes
  part opened opened
  part kernel_log kernel_log
  part processes ask_smi --query-compute-apps=gpu_uuid,pid --format=csv,noheader
  part details details
  part kind kind
  part user_engine user_engine
  part docker_log docker_log
  part context context
  part quota quota -w
  part services services
  part docker_version json docker version
  part docker_disk docker_disk
  part client client
  part toolkit toolkit
  part cdi cdi
  part disk disk / /tmp /dev/shm /var/lib/docker /var/lib/containerd
  part home_disk disk "${HOME-}"
  part mounts mounts
  part sshd forwarding
}

main() {
  if [ "$#" -lt 4 ]; then
    # Another shell read this text from standard input, without the arguments of our command.
    printf 'scaffold probe without arguments\n'
    return
  fi
  nonce=$1 seconds=$2 elevate=$3 brief=$4
  shift 4
  limit=262144 login_path=$PATH pids='' late='' libraries=''
  kernel_words='NVRM|nvidia|nouveau|vfio|Lockdown'
  details_words='^GPU |^    Fabric *$|^        (State|Status) |License Status|Virtualization Mode|Recovery Action|Remapping Failure'
  PATH=$PATH:/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin:/snap/bin:/usr/lib/wsl/lib
  LC_ALL=C
  export PATH LC_ALL
  find_smi
  trap 'late=1' USR1
  printf '\n%s begin\n' "$nonce"
  part system system
  part account account
  part smi ask_smi
  part gpus gpus
  part slices ask_smi -L
  part docker_info json docker info
  [ "$brief" = yes ] || all_parts
  [ "$elevate" = no ] || part elevated elevated
  [ "$#" -eq 0 ] || part reach reach "$@"
  # A trapped signal ends `wait`; no other wait in this script is safe from a hang.
  (
    trap 'kill "$!" 2>/dev/null; exit' TERM
    sleep "$seconds" &
    wait "$!"
    while kill -USR1 "$$" 2>/dev/null; do sleep 1; done
  ) </dev/null >/dev/null 2>&1 &
  watchdog=$!
  for pid in $pids; do
    [ -z "$late" ] || break
    wait "$pid"
  done
  kill "$watchdog" 2>/dev/null
  printf '%s done\n' "$nonce"
  # End what still hangs; this shell and its children are a process group of their own.
  [ -z "$late" ] || kill -KILL 0
}

main "$@"
exit 0
