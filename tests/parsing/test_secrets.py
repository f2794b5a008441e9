"""The detector on a corpus of our own: what it has to find, and what it has to leave alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaffold.parsing.recording import without_secrets
from scaffold.parsing.untrusted.secret_files import secret_file
from scaffold.parsing.untrusted.secret_forms import HIDDEN, redacted
from scaffold.parsing.untrusted.secrets import (
    find_secrets,
    redacted_settings,
    secret_variable,
    secret_words,
)

# Put together at run time, so that no scanner of repositories takes this file for a leak.
ISSUED = [
    prefix + body
    for prefix, body in (
        ("hf_", "CANARYabcdef1234"),
        ("sk-", "CANARY1234567890abcd"),
        ("sk-ant-", "CANARY1234567890abcd"),
        ("ghp_", "CANARYabcdef123456"),
        ("github_pat_", "CANARY11ABCDEFG"),
        ("glpat-", "CANARY-abcdef123"),
        ("AKIA", "CANARY0123456789".upper()),
        ("xoxb-", "CANARY-123456789"),
        ("nvapi-", "CANARY12345678"),
        ("AIza", "CANARYabcdefghijklmnop_-12"),
        ("pypi-", "AgEIcHlwaS5vcmcCANARY"),
        ("npm_", "CANARYabcdefghijklmn"),
        ("dckr_pat_", "CANARY123456"),
        ("sk_live_", "CANARY12345678"),
        ("r8_", "CANARYabcdefghijklmn"),
        ("gsk_", "CANARYabcdefghijklmn"),
        ("hvs.", "CANARYabcdefghijklmn"),
        ("dapi", "0123456789abcdef0123456789abcdef"),
        ("tskey-", "auth-CANARY123"),
        ("eyJ", "hbGciOiJIUzI1.eyJzdWIiOiIxMjM0.CANARY"),
    )
]

VARIABLES = [
    *("DB_PASS=CANARYpass", "MYSQL_PWD=CANARY", "PGPASSWORD=CANARY", "KEYPASSPHRASE=CANARY"),
    *("WANDB_API_KEY=CANARY", "OPENAI_KEY=CANARY", "SIGNING_KEYS=CANARY,CANARY", "apiKey=CANARY"),
    *("HF_TOKEN=CANARY", "GITLAB_ACCESS_TOKEN=CANARY", "authToken=CANARY", "TOKEN2=CANARY"),
    *("CLIENT_SECRET=CANARY", "secretKeyBase=CANARY", "AWS_SECRET_ACCESS_KEY=CANARY"),
    *("REGISTRY_CREDS=CANARY", "CREDENTIAL=CANARY", "SENTRY_DSN=CANARY", "BLOB_SAS=CANARY"),
    *("GITHUB_PAT=CANARY", "SESSION_JWT=CANARY", "AZURE_STORAGE_CONNECTION_STRING=CANARY"),
    *("NEO4J_AUTH=neo4j/CANARY", "REDIS_URL=redis://:CANARY@h", "X=amqp://u:CANARY@h/v"),
    *("PIP_EXTRA_INDEX_URL=https://CANARY@pypi.example.org/simple", "U=https://u:CANARY@h:8080/p"),
    *("http_proxy=http://u:CANARY/1@proxy:3128", "HTTPS_PROXY=http://u:CAN@ARY@proxy:3128"),
    *("all_proxy=socks5h://u:CAN'ARY\"@proxy:1080", "no_scheme_proxy=u:CANARY@proxy:3128"),
    *("INDEX=http:\\/\\/u:CANARY@h\\/simple", "G=git+https://CANARY@example.org/x.git"),
    *(
        "DB=postgresql+psycopg2://u:CANARY%2F@h/d",
        "BLOB=https://a.example.org/c?sv=1&sig=CANARY%2B12",
    ),
    *(f"PLAIN={form}" for form in ISSUED),
]

HARMLESS = [
    *("PATH=/usr/local/bin:/usr/bin", "LANG=C.UTF-8", "PYTHON_VERSION=3.12.1", "HOME=/root"),
    *("GPG_KEY=7169605F62C751356D054A26A821E680E5FA6305", "PWD=/work", "OLDPWD=/", "TERM=xterm"),
    *("TOKENIZERS_PARALLELISM=maybe", "MAX_TOKENS=4096", "PAD_TOKEN=<pad>", "NUM_NEW_TOKENS=7"),
    *("NVIDIA_VISIBLE_DEVICES=all", "NVIDIA_REQUIRE_CUDA=cuda>=12.4 brand=tesla,driver>=470"),
    *("LD_LIBRARY_PATH=/usr/local/nvidia/lib64", "CUDA_HOME=/usr/local/cuda", "COMPASS=north"),
    *("BYPASS=quick", "PASSTHROUGH=quick", "MONKEY=bonobo", "KEYBOARD=us", "PRIMARY_KEY=id"),
    *("CREDITS=12", "SACRED_OBSERVER=file", "PUBLIC_KEY=ssh-ed25519 AAAA", "HF_HOME=/models"),
    *("SSH_AUTH_SOCK=/tmp/agent", "DB_PASSWORD_FILE=/run/secrets/db", "TOKEN=", "USE_TOKEN=false"),
    *("GOOGLE_APPLICATION_CREDENTIALS=/keys/sa.json", "PIP_INDEX_URL=https://pypi.org/simple"),
    *("REGISTRY=https://registry.npmjs.org/@types/node", "NODE=http://h:3128/@scope"),
    *("REPO=ssh://git@example.org/x.git", "CLONE=git@example.org:x/y.git", "API_KEY=${API_KEY}"),
    *("SHA=0123456789abcdef0123456789abcdef01234567", "PIP_REQ=torch @ https://h/x.whl"),
    *("JUPYTER_PORT=8888", "MAIL=ada@example.org", "SKLEARN=sk-learn-contrib", "NCCL_DEBUG=INFO"),
]


@pytest.mark.parametrize("variable", VARIABLES)
def test_a_secret_in_a_variable_is_found(variable):
    assert secret_variable(*variable.split("=", 1))


@pytest.mark.parametrize("variable", HARMLESS)
def test_a_harmless_variable_is_left_alone(variable):
    assert not secret_variable(*variable.split("=", 1))


def test_precision_and_recall_on_the_corpus_are_whole():
    hits = [secret_variable(*one.split("=", 1)) for one in VARIABLES]
    false = [secret_variable(*one.split("=", 1)) for one in HARMLESS]
    assert (sum(hits) / len(hits), sum(false) / len(false)) == (1.0, 0.0)


TEXTS = [
    "password=CANARY",
    "export WANDB_API_KEY=CANARY",
    '{"auths": {"h": {"auth_token": "CANARY with spaces"}}}',
    "db:\n  password: 'CANARY # not a comment'\n",
    "machine example.org login ada password CANARY",
    "_authToken = CANARY",
    "//registry.example.org/:_authToken=CANARY",
    "c.NotebookApp.token = 'CANARY'",
    "Authorization: Bearer CANARY1234567890",
    "exec sleep 1000 --password CANARYcmd",
    "jupyter lab --IdentityProvider.token=CANARY",
    "jupyter lab --ServerApp.password 'CANARY more'",
    '["run", "--api-key", "CANARY"]',
    "curl -sS -u ada:CANARY https://example.org",
    "sshpass -p CANARY ssh host",
    "mysql -u root -pCANARY db",
    "redis-cli -h h -a CANARY ping",
    "docker login -u ada -p CANARY registry.example.org",
    "-----BEGIN OPENSSH PRIVATE KEY-----\nCANARY\nCANARY\n-----END OPENSSH PRIVATE KEY-----",
    "-----BEGIN RSA PRIVATE KEY-----\ncut short CANARY",
    'Environment="HTTP_PROXY=http://u:CANARY@p:1/" "NO_PROXY=localhost"',
    *(f"x {form} y" for form in ISSUED if "CANARY" in form),
]

PLAIN_TEXTS = [
    "tokenizer = AutoTokenizer.from_pretrained('bert-base')",
    "max_tokens=256, pad_token='<pad>'",
    "password = getpass.getpass('Password: ')",
    "token = os.environ['HF_TOKEN']",
    "def login(password: str, token: str = None) -> None:",
    "api_key: ${API_KEY}",
    "docker run -p 8888:8888 -u 1000 image",
    "torch==2.8.0 --index-url https://download.pytorch.org/whl/cu128",
    "see https://example.org/@ada/post and mail ada@example.org",
    "RUN pip install --no-cache-dir --extra-index-url https://pypi.nvidia.com x",
]


@pytest.mark.parametrize("text", TEXTS)
def test_no_secret_of_a_text_is_left_after_redaction(text):
    assert "CANARY" not in redacted_settings(text)


@pytest.mark.parametrize("text", PLAIN_TEXTS)
def test_text_without_secrets_stays_as_it_is(text):
    assert redacted_settings(text) == text


def test_a_known_value_is_hidden_wherever_it_occurs():
    assert redacted("a=CANARY b=xCANARYx", ["CANARY"]) == f"a={HIDDEN} b=x{HIDDEN}x"


def test_a_redacted_url_still_names_its_host():
    assert redacted("https://u:p/w@example.org/simple") == f"https://{HIDDEN}@example.org/simple"


@pytest.mark.parametrize(
    ("words", "places"),
    [
        (["serve", "--token", "abc"], (2,)),
        (["serve", "--token=abcdef"], (1,)),
        (["serve", "--token", "--verbose"], ()),
        (["serve", "--tokenizer", "bert"], ()),
        (["curl", "-u", "a:b", "https://h"], (2,)),
        (["docker", "run", "-p", "80:80", "-u", "1000"], ()),
        (["sh", "-c", "exec x --password abcdef"], (2,)),
    ],
)
def test_words_of_a_command_line_after_a_secret_option_are_found(words, places):
    assert secret_words(words) == places


SECRET_FILES = [
    *(
        "/root/.netrc",
        "/home/ada/.docker/config.json",
        "/root/.kube/config",
        "/root/.aws/credentials",
    ),
    *(
        "auth.json",
        "/srv/jupyterhub_cookie_secret",
        "/root/.local/share/jupyter/runtime/jpserver-1.json",
    ),
    *(
        "/app/.env",
        "/app/.env.production",
        "/app/prod.env",
        ".envrc",
        "/root/.npmrc",
        "/root/.pypirc",
    ),
    *(
        "/root/.ssh/id_ed25519",
        "/root/.ssh/deploy",
        "key.pem",
        "tls.key",
        "/root/.gnupg/secring.gpg",
    ),
    *("/root/.config/gcloud/access_tokens.db", "gcp-credentials.json", "service-account.json"),
    *("terraform.tfstate", "prod.tfvars", "secrets.yaml", "/root/.cache/huggingface/token"),
    *("/root/.kaggle/kaggle.json", "/root/.git-credentials", "/root/.bash_history", "rclone.conf"),
]
OTHER_FILES = [
    *("train.py", "config.json", "/root/.ssh/id_ed25519.pub", "/root/.ssh/known_hosts", "token.py"),
    *("/root/.kube/cache/x", ".env.example", "tokenizer.json", "keys.csv", "auth.py", "monkey.txt"),
    *("/root/.ssh/config", "tokenizer_config.json", "environment.yml", "requirements.txt"),
]


@pytest.mark.parametrize("path", SECRET_FILES)
def test_files_in_which_programs_keep_secrets_are_known(path):
    assert secret_file(path)


@pytest.mark.parametrize("path", OTHER_FILES)
def test_other_files_are_not_suspected(path):
    assert not secret_file(path)


@given(st.text(max_size=300))
def test_spans_lie_in_the_text_in_order_and_apart(text):
    found = find_secrets(text)
    edges = [edge for one in found for edge in (one.start, one.end)]
    assert edges == sorted(edges)
    assert all(0 <= edge <= len(text) for edge in edges)


@given(st.text("a@:/h\"'= \n-pT", max_size=200))
def test_redaction_never_raises(text):
    redacted_settings(text)


@pytest.mark.parametrize("password", ["CANARY", "CAN/CANARY", "CAN@CANARY", "CAN'CANARY"])
@pytest.mark.parametrize("cut", range(20, 60, 7))
def test_a_login_is_hidden_although_the_line_was_folded_through_it(password, cut):
    text = f'{{"HttpProxy":"http://user:{password}@proxy:3128","Name":"a@b","x":"{"y" * 40}"}}'
    lines = [text[:cut], text[cut:]]
    output = b"".join(b"0a1b docker_info |" + line.encode() + b"\n" for line in lines)
    clean = without_secrets(output)
    joined = b"".join(line.partition(b"|")[2] for line in clean.split(b"\n"))
    assert b"CANARY" not in joined
    assert b'@proxy:3128","Name":"a@b"' in joined


def test_other_parts_keep_their_lines():
    output = b"0a docker_info +\n0a docker_info |{}\n0a docker_info =0\n0a sshd |Port 22\n"
    assert without_secrets(output) == output
