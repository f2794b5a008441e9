"""Finds the files in which programs keep secrets, by their paths."""

import re
from functools import cache

FILES: tuple[tuple[str, str, str], ...] = (
    (
        "logins of network programs",
        r"[._]netrc|\.git-credentials|\.pgpass|\.my\.cnf|\.mylogin\.cnf",
        "netrc .git-credentials .pgpass .my.cnf .mylogin.cnf",
    ),
    (
        "logins of network programs",
        r"\.(msmtp|mutt|fetchmail|hg)rc|\.?(smb|cifs)[-_.]?credentials",
        "msmtprc muttrc fetchmailrc hgrc credentials",
    ),
    (
        "logins of network programs",
        r"(?<=/apt/)auth\.conf|(?<=auth\.conf\.d/).+|sitemanager\.xml",
        "auth.conf sitemanager.xml",
    ),
    (
        "package registry login",
        r"\.pypirc|\.npmrc|\.yarnrc\.yml|auth\.(json|toml)|\.condarc",
        ".pypirc .npmrc .yarnrc.yml auth.json auth.toml .condarc",
    ),
    (
        "package registry login",
        r"nuget\.config|(?<=\.m2/)settings\.xml|(?<=\.bundle/)config",
        "nuget.config .m2/ .bundle/",
    ),
    ("package registry login", r"(?<=\.gradle/)gradle\.properties", "gradle.properties"),
    (
        "cloud login",
        r"credentials(\.(json|toml|db|csv|tfrc\.json|xml|ya?ml)(\.enc)?)?|.*credentials.*\.json",
        "credentials",
    ),
    (
        "cloud login",
        r"accessTokens\.json|azureProfile\.json|msal_token_cache.*|\.boto|\.s3cfg",
        "accesstokens.json azureprofile.json msal_token_cache .boto .s3cfg",
    ),
    (
        "cloud login",
        r"rclone\.conf|access_tokens\.db|application_default_credentials\.json",
        "rclone.conf access_tokens.db application_default_credentials.json",
    ),
    (
        "cloud login",
        r"service_principal_entries\.json|(?<=\.(?:aws|oci|ngc)/)config|\.databrickscfg",
        "service_principal_entries.json .aws/ .oci/ .ngc/ .databrickscfg",
    ),
    (
        "cloud login",
        r"(?<=\.config/doctl/)config\.yaml|(?<=\.config/hcloud/)cli\.toml|\.?linode-cli",
        "doctl/ hcloud/ linode-cli",
    ),
    (
        "cloud login",
        r"(?<=\.runpod/)config\.toml|\.modal\.toml|\.vast_api_key|lambda_keys",
        ".runpod/ .modal.toml .vast_api_key lambda_keys",
    ),
    (
        "code host login",
        r"(?<=\.config/gh/)hosts\.yml|(?<=\.config/)hub|(?<=glab-cli/)config\.yml",
        "gh/ .config/hub glab-cli/",
    ),
    (
        "service account",
        r"(.*[-_])?service[-_]?account.*\.json|.*[-_]sa\.json|kaggle\.json",
        "account sa.json kaggle.json",
    ),
    (
        "service account",
        r"(?<=serviceaccount/)token|(?<=/run/secrets/).+",
        "serviceaccount/ /run/secrets/",
    ),
    ("Hugging Face token", r"stored_tokens|(?<=huggingface/)token", "stored_tokens huggingface/"),
    (
        "experiment tracker login",
        r"(?<=wandb/)settings|\.comet\.config|(?<=dvc/)config(\.local)?",
        "wandb/ .comet.config dvc/",
    ),
    (
        "Docker login",
        r"(?<=\.docker/)config\.json|\.dockercfg|\.dockerconfigjson",
        ".docker/ .dockercfg .dockerconfigjson",
    ),
    ("Kubernetes login", r"(?<=\.kube/)config|kubeconfig.*|.*\.kubeconfig", ".kube/ kubeconfig"),
    (
        "database login",
        r"(?<=snowflake/)connections\.toml|(?<=\.snowsql/)config|wp-config\.php",
        "snowflake/ .snowsql/ wp-config.php",
    ),
    ("tunnel login", r"ngrok\.yml|wg\d+\.conf|.*\.ovpn", "ngrok.yml .conf .ovpn"),
    (
        "environment file",
        r"\.env(\.(?!example$|sample$|template$|dist$)\w+)*|.*\.env|\.envrc|\.flaskenv|\.Renviron",
        ".env .flaskenv .renviron",
    ),
    (
        "private key",
        r"id_(rsa|dsa|ecdsa|ed25519)(_sk)?|.*_(rsa|ed25519)|.*\.(pem|key|p12|pfx|jks)",
        "id_ _rsa _ed25519 .pem .key .p12 .pfx .jks",
    ),
    (
        "private key",
        r".*\.(keystore|ppk|kdbx?|asc|gpg)|secring\..*|private-keys-v1\.d",
        ".keystore .ppk .kdb .asc .gpg secring. private-keys-v1.d",
    ),
    ("private key", r".*\.keytab|krb5cc_\w+|.*\.keyring", ".keytab krb5cc_ .keyring"),
    (
        "cookie or session secret",
        r".*cookie_secret|jupyter_cookie_secret|cookies(\.sqlite|\.txt)?",
        "cookie",
    ),
    (
        "Jupyter login",
        r"jupyter_(server|notebook)_config\.json|(jp|nb)server-\d+\.json",
        "jupyter_ server-",
    ),
    ("Terraform state", r".*\.tfstate(\.backup)?|.*\.tfvars", ".tfstate .tfvars"),
    (
        "shell history",
        r"\.(bash|zsh|python|mysql|psql|node_repl|sqlite)_history|\.viminfo|\.lesshst",
        "_history .viminfo .lesshst",
    ),
    (
        "secrets by name",
        r"\.?secrets?(\.(json|ya?ml|toml|ini|txt|env))?|\.?passwords?(\.txt)?",
        "secret password",
    ),
    ("secrets by name", r"\.htpasswd|\.vault-token|g?shadow", ".htpasswd .vault-token shadow"),
    (
        "Streamlit or dbt secrets",
        r"(?<=\.streamlit/)secrets\.toml|(?<=\.dbt/)profiles\.yml",
        ".streamlit/ .dbt/",
    ),
    ("ansible vault", r"\.?vault[-_]?pass(word)?(\.txt)?", "vault"),
)
"""Files in which programs keep secrets: what it is, the file's name (look-behind: folder), and
texts, in lower case, of which one is in each such path."""

_SECRET_FOLDERS = re.compile(
    r"(?:^|/)(?:\.ssh|\.gnupg|\.aws|\.azure|\.config/gcloud)/(?!config$|known_hosts)"
)


@cache
def _files() -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    return tuple((kind, name, tuple(texts.split())) for kind, name, texts in FILES)


@cache
def _any_text() -> re.Pattern[str]:
    return re.compile("|".join({re.escape(one) for _, _, texts in _files() for one in texts}))


@cache
def _file_pattern(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?:.*/)?(?:{name})", re.IGNORECASE)


def secret_file(path: str) -> str:
    """What kind of secrets programs keep in a file of this path; empty for other files."""
    path = path.rstrip("/")
    lower = path.casefold()
    likely = _any_text().search(lower)
    for kind, name, texts in _files() if likely else ():
        if not any(one in lower for one in texts) or path.endswith(".pub"):
            continue
        if _file_pattern(name).fullmatch(path):
            return kind
    return "logins and keys" if _SECRET_FOLDERS.search(path) and path[-4:] != ".pub" else ""
