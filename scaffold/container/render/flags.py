"""Keys of the Engine API and the flags of `docker run` that set them."""

CONFIG_VALUES = {
    "Hostname": "hostname",
    "Domainname": "domainname",
    "MacAddress": "mac-address",
    "User": "user",
    "WorkingDir": "workdir",
    "StopSignal": "stop-signal",
    "StopTimeout": "stop-timeout",
}

HOST_VALUES = {
    "IpcMode": "ipc",
    "PidMode": "pid",
    "UTSMode": "uts",
    "UsernsMode": "userns",
    "CgroupnsMode": "cgroupns",
    "CgroupParent": "cgroup-parent",
    "Runtime": "runtime",
    "Isolation": "isolation",
    "VolumeDriver": "volume-driver",
    "ShmSize": "shm-size",
    "Memory": "memory",
    "MemoryReservation": "memory-reservation",
    "MemorySwap": "memory-swap",
    "MemorySwappiness": "memory-swappiness",
    "KernelMemory": "kernel-memory",
    "OomScoreAdj": "oom-score-adj",
    "PidsLimit": "pids-limit",
    "BlkioWeight": "blkio-weight",
    "CpuShares": "cpu-shares",
    "CpuPeriod": "cpu-period",
    "CpuQuota": "cpu-quota",
    "CpuRealtimePeriod": "cpu-rt-period",
    "CpuRealtimeRuntime": "cpu-rt-runtime",
    "CpusetCpus": "cpuset-cpus",
    "CpusetMems": "cpuset-mems",
}

HOST_SWITCHES = {
    "AutoRemove": "rm",
    "Init": "init",
    "OomKillDisable": "oom-kill-disable",
    "Privileged": "privileged",
    "PublishAllPorts": "publish-all",
    "ReadonlyRootfs": "read-only",
}

HOST_LISTS = {
    "Binds": "volume",
    "VolumesFrom": "volumes-from",
    "CapAdd": "cap-add",
    "CapDrop": "cap-drop",
    "GroupAdd": "group-add",
    "Dns": "dns",
    "DnsOptions": "dns-option",
    "DnsSearch": "dns-search",
    "ExtraHosts": "add-host",
    "Links": "link",
    "DeviceCgroupRules": "device-cgroup-rule",
}

HOST_TABLES = {"Sysctls": "sysctl", "StorageOpt": "storage-opt", "Annotations": "annotation"}

RATES = {
    "BlkioWeightDevice": ("blkio-weight-device", "Weight"),
    "BlkioDeviceReadBps": ("device-read-bps", "Rate"),
    "BlkioDeviceReadIOps": ("device-read-iops", "Rate"),
    "BlkioDeviceWriteBps": ("device-write-bps", "Rate"),
    "BlkioDeviceWriteIOps": ("device-write-iops", "Rate"),
}
"""Keys of the Engine API to flags of `docker run`."""

HEALTH = {
    "Interval": "interval",
    "Timeout": "timeout",
    "StartPeriod": "start-period",
    "StartInterval": "start-interval",
}
