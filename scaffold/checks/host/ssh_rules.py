"""Findings about the login over SSH and remote development."""

from scaffold.findings import Consent, Level, Rule, by_hand

NOISY = Rule(
    "ssh.noisy-login",
    Level.ERROR,
    "The login shell prints something before a command's own output",
    "Docker over SSH reads it as the engine's answer: malformed HTTP response. scp breaks too.",
    "tried with Docker 28.2; OpenSSH FAQ 2.9",
    (
        by_hand(
            "Find what prints in ~/.bashrc, ~/.zshenv, ~/.config/fish/config.fish or ~/.ssh/rc."
        ),
        by_hand("Print for people only: put `case $- in *i*) ;; *) return;; esac` first."),
    ),
    symptom="malformed HTTP response; Received message too long",
)
NOT_ON_PATH = Rule(
    "ssh.docker-not-on-path",
    Level.ERROR,
    "docker is not on the PATH of a command over SSH",
    "A command over SSH gets a shorter PATH than a terminal; Docker contexts then find no docker.",
    "docker/cli#2115, #3045",
    consent=Consent.ROUTINE,
    symptom="bash: docker: command not found",
)
SHELL = Rule(
    "ssh.foreign-shell",
    Level.INFO,
    "The login shell does not speak POSIX sh",
    "Tools that send sh commands over SSH may fail; VS Code and Docker manage.",
    "VS Code documentation, Remote Development using SSH",
)
NO_HOME = Rule(
    "ssh.no-home",
    Level.WARN,
    "The home folder does not exist",
    "VS Code's server and Docker's settings are kept there.",
    "VS Code documentation, Remote Development using SSH",
    (by_hand("Ask the host's admins to create it, or check that its mount is active."),),
)
NO_TCP = Rule(
    "ssh.no-tcp-forwarding",
    Level.ERROR,
    "sshd forbids forwarding ports",
    "VS Code's Remote-SSH and every forwarded notebook go through it.",
    "sshd_config(5), AllowTcpForwarding, PermitOpen; VS Code documentation, SSH server settings",
    symptom="open failed: administratively prohibited: open failed",
)
NO_STREAM = Rule(
    "ssh.no-stream-forwarding",
    Level.WARN,
    "sshd forbids forwarding sockets",
    "Docker's socket cannot be forwarded, which is the fastest way to a remote engine.",
    "sshd_config(5), AllowStreamLocalForwarding",
)
SESSIONS = Rule(
    "ssh.max-sessions",
    Level.WARN,
    "sshd allows few sessions on one connection",
    "A shared connection (ControlMaster) then refuses Docker's parallel requests.",
    "sshd_config(5), MaxSessions: 10 by default",
)

SLOW = Rule(
    "ssh.slow-login",
    Level.WARN,
    "The login shell starts slowly",
    "Every docker command over SSH and every step of VS Code waits for it.",
    "microsoft/vscode-remote-release#2509",
    (
        by_hand("Find what takes the time: bash -xlc true, or zsh -xlc true (conda init, nvm …)."),
        by_hand("Run it for people only: put `case $- in *i*) ;; *) return;; esac` first."),
    ),
    symptom="Resolver error: Error: Connecting with SSH timed out",
)
READ_ONLY = Rule(
    "ssh.home-read-only",
    Level.WARN,
    "This user may not write to the home folder",
    "VS Code's server and Docker's settings are kept there.",
    "VS Code documentation, Remote Development using SSH",
    (by_hand("Ask the host's admins to give you the folder: chown, or the mount's options."),),
    symptom="mkdir: cannot create directory '.vscode-server': Permission denied",
)
EDITOR = Rule(
    "ssh.editor-server",
    Level.WARN,
    "VS Code's server does not run on this host",
    "It needs glibc 2.28 and libstdc++ with GLIBCXX 3.4.25, since VS Code 1.99. A dev container "
    "brings its own libraries.",
    "VS Code documentation, Remote Development FAQ: older Linux distributions",
    (
        by_hand("Connect by a Docker context instead: scaffold init --host, choose the context."),
        by_hand("Or upgrade the distribution."),
    ),
    symptom="Warning: Missing GLIBC >= 2.28! The remote host does not meet the prerequisites for "
    "running VS Code Server",
)
