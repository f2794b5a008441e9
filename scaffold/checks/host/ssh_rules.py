"""Findings about the login over SSH and remote development."""

from scaffold.findings import Consent, Level, Rule, by_hand, root

WATCH_FILE = "/etc/sysctl.d/60-file-watches.conf"
WATCHED = "fs.inotify.max_user_watches=524288"

NOISY = Rule(
    id="ssh.noisy-login",
    level=Level.ERROR,
    title="The login shell prints something before a command's own output",
    why="Docker over SSH reads it as the engine's answer: malformed HTTP response. scp breaks too.",
    source="tried with Docker 28.2; OpenSSH FAQ 2.9",
    fix=(
        by_hand(
            "Find what prints in ~/.bashrc, ~/.zshenv, ~/.config/fish/config.fish or ~/.ssh/rc."
        ),
        by_hand("Print for people only: put `case $- in *i*) ;; *) return;; esac` first."),
    ),
    symptom="malformed HTTP response; Received message too long",
)
NOT_ON_PATH = Rule(
    id="ssh.docker-not-on-path",
    level=Level.ERROR,
    title="docker is not on the PATH of a command over SSH",
    why="A command over SSH gets a shorter PATH than a terminal; Docker contexts then find no "
    "docker.",
    source="docker/cli#2115, #3045",
    consent=Consent.ROUTINE,
    symptom="bash: docker: command not found",
)
SHELL = Rule(
    id="ssh.foreign-shell",
    level=Level.INFO,
    title="The login shell does not understand POSIX sh",
    why="Tools that send sh commands over SSH may fail, among them some versions of VS Code; "
    "Docker manages.",
    source="VS Code documentation, Remote Development using SSH; microsoft/vscode-remote-release"
    "#10967",
)
NO_HOME = Rule(
    id="ssh.no-home",
    level=Level.WARN,
    title="The home folder does not exist",
    why="VS Code's server and Docker's settings are kept there.",
    source="VS Code documentation, Remote Development using SSH",
    fix=(by_hand("Ask the host's admins to create it, or check that its mount is active."),),
)
NO_TCP = Rule(
    id="ssh.no-tcp-forwarding",
    level=Level.ERROR,
    title="sshd forbids forwarding ports",
    why="VS Code's Remote-SSH and every forwarded notebook go through it.",
    source="sshd_config(5), AllowTcpForwarding, PermitOpen; VS Code documentation, SSH server "
    "settings",
    symptom="open failed: administratively prohibited: open failed",
)
NO_STREAM = Rule(
    id="ssh.no-stream-forwarding",
    level=Level.WARN,
    title="sshd forbids forwarding sockets",
    why="Docker's socket cannot be forwarded, which is the fastest connection to a remote engine.",
    source="sshd_config(5), AllowStreamLocalForwarding",
)
SESSIONS = Rule(
    id="ssh.max-sessions",
    level=Level.WARN,
    title="sshd allows few sessions on one connection",
    why="A shared connection (ControlMaster) then refuses Docker's parallel requests.",
    source="sshd_config(5), MaxSessions: 10 by default",
)

SLOW = Rule(
    id="ssh.slow-login",
    level=Level.WARN,
    title="The login shell starts slowly",
    why="Every docker command over SSH and every step of VS Code waits for it.",
    source="microsoft/vscode-remote-release#2509",
    fix=(
        by_hand("Find what takes the time: bash -xlc true, or zsh -xlc true (conda init, nvm …)."),
        by_hand("Run it for people only: put `case $- in *i*) ;; *) return;; esac` first."),
    ),
    symptom="Resolver error: Error: Connecting with SSH timed out",
)
READ_ONLY = Rule(
    id="ssh.home-read-only",
    level=Level.WARN,
    title="This user may not write to the home folder",
    why="VS Code's server and Docker's settings are kept there.",
    source="VS Code documentation, Remote Development using SSH",
    fix=(by_hand("Ask the host's admins to give you the folder: chown, or the mount's options."),),
    symptom="mkdir: cannot create directory '.vscode-server': Permission denied",
)
NO_EXEC = Rule(
    id="ssh.home-no-exec",
    level=Level.WARN,
    title="No program may be started from the home folder",
    why="VS Code's server is installed in it and started from it.",
    source="mount(8), noexec; microsoft/vscode-remote-release#1211",
    fix=(
        by_hand("Set remote.SSH.serverInstallPath in VS Code to a folder that allows programs."),
        by_hand("Or ask the host's admins to mount the home folder without noexec."),
        by_hand("Or connect by a Docker context instead: scaffold init --host."),
    ),
    symptom=".vscode-server/bin/code-server: Permission denied",
)
LOCKED = Rule(
    id="ssh.folder-locked",
    level=Level.WARN,
    title="A folder of VS Code or Docker in the home folder belongs to somebody else",
    why="It was made with sudo; VS Code's server or the docker command cannot write to it.",
    source="microsoft/vscode-remote-release#2095; hestiacp/hestiacp#1647",
    consent=Consent.OWN_CHOICE,
    symptom="mkdir: cannot create directory '/home/ada/.vscode-server/bin': Permission denied",
)
WATCHES = Rule(
    id="ssh.few-watches",
    level=Level.INFO,
    title="VS Code can watch few files for changes",
    why="In a large project VS Code does not see changes that others make.",
    source="microsoft/vscode-remote-release#40, #329; inotify(7)",
    fix=(
        root(
            "Allow more, also after a reboot.",
            *("sh", "-c", f"echo {WATCHED} >{WATCH_FILE} && sysctl -p {WATCH_FILE}"),
            undo=("rm", WATCH_FILE),
        ),
        by_hand("Or exclude folders: files.watcherExclude in VS Code's settings."),
    ),
    consent=Consent.OWN_CHOICE,
    symptom="Visual Studio Code is unable to watch for file changes in this large workspace (error "
    "ENOSPC)",
)
NIX_LOADER = by_hand(
    "In configuration.nix: programs.nix-ld.enable = true, then run nixos-rebuild switch."
)
EDITOR = Rule(
    id="ssh.editor-server",
    level=Level.WARN,
    title="VS Code's server does not run on this host",
    why="It needs glibc 2.28 and libstdc++ with GLIBCXX 3.4.25, since VS Code 1.99. A dev "
    "container "
    "brings its own libraries.",
    source="VS Code documentation, Remote Development FAQ: older Linux distributions",
    fix=(
        by_hand("Connect by a Docker context instead: scaffold init --host, choose the context."),
        by_hand("Or upgrade the distribution."),
    ),
    symptom="Warning: Missing GLIBC >= 2.28! The remote host does not meet the prerequisites for "
    "running VS Code Server",
)
