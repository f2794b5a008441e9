"""Few requests for many files."""

from scaffold.commands.container.search import MANY, _in_few_requests


def test_folder_with_many_changed_files_is_read_whole_unless_something_is_mounted_in_it():
    many = [f"/srv/{number}" for number in range(MANY + 1)]
    mounted = [f"/data/{number}" for number in range(MANY + 1)]
    single = [*many, *mounted, "/root/x", "/srv/new/deep"]
    whole, rest = _in_few_requests(["/srv/new", "/opt/new"], single, ["/data/volume"])
    assert whole == ["/opt/new", "/srv"]
    assert rest == [*mounted, "/root/x"]
