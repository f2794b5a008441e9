"""A repository as {path: text}, read."""

from scaffold.project.reading import read_project


def tree(files, paths=()):
    contents = {
        path: content.encode() if isinstance(content, str) else content
        for path, content in files.items()
    }
    return read_project(contents, paths)


def used(facts, what):
    return [f"{one.where} {one.text}" for one in facts.evidence if one.what == what and one.used]


def unused(facts, what):
    return [
        f"{one.where} {one.text}" for one in facts.evidence if one.what == what and not one.used
    ]
