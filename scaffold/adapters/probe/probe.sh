#!/bin/sh
# Looks at this machine and changes nothing: no file is written, no root is needed.
# Called as `sh -s -- NONCE SECONDS SUDO BRIEF [URL…]` with this text on standard input; BRIEF
# asks for no more than what decides on an image and its wheels.
#
# Every part runs beside the others in the background, so that one that hangs (nvidia-smi in
# the kernel, df on a dead NFS) holds up nobody: after SECONDS the rest is given up, never
# waited for. Each line of output carries NONCE and the part's name, so that neither a noisy
# login shell nor the parts among themselves can be mixed up. In a function, so that a script
# that arrives cut is never begun.
#
# Parts are called by name, through `part`:
# shellcheck disable=SC2329

# What a part prints; the reader turns it back: "NONCE part |line", "NONCE part =exit code",
# "NONCE part !" where it printed too much. "NONCE part +" says that it was begun.
tag() {
  room=$limit
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in
      "$nonce="*)
        printf '%s %s =%s\n' "$nonce" "$1" "${line#"$nonce="}"
        return
        ;;
    esac
    room=$((room - ${#line} - 1))
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
  printf 'cpus=%s\n' "$(getconf _NPROCESSORS_ONLN 2>/dev/null || nproc 2>/dev/null)"
  printf 'virtualization=%s\n' "$(systemd-detect-virt 2>/dev/null)"
  for file in /sys/class/dmi/id/sys_vendor /sys/class/dmi/id/product_name \
    /sys/fs/selinux/enforce /etc/nv_tegra_release; do
    if [ -r "$file" ] && IFS= read -r line <"$file"; then printf '%s=%s\n' "${file##*/}" "$line"; fi
  done
  [ ! -e /etc/nv_tegra_release ] || printf 'jetson=yes\n'
  [ ! -e /dev/dxg ] || printf 'wsl=yes\n'
  for program in apt-get dnf yum zypper pacman apk; do
    if command -v "$program" >/dev/null; then printf 'packages=%s\n' "$program"; break; fi
  done
  sed -n 's/^/os./p' /etc/os-release 2>/dev/null
  grep -E '^(MemTotal|MemAvailable):' /proc/meminfo
  [ -d /sys/fs/cgroup ] && printf 'cgroup=%s\n' "$([ -e /sys/fs/cgroup/cgroup.controllers ] && echo 2 || echo 1)"
}

account() {
  user=$(id -un)
  printf 'path=%s\n' "$login_path"
  printf 'home=%s\n' "${HOME-}"
  printf 'docker_host=%s\n' "${DOCKER_HOST-}"
  printf 'user=%s\nuid=%s\ngid=%s\n' "$user" "$(id -u)" "$(id -g)"
  printf 'groups=%s\n' "$(id -nG 2>/dev/null)"
  printf 'configured=%s\n' "$(id -nG "$user" 2>/dev/null)"
  printf 'passwd=%s\n' "$(getent passwd "$user" || grep "^$user:" /etc/passwd)"
  printf 'sudo=%s\n' "$(command -v sudo)"
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

kernel_log() {
  dmesg 2>/dev/null | grep -E 'NVRM|nvidia|nouveau' | tail -n 40
}

# One unknown field fails a whole query (exit code 2): compute_cap before R510, MIG before R450.
gpus() {
  basic=index,name,uuid,memory.total,memory.free,pci.bus_id,persistence_mode,compute_mode
  basic=$basic,utilization.gpu
  ecc=ecc.mode.current,ecc.errors.uncorrected.volatile.total
  mig=mig.mode.current,mig.mode.pending
  for fields in "$basic,$ecc,$mig,compute_cap" "$basic,$ecc,$mig" "$basic"; do
    nvidia-smi "--query-gpu=$fields" --format=csv,nounits
    code=$?
    [ "$code" -eq 2 ] || return "$code"
  done
  return 2
}

services() {
  systemctl show --no-pager -p Id -p LoadState -p ActiveState -p UnitFileState \
    docker.service docker.socket snap.docker.dockerd.service \
    nvidia-fabricmanager.service nvidia-persistenced.service nvidia-cdi-refresh.path
}

# One long line of JSON; the reader joins the pieces again.
json() {
  { "$@" --format '{{json .}}'; printf '\ncode=%s\n' "$?"; } 2>&1 | fold -b -w 2500
}

docker_disk() {
  folder=$(docker info --format '{{.DockerRootDir}}' 2>/dev/null)
  [ -n "$folder" ] || return 1
  disk "$folder"
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
  done
  for file in /etc/docker/daemon.json "${XDG_CONFIG_HOME:-${HOME-}/.config}/docker/daemon.json" \
    /var/snap/docker/current/config/daemon.json; do
    if [ -r "$file" ]; then
      printf 'file=%s\n' "$file"
      sed 's/^/|/' "$file"
    elif [ -e "$file" ]; then
      printf 'unreadable=%s\n' "$file"
    fi
  done
}

toolkit() {
  printf 'ctk=%s\n' "$(nvidia-ctk --version 2>/dev/null | head -n 1)"
  printf 'cli=%s\n' "$(nvidia-container-cli --version 2>/dev/null | head -n 1)"
  printf 'hook=%s\n' "$(command -v nvidia-container-runtime-hook || command -v nvidia-container-toolkit)"
  dpkg-query -W -f 'package=${Package} ${Version} ${db:Status-Status}\n' \
    'nvidia-container*' 'libnvidia-container*' 'nvidia-docker*' 2>/dev/null
  rpm -qa --qf 'package=%{NAME} %{VERSION} installed\n' \
    'nvidia-container*' 'libnvidia-container*' 'nvidia-docker*' 2>/dev/null
  grep -E '^[[:space:]]*no-cgroups' /etc/nvidia-container-runtime/config.toml 2>/dev/null
  for file in libnvidia-container nvidia-docker nvidia-container-runtime; do
    file=/etc/apt/sources.list.d/$file.list
    [ ! -e "$file" ] || printf 'source=%s\n' "$file"
  done
}

cdi() {
  printf 'looked\n'
  for file in /etc/cdi/*.yaml /etc/cdi/*.json /var/run/cdi/*.yaml /var/run/cdi/*.json; do
    [ -e "$file" ] || continue
    printf 'file=%s\n' "$file"
    grep -o 'libcuda\.so\.[0-9][0-9]*\.[0-9.]*[0-9]' "$file" 2>/dev/null | sort -u
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
  sed -n 's/^[^ ]* \([^ ]*\) \([^ ]*\) .*/\2 \1/p' /proc/mounts |
    grep -vE '^(overlay|cgroup2?|proc|sysfs|squashfs|devpts|mqueue|nsfs) '
}

forwarding() {
  words='AllowTcpForwarding|AllowStreamLocalForwarding|DisableForwarding|MaxSessions|Match|Include'
  for file in /etc/ssh/sshd_config /etc/ssh/sshd_config.d/*.conf; do
    [ -r "$file" ] || continue
    printf '# %s\n' "$file"
    grep -iE "^[[:space:]]*($words)[[:space:]=]" "$file"
  done
}

# Only with --sudo: sudo leaves a line in the host's log, whether it is allowed or not.
elevated() {
  sudo -n true || return 1
  printf 'sudo=yes\n'
  sudo -n sshd -T 2>/dev/null | grep -iE '^(allowtcpforwarding|allowstreamlocalforwarding|disableforwarding|maxsessions) '
  sudo -n dmesg 2>/dev/null | grep -E 'NVRM|nvidia|nouveau' | tail -n 40
}

reach_one() {
  if command -v curl >/dev/null; then
    answer=$(curl -s -S -o /dev/null -m 6 -w 'answer=%{http_code} %{time_total}\n' "$1" 2>&1)
  else
    answer=$(wget -q -T 6 --tries=1 --spider -S "$1" 2>&1 | sed -n 's/^ *HTTP[^ ]* \([0-9]*\).*/answer=\1 /p')
  fi
  printf 'url=%s\n%s\n' "$1" "$answer"
}

# Side by side, since each may take its full time; one short write each keeps them apart.
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
  part kernel_log kernel_log
  part processes nvidia-smi --query-compute-apps=gpu_uuid,pid --format=csv,noheader
  part services services
  part docker_version json docker version
  part docker_disk docker_disk
  part client client
  part toolkit toolkit
  part cdi cdi
  part disk disk / /tmp /dev/shm /var/lib/docker
  part home_disk disk "${HOME-}"
  part mounts mounts
  part sshd forwarding
}

main() {
  nonce=$1 seconds=$2 elevate=$3 brief=$4
  shift 4
  limit=131072 login_path=$PATH pids='' late=''
  PATH=$PATH:/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin:/snap/bin:/usr/lib/wsl/lib
  LC_ALL=C
  export PATH LC_ALL
  trap 'late=1' USR1
  printf '\n%s begin\n' "$nonce"
  part system system
  part account account
  part smi nvidia-smi
  part gpus gpus
  part slices nvidia-smi -L
  part docker_info json docker info
  [ "$brief" = yes ] || all_parts
  [ "$elevate" = no ] || part elevated elevated
  [ "$#" -eq 0 ] || part reach reach "$@"
  # `wait` ends early when a trapped signal comes, which is the only wait here that cannot hang.
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
  # What hangs shall not stay behind; this shell and its children are a group of their own.
  [ -z "$late" ] || kill -KILL 0
}

main "$@"
exit 0
