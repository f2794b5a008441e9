"""Secrets on command lines of known programs: rows of what stands before the secret."""

import re
from collections.abc import Iterator
from functools import cache

from scaffold.parsing.untrusted.secret_forms import Secret
from scaffold.parsing.untrusted.secret_rules import RANDOM

# ruff: noqa: E501 (one program a line)
_TOOLS = (
    r"\bsshpass[ \t]++-p[ \t]*+(\S++)"
    r"|\b(?:curl|wget|http)\b[^\n|;&]{0,400}?[ \t](?:-u[ \t]*+|--user[ =])(\S++)"
    r"|\b(?:wandb|ngrok)[ \t]++(?:login|(?:config[ \t]++add-)?authtoken)[ \t]++(?!-)(\S{8,}+)"
    r"|\bpass:([^\s\"']{4,}+)"
    r"|\b(?:smbclient|rpcclient)\b[^\n|;&]{0,400}?[ \t]-U[ \t]*+[\w.]+%(\S++)"
    r"|--from-literal[= ][\w.-]+=(\S++)"
    r"|\becho[ \t]++([^\s|]++)[ \t]*+\|[^\n|;&]{0,400}?--password-stdin"
    r"|\b(?:IDENTIFIED[ \t]++BY|identified[ \t]++by|PASSWORD|password)[ \t]++'([^'\n]{4,}+)'"
    r"|\b(?:mysql\w*+|mariadb\w*+)[^\n|;&]{0,400}?[ \t]-p(\S++)"
    r"|\bredis-cli\b[^\n|;&]{0,400}?[ \t]-a[ \t]++(\S++)"
    r"|\b(?:docker|podman|skopeo|oras|helm)\b[^\n|;&]{0,200}?\blogin\b"
    r"[^\n|;&]{0,400}?[ \t]-p[ \t]*+(\S++)"
    r"|\b(?:mongo\w*+|az|twine|useradd|usermod)\b[^\n|;&]{0,400}?[ \t](?:-p|--password)[ =]*+(\S++)"
    r"|\b(?:sqlcmd|zip|unzip|mosquitto_\w++|zipcloak)\b[^\n|;&]{0,400}?[ \t]-P[ \t]*+(\S++)"
    r"|\bldap\w++\b[^\n|;&]{0,400}?[ \t]-w[ \t]*+(\S++)"
    r"|\bopenssl\b[^\n|;&]{0,400}?[ \t]-(?:k|K|pass|passin|passout)[ \t]++(?!pass:|env:|file:|fd:)(\w\S{3,}+)"
    r"|\bssh-keygen\b[^\n|;&]{0,400}?[ \t]-N[ \t]++([^\s\"']\S++)"
    r"|\bhtpasswd[ \t]++-\w*b\w*+[ \t]++\S++[ \t]++\S++[ \t]++(\S++)"
    r"|\brabbitmqctl[ \t]++(?:add_user|change_password)[ \t]++\S++[ \t]++(\S++)"
    r"|\blftp\b[^\n|;&]{0,400}?[ \t](?:-u|--user)[ \t]*+[^\s,]++,(\S++)"
    r"|\bvault[ \t]++login[ \t]++(?!-)(?:token=)?(\S{6,}+)"
    r"|\bnet[ \t]++use\b[^\n|;&]{0,400}?/user:\S++[ \t]++(\S++)"
    r"|\bsmbclient[ \t]++//\S++[ \t]++(?!-)(\S++)"
    r"|\b(?:sudo|kinit|chpasswd|smbpasswd|passwd|vncpasswd|cryptsetup)\b[^\n|;&<]{0,200}?<<<[ \t]*+[\"']?(?:[\w.-]++:)?([^\s\"']++)"
    r"|\becho[ \t]++(?:-n[ \t]++)?[\"']?(?:[\w.-]++:)?([^\s\"'|]++)[\"']?[ \t]*+\|[ \t]*+(?:sudo[ \t]++-S|chpasswd|kinit|cryptsetup|vncpasswd)"
    r"|\bcurl\b[^\n|;&]{0,400}?[ \t](?:-b|--cookie)[ \t]*+[\"']?[\w.-]++=([^\s\"']{6,}+)"
    r"|\bpasswd[ \t]++((?=[A-Za-z_-]*+\d)[\w-]{6,}+)(?=[ \t]*+$)"
    r"|\bpassword[ \t]++(?!(?:prompt|required|protected|reset|manager|hash|file|auth\w*+|policy|change|field|less|free)\b)([^\s=:\"'({\[]\S{3,}+)(?=[ \t]*+$)"
)

_SHORT_OPTION = re.compile(
    r"(?<![\w-])(?<!mkdir )(?<!cp )(?<!rsync )(?<!tar )(?<!install )(?<!scp )"
    r"-p(?:[ \t]++([^\s\"']++)|([^\s\"'-]++))"
)
"""`-p VALUE` of any program; a port, a path and a word are something else."""


@cache
def _tools() -> re.Pattern[str]:
    """The rows as one pattern, compiled on first use: most commands search no command lines."""
    return re.compile(_TOOLS, re.MULTILINE)


def find_in_commands(text: str) -> Iterator[Secret]:
    """Passwords that programs take as an argument or on their input."""
    for match in _tools().finditer(text):
        group = match.lastindex or 0
        yield Secret(match.start(group), match.end(group), "a password option")
    for match in _SHORT_OPTION.finditer(text):
        group = match.lastindex or 0
        if RANDOM.fullmatch(match[group]):
            yield Secret(match.start(group), match.end(group), "the option -p")
