"""Addresses of git repositories, and what is none."""

import pytest

from scaffold.workspace.repository_url import folder_name, repository_url, same_repository

ADDRESSES = {
    "https://github.com/ada/net.git": "net",
    "https://github.com/ada/net/": "net",
    "https://user:pw@git.example.org:8443/a/b/net": "net",
    "ssh://git@github.com/ada/net.git": "net",
    "git@github.com:ada/net.git": "net",
    "gpu01:work/net": "net",
    "file:///srv/git/net.git": "net",
    "https://x.org/net?ref=main#readme": "net",
    "https://x.org/..": "",
    "https://x.org/-rf": "",
    "https://x.org/.git": "",
}


@pytest.mark.parametrize(("url", "name"), ADDRESSES.items())
def test_folder_is_named_as_git_does(url, name):
    assert repository_url(url) == url
    assert folder_name(url) == name


def test_address_of_a_page_gets_its_scheme():
    assert repository_url("github.com/ada/net") == "https://github.com/ada/net"


@pytest.mark.parametrize(
    "text",
    [
        "net",
        "./net",
        "../a/b",
        "/a/b",
        "~/x",
        "ext::sh -c reboot",
        "-oProxyCommand=x:y",
        "a b:c",
        "",
    ],
)
def test_other_text_is_a_path(text):
    assert repository_url(text) == ""


def test_same_repository():
    assert same_repository("https://GitHub.com/a/b.git\n", "https://token@github.com/a/b/")
    assert not same_repository("https://github.com/a/b", "https://github.com/a/c")
    assert not same_repository("", "https://github.com/a/c")
