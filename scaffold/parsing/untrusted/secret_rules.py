"""The published rules of the secret detector, as rows: docs/secrets.md explains them.

Names are judged by their words: `dbPassword`, `DB_PASSWORD` and `db.password` are one.
"""

import re

NAME_PARTS = ("PASSWORD", "PASSWD", "PASSPHRASE", "PASSCODE", "SECRET", "APIKEY", "AUTHTOKEN")
"""Anywhere in a word: PGPASSWORD."""

NAME_WORDS = frozenset(
    {
        *("PASS", "PWD", "PW", "TOKEN", "TOKENS", "TOK", "CRED", "CREDS", "CREDENTIAL"),
        *("CREDENTIALS", "DSN", "SAS", "PAT", "JWT", "BEARER", "PSK", "AUTHORIZATION", "CONNSTR"),
    }
)
"""As a word of its own; PASS and CRED also as the beginning of a word."""

NAME_TAILS = re.compile(
    # GRASSPASS is one, COMPASS is none.
    r"(?!(?:EN)?COMPASS$|(?:BY|TRES|SUR|MULTI|SINGLE|LOW|HIGH|BAND|ONE|TWO|NO)PASS$)\w+PASS|\w+TOKEN"
    r"|\w{2,}PW|\w*(?:BASIC|HTTP|PROXY|REGISTRY)AUTH"
    r"|(?:ACCESS|AUTH|ACCOUNT|CRYPT|ENC|ENCRYPTION|FERNET|HMAC|LICENSE|MASTER|PRIV|PRIVATE|ROOT"
    r"|SERVICE|SHARED|SIGN|SIGNING|SSH|STORAGE|TLS)KEYS?"
)
"""Words that end so: ROOTPW, SIGNINGKEY."""

NAME_SHORTENED = re.compile(r"SEC|(?:AWS|API|APP|CLIENT|AUTH|KEY)SEC")
"""Last words that shorten "secret", or count seconds: the value decides."""

SERVICES = frozenset(
    {
        *("OPENAI", "ANTHROPIC", "WANDB", "HF", "HUGGINGFACE", "KAGGLE", "COHERE", "REPLICATE"),
        *("MISTRAL", "GROQ", "TELEGRAM", "DISCORD", "SLACK", "STRIPE", "TWILIO", "SENDGRID"),
        *("GITHUB", "GITLAB", "CLOUDFLARE", "AWS", "AZURE", "NGC", "NVIDIA", "COMET", "NEPTUNE"),
        *("CLEARML", "RUNPOD", "LAMBDA", "MODAL", "TAILSCALE", "NGROK"),
    }
)
"""Names of services as whole names, whose value is a key if it looks random."""

NAME_ENDS = frozenset({"KEY", "KEYS", "AUTH", "COOKIE", "SALT", "OTP"})
"""As the last word of several."""

NAME_ALONE = frozenset({"KEY", "AUTH", "COOKIE", "OTP"})
"""As the whole name, if the value looks random."""

NAME_PAIRS = frozenset(
    {("CONNECTION", "STRING"), ("ACCESS", "KEY"), ("CONN", "STR"), ("KEY", "DATA"), ("KEY", "ID")}
)
"""Two words in a row."""

RANDOM = re.compile(
    r"(?=.*[A-Za-z])(?=.*\d)[\w+=-]{6,}|(?=.*[a-z])(?=.*[A-Z])[\w+=-]{8,}|[\w+-]{7,}={1,2}",
    re.ASCII,
)
"""What no word of a language looks like: letters and digits, or small and capital ones."""

HARMLESS_WORDS = re.compile(
    r"TOKENI[SZ]\w*|PASS(THROUGH|THRU|IVE|ES|ED|ENGERS?|ING|AGES?|PORT|BY)|CREDITS?"
)
HARMLESS_ENDS = frozenset(
    {
        *("TYPE", "LIMIT", "LENGTH", "ALGORITHM", "NAME", "NAMES", "COUNT", "SIZE", "TTL", "FIELD"),
        *("EXPIRY", "EXPIRES", "MIN", "MAX", "ENABLED", "REQUIRED", "HEADER", "ISSUER", "POLICY"),
        *("DAYS", "HOURS", "MINUTES", "SECONDS", "VERSION", "FORMAT", "MODE", "PREFIX", "AUDIENCE"),
    }
)
"""Last words of names that say something about a secret, unless the value looks random."""

HARMLESS_NAMES = re.compile(
    # A PGP fingerprint of the official Python images; the shell's own variables.
    r"GPG_KEY|(OLD)?PWD"
    # Words of a vocabulary, and how many of them.
    r"|(\w+_)?(PAD|EOS|BOS|UNK|SEP|CLS|MASK|SPECIAL|STOP|START|MAX|MIN|NUM|NEW|IMAGE|EXTRA"
    r"|PROMPT|INPUT|OUTPUT|TOTAL|N)_(\w+_)?TOKENS?(_\w+)?"
    # Keys of tables and keyboards, and keys that are public.
    r"|(\w+_)?(PUBLIC|PRIMARY|FOREIGN|UNIQUE|SORT|PARTITION|CACHE|DICT|HOT|GROUP|LOOKUP|ROUTING"
    r"|ANY|MAP|SHORTCUT|HOST|KNOWN|AUTHORIZED|TRUSTED|STATE|QUERY|INDEX|METADATA"
    r"|COLOU?R|COLUMN|DATA|DATASET|FEATURE|IMAGE|INPUT|LABEL|OBJECT|OUTPUT|TARGET|TEMPLATE|TEXT"
    r"|VOCAB)_KEYS?"
)
HARMLESS_VALUES = frozenset(
    {
        *("", "true", "false", "yes", "no", "on", "off", "0", "1", "none", "null", "nil"),
        *("default", "required", "optional", "disabled", "enabled", "prompt", "ask", "basic"),
        *("oauth", "oauth1", "oauth2", "openid", "saml", "ldap", "github", "google", "kerberos"),
        *("md5", "sha1", "sha256", "sha512", "hs256", "rs256", "es256", "base64", "utf8", "jwt"),
        *("password", "username", "anonymous", "hidden", "secret", "token", "cookie"),
        *("str", "int", "string", "bytes", "optional", "any", "text", "auto", "file", "env"),
    }
)
"""What a setting with such a name may say without giving anything away, in lower case."""

ISSUERS: tuple[tuple[str, str], ...] = (
    # A token has no underscore of its own, as `hf_checkpoint` and `hf_model_name` would.
    ("Hugging Face token", r"hf_[A-Za-z0-9]{11,}"),
    ("OpenAI, Anthropic or compatible key", r"sk-(?=[\w-]{0,200}\d)[\w-]{16,}"),
    ("GitHub token", r"gh[pousr]_\w{8,}|github_pat_\w{8,}"),
    ("GitLab token", r"gl(?:pat|dt|rt|cbt|ptt|ft|soat|agent|oas)-[\w.-]{8,}"),
    ("AWS access key", r"A(?:KIA|SIA|BIA|CCA)[A-Z0-9]{12,}"),
    ("AWS signature", r"X-Amz-(?:Signature|Security-Token)=[^\s&\"']{8,}"),
    ("Slack token", r"xox[abeoprs]-[\w-]{8,}|xapp-[\w-]{8,}"),
    (
        "Slack or Discord webhook",
        r"hooks\.slack\.com/services/[\w/]{8,}|discord(?:app)?\.com/api/webhooks/\d+/[\w-]+",
    ),
    ("NVIDIA API key", r"nvapi-[\w-]{8,}"),
    ("Google key or token", r"AIza[\w-]{20,}|ya29\.[\w.-]{8,}|GOCSPX-[\w-]{8,}"),
    ("Stripe key", r"(?:sk|rk|pk)_(?:live|test)_\w{8,}|whsec_\w{8,}"),
    ("PyPI token", r"pypi-[\w-]{16,}"),
    ("npm token", r"npm_[A-Za-z0-9]{16,}"),
    ("Docker token", r"dckr_[po]at_[\w-]{8,}"),
    ("Weights & Biases key", r"wandb_v\d_\w{8,}"),
    ("Replicate token", r"r8_\w{16,}"),
    ("Groq key", r"gsk_\w{16,}"),
    ("xAI key", r"xai-[\w-]{16,}"),
    ("Databricks token", r"dapi[0-9a-f]{32}(?:-\d)?"),
    ("DigitalOcean token", r"do[opr]_v1_[0-9a-f]{16,}"),
    ("Notion or Linear token", r"ntn_\w{16,}|lin_api_\w{16,}"),
    ("Vault token", r"hv[sbr]\.[\w-]{16,}"),
    ("Terraform token", r"\w{14}\.atlasv1\.[\w-]{16,}"),
    ("Grafana token", r"gl(?:sa|c)_[\w=]{16,}"),
    ("Sentry token", r"sntry[su]_[\w=+/-]{16,}"),
    ("Shopify token", r"shp(?:at|ss|ca|pa)_\w{16,}"),
    ("SendGrid key", r"SG\.[\w-]{16,}\.[\w-]{16,}"),
    ("Mailgun key", r"key-[0-9a-f]{32}"),
    ("Telegram bot token", r"\d{8,10}:AA[\w-]{30,}"),
    ("age key", r"AGE-SECRET-KEY-1\w{16,}"),
    ("Tailscale key", r"tskey-[\w-]{8,}"),
    ("Kaggle token", r"KGAT_\w{16,}"),
    ("LangSmith key", r"lsv2_(?:pt|sk)_\w{8,}"),
    ("Pinecone key", r"pcsk_\w{8,}"),
    ("Perplexity key", r"pplx-\w{16,}"),
    ("RunPod key", r"rpa_\w{16,}"),
    ("Together key", r"tgp_v\d_[\w-]{16,}"),
    ("Azure key", r"(?:Account|SharedAccess)Key=[A-Za-z0-9+/=]{8,}"),
    ("Azure signature", r"(?<=[?&])sig=[\w%+/=-]{8,}"),
    ("Anaconda token", r"(?<=/t/)(?=[\w-]{0,200}\d)[\w-]{8,200}(?=/)"),
    ("Atlassian token", r"AT(?:ATT|CTT|BB)[\w=-]{16,}"),
    ("Azure DevOps or Entra secret", r"[A-Za-z0-9]{52}AZDO\w{4}|[\w~.-]{3}8Q~[\w~.-]{31,}"),
    ("Azure registry or storage key", r"[\w+/]{42,120}(?:\+AC|ASt)[\w+/]{5,}={0,2}"),
    ("CircleCI token", r"CCIPAT_\w{8,}"),
    ("Cohere or Fireworks key", r"(?:co|fw)_(?=\w{0,200}\d)(?=\w{0,200}[A-Z])\w{16,}"),
    ("Doppler token", r"dp\.(?:pt|st|ct|sa|scim|audit)\.[\w.-]{12,}"),
    ("Dropbox token", r"sl\.(?:u\.)?[\w-]{16,}"),
    ("Figma token", r"fig[dour]_[\w-]{12,}"),
    ("Google refresh token", r"1//0[\w-]{16,}"),
    ("Heroku key", r"HRKU-[\w-]{8,}"),
    ("Mailchimp key", r"[0-9a-f]{32}-us\d{1,2}"),
    ("New Relic key", r"NRA[KA]-\w{12,}|NRII-[\w-]{12,}|\w{36}NRAL"),
    ("PlanetScale password", r"pscale_(?:pw|tkn|oauth)_[\w.-]{12,}"),
    ("Postman key", r"PMAK-[\w-]{12,}"),
    ("Pulumi token", r"pul-(?=\w{0,200}\d)\w{16,}"),
    ("Supabase key", r"sb[ps]_(?:secret_)?[\w-]{16,}"),
    ("Teams webhook", r"webhook\.office\.com/webhookb2/[\w@/-]{8,}"),
    ("Twilio key", r"(?:SK|AC)[0-9a-f]{32}"),
    ("signature in a URL", r"(?<=[?&])(?:X-Goog-)?Signature=[\w%+/=-]{8,}"),
    ("JSON web token", r"eyJ[\w-]{8,}\.eyJ[\w-]{8,}(?:\.[\w-]*)?"),
)
"""Forms that issuers of secrets give them, with who issues them."""

FILES: tuple[tuple[str, str], ...] = (
    (
        "logins of network programs",
        r"[._]netrc|\.git-credentials|\.pgpass|\.my\.cnf|\.mylogin\.cnf",
    ),
    ("logins of network programs", r"\.(msmtp|mutt|fetchmail|hg)rc|\.?(smb|cifs)[-_.]?credentials"),
    ("logins of network programs", r"(?<=/apt/)auth\.conf|(?<=auth\.conf\.d/).+|sitemanager\.xml"),
    ("package registry login", r"\.pypirc|\.npmrc|\.yarnrc\.yml|auth\.(json|toml)|\.condarc"),
    ("package registry login", r"nuget\.config|(?<=\.m2/)settings\.xml|(?<=\.bundle/)config"),
    ("package registry login", r"(?<=\.gradle/)gradle\.properties"),
    (
        "cloud login",
        r"credentials(\.(json|toml|db|csv|tfrc\.json|xml|ya?ml)(\.enc)?)?|.*credentials.*\.json",
    ),
    ("cloud login", r"accessTokens\.json|azureProfile\.json|msal_token_cache.*|\.boto|\.s3cfg"),
    ("cloud login", r"rclone\.conf|access_tokens\.db|application_default_credentials\.json"),
    (
        "cloud login",
        r"service_principal_entries\.json|(?<=\.(?:aws|oci|ngc)/)config|\.databrickscfg",
    ),
    (
        "cloud login",
        r"(?<=\.config/doctl/)config\.yaml|(?<=\.config/hcloud/)cli\.toml|\.?linode-cli",
    ),
    ("cloud login", r"(?<=\.runpod/)config\.toml|\.modal\.toml|\.vast_api_key|lambda_keys"),
    ("code host login", r"(?<=\.config/gh/)hosts\.yml|(?<=\.config/)hub|(?<=glab-cli/)config\.yml"),
    ("service account", r"(.*[-_])?service[-_]?account.*\.json|.*[-_]sa\.json|kaggle\.json"),
    ("service account", r"(?<=serviceaccount/)token|(?<=/run/secrets/).+"),
    ("Hugging Face token", r"stored_tokens|(?<=huggingface/)token"),
    ("experiment tracker login", r"(?<=wandb/)settings|\.comet\.config|(?<=dvc/)config(\.local)?"),
    ("Docker login", r"(?<=\.docker/)config\.json|\.dockercfg|\.dockerconfigjson"),
    ("Kubernetes login", r"(?<=\.kube/)config|kubeconfig.*|.*\.kubeconfig"),
    ("database login", r"(?<=snowflake/)connections\.toml|(?<=\.snowsql/)config|wp-config\.php"),
    ("tunnel login", r"ngrok\.yml|wg\d+\.conf|.*\.ovpn"),
    (
        "environment file",
        r"\.env(\.(?!example$|sample$|template$|dist$)\w+)*|.*\.env|\.envrc|\.flaskenv|\.Renviron",
    ),
    ("private key", r"id_(rsa|dsa|ecdsa|ed25519)(_sk)?|.*_(rsa|ed25519)|.*\.(pem|key|p12|pfx|jks)"),
    ("private key", r".*\.(keystore|ppk|kdbx?|asc|gpg)|secring\..*|private-keys-v1\.d"),
    ("private key", r".*\.keytab|krb5cc_\w+|.*\.keyring"),
    ("cookie or session secret", r".*cookie_secret|jupyter_cookie_secret|cookies(\.sqlite|\.txt)?"),
    ("Jupyter login", r"jupyter_(server|notebook)_config\.json|(jp|nb)server-\d+\.json"),
    ("Terraform state", r".*\.tfstate(\.backup)?|.*\.tfvars"),
    (
        "shell history",
        r"\.(bash|zsh|python|mysql|psql|node_repl|sqlite)_history|\.viminfo|\.lesshst",
    ),
    ("secrets by name", r"\.?secrets?(\.(json|ya?ml|toml|ini|txt|env))?|\.?passwords?(\.txt)?"),
    ("secrets by name", r"\.htpasswd|\.vault-token|g?shadow"),
    ("Streamlit or dbt secrets", r"(?<=\.streamlit/)secrets\.toml|(?<=\.dbt/)profiles\.yml"),
    ("ansible vault", r"\.?vault[-_]?pass(word)?(\.txt)?"),
)
"""Files in which programs keep secrets: what it is, and the file's name (look-behind: folder)."""
