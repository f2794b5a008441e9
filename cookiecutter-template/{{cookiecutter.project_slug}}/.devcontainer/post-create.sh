{% from "plan.jinja" import plan with context %}
#!/bin/sh
# Made by gpu-scaffold; edit it freely. Runs once in the new container.
set -eu
cd "$(dirname "$0")/{{ "../.." if "/" in plan.folder else ".." }}"
{% for volume in plan.run.volumes %}

[ -w {{ volume.target }} ] || echo "warning: volume {{ volume.name }} belongs to another user id; to start afresh: docker volume rm {{ volume.name }}" >&2
{% endfor %}
{% for task in plan.install.tasks %}

# {{ task.comment }}
{% for command in task.commands %}
{{ command }}
{% endfor %}
{% endfor %}
{% if plan.run.gpu != "none" %}

{% set check = "python " ~ plan.folder ~ "/gpu-check.py" if not plan.adopted and plan.install.framework != "none" else "nvidia-smi" %}
{% if plan.run.gpu == "required" %}
{{ check }} || echo "A GPU IS REQUIRED HERE, and this container cannot use one. Details: scaffold verify" >&2
{% else %}
{{ check }} || echo "No GPU: it is optional here, the container works without. Details: scaffold verify" >&2
{% endif %}
{% endif %}
