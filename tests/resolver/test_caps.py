"""Releases of other packages that are kept out, since they came later and break what was chosen."""

# A table is read by its columns.
# ruff: noqa: E501

import pytest

from scaffold.catalogue import load_catalogue
from scaffold.facts import Gpu, HostFacts
from scaffold.project.framework import Framework
from scaffold.project.framework_table import BY_FRAMEWORK, BY_NAME
from scaffold.resolver.resolution import Resolution, Wishes
from scaffold.resolver.resolving import resolve
from scaffold.resolver.specifiers import specifiers

# fmt: off
CAPS = [
    # situation, framework, Python, packages, caps, part of a warning
    ("torch before NumPy 2", "torch==2.2.2", "", [], "numpy<2", ""),
    ("torch since NumPy 2", "torch==2.3.1", "", ["numpy"], "", ""),
    ("NumPy 2 does not exist for the Python", "torch==1.13.1", "==3.8.*", ["numpy"], "", ""),
    ("a range that holds both", "torch==2.1.2", "", ["numpy>=1.20"], "numpy<2", ""),
    ("a range that has no NumPy 2", "torch==2.1.2", "", ["numpy<1.27"], "", ""),
    ("a pin of NumPy 1", "torch==2.1.2", "", ["numpy==1.26.4"], "", ""),
    ("a pin of NumPy 2 stays, and is said", "torch==2.1.2", "", ["numpy==2.1.0"], "", "the project asks for numpy==2.1.0: torch 2.1.2 was compiled for NumPy 1"),
    ("JAX before NumPy 2 and SciPy 1.13", "jax==0.4.23", "", [], "scipy<1.13 numpy<2", ""),
    ("JAX before NumPy 2", "jax==0.4.25", "", [], "numpy<2", ""),
    ("JAX since", "jax==0.4.30", "", [], "", ""),
    ("TensorFlow before Protocol Buffers 4", "tensorflow==2.8.0 cpu", "==3.9.*", [], "numpy<2 protobuf<3.21 setuptools<82", ""),
    ("TensorFlow that says it itself", "tensorflow==2.18.1", "", [], "setuptools<82", ""),
    ("TensorFlow without pkg_resources", "tensorflow==2.21.0", "", [], "", ""),
    ("a pinned package before NumPy 2, without a framework", "", "", ["pandas==1.5.3"], "numpy<2", ""),
    ("a bounded package that cannot reach NumPy 2", "", "", ["pandas<2"], "numpy<2", ""),
    ("a bounded package that can", "", "", ["pandas<3"], "", ""),
    ("a package of any release", "", "", ["pandas", "scikit-learn>=1.0"], "", ""),
    ("a package that never follows NumPy", "", "", ["imgaug"], "numpy<2", ""),
    ("the lowest of two", "torch==2.1.2", "", ["chumpy"], "numpy<1.24", ""),
    ("a Python without NumPy 1", "", "==3.13.*", ["imgaug"], "", "imgaug uses names that NumPy 2 removed, and no numpy below 2 has wheels for Python 3.13: --python 3.12"),
    ("alternatives for several Pythons", "", "", ["pandas==1.5.3; python_version<'3.9'", "pandas==2.2.3"], "", ""),
    ("alternatives of the other package", "torch==2.1.2", "", ["numpy==1.24.4; python_version<'3.9'", "numpy==2.0.0"], "", ""),
    ("what never names numpy", "torch==2.9.0", "", ["requests==2.0"], "", ""),
    ("a second framework", "torch==2.2.2", "==3.10.*", ["jax==0.4.23"], "scipy<1.13 numpy<2", ""),
]
# fmt: on


@pytest.mark.parametrize(
    ("framework", "python", "packages", "caps", "warning"),
    [pytest.param(*row[1:], id=row[0]) for row in CAPS],
)
def test_caps(framework, python, packages, caps, warning):
    found = resolved(framework, python, packages)
    assert set(found.caps) == set(caps.split())
    said = {one.chosen for one in found.decisions}
    assert set(found.caps) <= said
    assert any(warning in text for text in found.warnings) or not warning
    said = ("the project asks for", "has wheels for")
    assert warning or not any(word in text for text in found.warnings for word in said)


def resolved(framework: str, python: str, packages: list[str]) -> Resolution:
    named, _, cpu = framework.partition(" ")
    name, mark, version = named.partition("==")
    wishes = Wishes(
        framework=BY_NAME[name] if name else Framework.NONE,
        framework_spec=f"{mark}{version}",
        python_spec=python,
        packages=tuple(packages),
    )
    if cpu:
        host = HostFacts()
    else:
        host = HostFacts(driver_version="535.183.01", gpus=(Gpu(name="NVIDIA A100-SXM4-80GB"),))
    found = resolve(load_catalogue(), host, wishes)
    assert isinstance(found, Resolution), found
    return found


def test_rows_name_packages_as_they_are_compared():
    caps = load_catalogue().caps
    for cap in caps:
        assert cap.package == cap.package.lower().replace("_", "-")
        assert specifiers(f"<{cap.below}")
        assert cap.because[0].islower()
    frameworks = {row.distribution for row in BY_FRAMEWORK.values()}
    assert frameworks <= {cap.package for cap in caps}
