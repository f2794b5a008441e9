"""Names of images as a mirror of Docker Hub has them."""


def mirrored_image(image: str, registry: str) -> str:
    """The image as a mirror of Docker Hub names it; images of other registries stay."""
    first, _, rest = image.partition("/")
    if first in {"docker.io", "index.docker.io"}:
        image, first = rest, rest.partition("/")[0] if "/" in rest else ""
    elif not rest:
        first = ""
    if not registry or "." in first or ":" in first or first == "localhost":
        return image
    return f"{registry.rstrip('/')}/{image if first else f'library/{image}'}"
