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

ISSUERS: tuple[tuple[str, str, str], ...] = (
    # A token has no underscore of its own, as `hf_checkpoint` and `hf_model_name` would.
    ("Hugging Face token", r"hf_[A-Za-z0-9]{11,}", "hf_"),
    ("OpenAI, Anthropic or compatible key", r"sk-(?=[\w-]{0,200}\d)[\w-]{16,}", "sk-"),
    ("GitHub token", r"gh[pousr]_\w{8,}|github_pat_\w{8,}", "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_"),
    (
        "GitLab token",
        r"gl(?:pat|dt|rt|cbt|ptt|ft|soat|agent|oas)-[\w.-]{8,}",
        "glpat- gldt- glrt- glcbt- glptt- glft- glsoat- glagent- gloas-",
    ),
    ("AWS access key", r"A(?:KIA|SIA|BIA|CCA)[A-Z0-9]{12,}", "AKIA ASIA ABIA ACCA"),
    ("AWS signature", r"X-Amz-(?:Signature|Security-Token)=[^\s&\"']{8,}", "X-Amz-"),
    ("Slack token", r"xox[abeoprs]-[\w-]{8,}|xapp-[\w-]{8,}", "xox xapp-"),
    (
        "Slack or Discord webhook",
        r"hooks\.slack\.com/services/[\w/]{8,}|discord(?:app)?\.com/api/webhooks/\d+/[\w-]+",
        "hooks.slack.com /api/webhooks/",
    ),
    ("NVIDIA API key", r"nvapi-[\w-]{8,}", "nvapi-"),
    (
        "Google key or token",
        r"AIza[\w-]{20,}|ya29\.[\w.-]{8,}|GOCSPX-[\w-]{8,}",
        "AIza ya29. GOCSPX-",
    ),
    ("Stripe key", r"(?:sk|rk|pk)_(?:live|test)_\w{8,}|whsec_\w{8,}", "sk_ rk_ pk_ whsec_"),
    ("PyPI token", r"pypi-[\w-]{16,}", "pypi-"),
    ("npm token", r"npm_[A-Za-z0-9]{16,}", "npm_"),
    ("Docker token", r"dckr_[po]at_[\w-]{8,}", "dckr_"),
    ("Weights & Biases key", r"wandb_v\d_\w{8,}", "wandb_v"),
    ("Replicate token", r"r8_\w{16,}", "r8_"),
    ("Groq key", r"gsk_\w{16,}", "gsk_"),
    ("xAI key", r"xai-[\w-]{16,}", "xai-"),
    ("Databricks token", r"dapi[0-9a-f]{32}(?:-\d)?", "dapi"),
    ("DigitalOcean token", r"do[opr]_v1_[0-9a-f]{16,}", "_v1_"),
    ("Notion or Linear token", r"ntn_\w{16,}|lin_api_\w{16,}", "ntn_ lin_api_"),
    ("Vault token", r"hv[sbr]\.[\w-]{16,}", "hvs. hvb. hvr."),
    ("Terraform token", r"\w{14}\.atlasv1\.[\w-]{16,}", ".atlasv1."),
    ("Grafana token", r"gl(?:sa|c)_[\w=]{16,}", "glsa_ glc_"),
    ("Sentry token", r"sntry[su]_[\w=+/-]{16,}", "sntrys_ sntryu_"),
    ("Shopify token", r"shp(?:at|ss|ca|pa)_\w{16,}", "shpat_ shpss_ shpca_ shppa_"),
    ("SendGrid key", r"SG\.[\w-]{16,}\.[\w-]{16,}", "SG."),
    ("Mailgun key", r"key-[0-9a-f]{32}", "key-"),
    ("Telegram bot token", r"\d{8,10}:AA[\w-]{30,}", ":AA"),
    ("age key", r"AGE-SECRET-KEY-1\w{16,}", "AGE-SECRET-KEY-1"),
    ("Tailscale key", r"tskey-[\w-]{8,}", "tskey-"),
    ("Kaggle token", r"KGAT_\w{16,}", "KGAT_"),
    ("LangSmith key", r"lsv2_(?:pt|sk)_\w{8,}", "lsv2_"),
    ("Pinecone key", r"pcsk_\w{8,}", "pcsk_"),
    ("Perplexity key", r"pplx-\w{16,}", "pplx-"),
    ("RunPod key", r"rpa_\w{16,}", "rpa_"),
    ("Together key", r"tgp_v\d_[\w-]{16,}", "tgp_v"),
    ("Azure key", r"(?:Account|SharedAccess)Key=[A-Za-z0-9+/=]{8,}", "Key="),
    ("Azure signature", r"(?<=[?&])sig=[\w%+/=-]{8,}", "sig="),
    ("Anaconda token", r"(?<=/t/)(?=[\w-]{0,200}\d)[\w-]{8,200}(?=/)", "/t/"),
    ("Atlassian token", r"AT(?:ATT|CTT|BB)[\w=-]{16,}", "ATATT ATCTT ATBB"),
    (
        "Azure DevOps or Entra secret",
        r"[A-Za-z0-9]{52}AZDO\w{4}|[\w~.-]{3}8Q~[\w~.-]{31,}",
        "AZDO 8Q~",
    ),
    ("Azure registry or storage key", r"[\w+/]{42,120}(?:\+AC|ASt)[\w+/]{5,}={0,2}", "+AC ASt"),
    ("CircleCI token", r"CCIPAT_\w{8,}", "CCIPAT_"),
    ("Cohere or Fireworks key", r"(?:co|fw)_(?=\w{0,200}\d)(?=\w{0,200}[A-Z])\w{16,}", "co_ fw_"),
    ("Doppler token", r"dp\.(?:pt|st|ct|sa|scim|audit)\.[\w.-]{12,}", "dp."),
    ("Dropbox token", r"sl\.(?:u\.)?[\w-]{16,}", "sl."),
    ("Figma token", r"fig[dour]_[\w-]{12,}", "figd_ figo_ figu_ figr_"),
    ("Google refresh token", r"1//0[\w-]{16,}", "1//0"),
    ("Heroku key", r"HRKU-[\w-]{8,}", "HRKU-"),
    ("Mailchimp key", r"[0-9a-f]{32}-us\d{1,2}", "-us"),
    ("New Relic key", r"NRA[KA]-\w{12,}|NRII-[\w-]{12,}|\w{36}NRAL", "NRAK- NRAA- NRII- NRAL"),
    ("PlanetScale password", r"pscale_(?:pw|tkn|oauth)_[\w.-]{12,}", "pscale_"),
    ("Postman key", r"PMAK-[\w-]{12,}", "PMAK-"),
    ("Pulumi token", r"pul-(?=\w{0,200}\d)\w{16,}", "pul-"),
    ("Supabase key", r"sb[ps]_(?:secret_)?[\w-]{16,}", "sbp_ sbs_"),
    ("Teams webhook", r"webhook\.office\.com/webhookb2/[\w@/-]{8,}", "webhookb2/"),
    ("Twilio key", r"(?:SK|AC)[0-9a-f]{32}", "SK AC"),
    ("signature in a URL", r"(?<=[?&])(?:X-Goog-)?Signature=[\w%+/=-]{8,}", "Signature="),
    ("JSON web token", r"eyJ[\w-]{8,}\.eyJ[\w-]{8,}(?:\.[\w-]*)?", "eyJ"),
)
"""Forms that issuers of secrets give them: who issues them, the form, and texts of which one is in
each secret of the form, so that a form is only searched for where it can be."""
