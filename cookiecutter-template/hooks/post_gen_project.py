"""Says what to do with the files that were written."""

FOLDER = {{ cookiecutter.project_slug | tojson }}

print(f"""
Wrote {FOLDER}/.devcontainer. Next:
  1. Copy .devcontainer and .dockerignore into your project, or move your project into {FOLDER}.
  2. Open the folder in VS Code, and run: Dev Containers: Reopen in Container
To choose the framework build for your GPU and driver, use scaffold init in your project.""")
