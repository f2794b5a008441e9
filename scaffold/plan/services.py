"""One row for each service that can run next to the dev container."""

from scaffold.plan.model import ServicePlan
from scaffold.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service and the variables by which the dev container's programs find it.

    Passwords are the service's own well-known ones: nothing is published outside the Compose
    project's network.
    """

    plan: ServicePlan
    address: tuple[tuple[str, str], ...]
    port: int = 0


# Images and health checks: the images' pages on Docker Hub and ghcr.io, November 2026.
SERVICES = (
    Service(
        plan=ServicePlan(
            name="postgres",
            image="postgres:18-bookworm",
            env=(("POSTGRES_USER", "dev"), ("POSTGRES_PASSWORD", "dev"), ("POSTGRES_DB", "dev")),
            volume="postgres-data",
            # From 18 on the image keeps its data in a folder for each major release.
            folder="/var/lib/postgresql",
            test="pg_isready --username dev",
        ),
        address=(("DATABASE_URL", "postgresql://dev:dev@postgres:5432/dev"),),
    ),
    Service(
        plan=ServicePlan(
            name="redis",
            image="redis:8-bookworm",
            volume="redis-data",
            folder="/data",
            test="redis-cli ping",
        ),
        address=(("REDIS_URL", "redis://redis:6379/0"),),
    ),
    Service(
        plan=ServicePlan(
            name="mlflow",
            image="ghcr.io/mlflow/mlflow:v3.7.0",
            command="mlflow server --host 0.0.0.0 --port 5000 --backend-store-uri "
            "sqlite:////mlflow/mlflow.db --artifacts-destination /mlflow/artifacts",
            volume="mlflow-data",
            folder="/mlflow",
        ),
        address=(("MLFLOW_TRACKING_URI", "http://mlflow:5000"),),
        port=5000,
    ),
    Service(
        plan=ServicePlan(
            name="minio",
            image="minio/minio:RELEASE.2025-09-07T16-13-09Z",
            env=(("MINIO_ROOT_USER", "dev"), ("MINIO_ROOT_PASSWORD", "dev-password")),
            command="server /data --console-address :9001",
            volume="minio-data",
            folder="/data",
        ),
        address=(
            ("AWS_ENDPOINT_URL", "http://minio:9000"),
            ("AWS_ACCESS_KEY_ID", "dev"),
            ("AWS_SECRET_ACCESS_KEY", "dev-password"),
        ),
        port=9001,
    ),
)


def service_row(name: str) -> Service:
    """The row of a service that the answers name."""
    return next(row for row in SERVICES if row.plan.name == name)
