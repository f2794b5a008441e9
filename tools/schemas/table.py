"""The table of commands and documents, and the schema files that follow from it."""

import json

from scaffold.cli.report import SCHEMA
from tools.schemas import containers, deciding, running
from tools.schemas.from_types import DRAFT, Schema, SchemaWriter

FOLDER = f"scaffold/schemas/{SCHEMA}"

DOCUMENTS: dict[str, tuple[type, ...]] = {
    "init": (deciding.InitDocument,),
    "up": (running.UpDocument, running.UpDryRunDocument),
    "open": (running.OpenDocument,),
    "doctor": (deciding.DoctorDocument,),
    "config list": (deciding.ConfigListDocument,),
    "status": (running.StatusDocument,),
    "verify": (running.VerifyDocument,),
    "tunnel": (running.TunnelDocument,),
    "sync": (running.SyncDocument,),
    "pull": (running.PullDocument, running.PullListDocument),
    "down": (running.DownDocument,),
    "host check": (deciding.CheckedHostDocument, deciding.CheckedHostsDocument),
    "host setup": (deciding.HostSetupDocument,),
    "host list": (deciding.HostListDocument,),
    "host remove": (deciding.HostRemoveDocument,),
    "container list": (containers.ContainerListDocument,),
    "container recreate": (containers.RecreateDocument, containers.RecreateDryRunDocument),
    "container save": (containers.SaveDocument,),
    "container prune": (containers.PruneDocument,),
    "container adopt": (containers.AdoptDocument,),
    "resolve": (deciding.ResolveDocument,),
    **{
        f"catalogue {topic}": (deciding.catalogue_document(topic),) for topic in deciding.TOPIC_ROWS
    },
    "catalogue refresh": (deciding.RefreshDocument,),
}
"""Each command with `--json` and what it prints: one form, or one of several."""


def file_name(command: str) -> str:
    """The schema's file in the package."""
    return f"{command.replace(' ', '-')}.json"


def schema(command: str, *, strict: bool = False) -> Schema:
    """The schema of one command's documents. A reader must accept keys that it does not know."""
    writer = SchemaWriter(strict=strict)
    forms = [_versioned(writer.record(kind)) for kind in DOCUMENTS[command]]
    head = {
        "$schema": DRAFT,
        "$id": f"urn:gpu-scaffold:schema:{SCHEMA}:{command.replace(' ', ':')}",
        "title": f"scaffold {command} --json",
    }
    body = forms[0] if len(forms) == 1 else {"anyOf": forms}
    return head | body | {"$defs": writer.definitions}


def _versioned(form: Schema) -> Schema:
    version = {"description": "version of this document", "const": SCHEMA}
    keys = {"schema": version} | form["properties"]
    return form | {"properties": keys, "required": ["schema", *form["required"]]}


def files() -> dict[str, str]:
    """Every schema file with its content."""
    return {
        f"{FOLDER}/{file_name(command)}": json.dumps(schema(command), indent=2) + "\n"
        for command in DOCUMENTS
    }
