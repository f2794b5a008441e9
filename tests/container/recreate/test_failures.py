"""What to do about a failure that is known before the container stops."""

import pytest

from scaffold.container.recreate.failures import way_out

BODY = {
    "HostConfig": {
        "Binds": ["/srv/a b:/data"],
        "Mounts": [{"Type": "bind", "Source": "/srv/m", "Target": "/m"}],
    }
}


@pytest.mark.parametrize(
    ("message", "hint"),
    [
        (
            "creating x: bind source path does not exist: /srv/a b",
            "mkdir -p '/srv/a b', or leave it out: --no-volume /data",
        ),
        ("bind source path does not exist: /srv/m", "--no-volume /m"),
        ("bind source path does not exist: /other", "mkdir -p /other"),
        ("network lab not found", "docker network create lab, or leave it: --no-network lab"),
        ("listen tcp 127.0.0.1:80: bind: address already in use", "use another host port"),
        ('could not select device driver "" with capabilities: [[gpu]]', "--gpus none"),
        ("something new", ""),
    ],
)
def test_way_out_of_a_failed_trial(message, hint):
    found = way_out(message, BODY)
    assert hint in found
    assert bool(found) == bool(hint)
