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
