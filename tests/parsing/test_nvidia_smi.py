"""Every sample of nvidia-smi's output, and its complaints."""

from pathlib import Path

import pytest

from scaffold.facts import Gpu
from scaffold.parsing.nvidia_smi import (
    header_versions,
    read_processes,
    read_query,
    read_slices,
    read_smi,
    read_table,
)

SAMPLES = Path(__file__).parent / "nvidia_smi"

TABLES = {
    "a100_mig_535.161.08": ("535.161.08", "12.2", "NVIDIA A100-SXM4-40GB", 40960),
    "geforce8400_340.108_no_cuda_field": ("340.108", None, "GeForce 8400M GS", 127),
    "h100x2_570.172.08": ("570.172.08", "12.8", "NVIDIA H100 80GB HBM3", 81559),
    "jetson_orin_540.4.0": ("540.4.0", "12.6", "Orin (nvgpu)", None),
    "k80_470.57.02": ("470.57.02", "11.4", "Tesla K80", 11441),
    "rtx2080ti_450.80.02_truncated_name": ("450.80.02", "11.0", "GeForce RTX 208...", 11011),
    "rtx5090_580.76.05": ("580.76.05", "13.0", "NVIDIA GeForce RTX 5090", 32607),
    "rtx5090_610.43.02_KMD_header": ("610.43.02", "13.3", "NVIDIA GeForce RTX 5090", 32607),
    "rtx5090_wsl2_590.48.01_vs_591.59": ("591.59", "13.1", "NVIDIA GeForce RTX 5090", 32607),
    "t4_450.80.02_docker_compose": ("450.80.02", "11.1", "Tesla T4", 15109),
    "t4_535.86.10_nvidia_docs": ("535.86.10", "12.2", "Tesla T4", 15109),
    "vgpu_grid_t4-4c_470.103.01": ("470.103.01", "11.4", "GRID T4-4C", 4096),
}

QUERIES = {
    "query_csv_2xL40": ("NVIDIA L40", 46068, None, 2),
    "query_csv_gtx1080ti_580": ("NVIDIA GeForce GTX 1080 Ti", 11264, None, 1),
    "query_csv_ok": ("NVIDIA H100 80GB HBM3", 81559, "9.0", 1),
    "query_csv_rtx5070ti": ("NVIDIA GeForce RTX 5070 Ti", 16303, "12.0", 1),
}

COMPLAINTS = {
    "compute_cap_invalid_470": 'Field "compute_cap" is not a valid field to query.',
    "err_couldnt_communicate": "NVIDIA-SMI has failed because it couldn't communicate",
    "err_mismatch_580": "Failed to initialize NVML: Driver/library version mismatch",
    "err_no_devices": "No devices were found",
    "err_nvml_unknown_error": "Failed to initialize NVML: Unknown Error",
}


def sample(name: str) -> str:
    return (SAMPLES / f"{name}.txt").read_text(encoding="utf-8")


def test_every_sample_is_read_by_some_test():
    names = {path.stem for path in SAMPLES.glob("*.txt")}
    assert names == {*TABLES, *QUERIES, *COMPLAINTS, "list_gpus_mixed"}


@pytest.mark.parametrize("name", TABLES)
def test_table_gives_versions_names_and_memory(name):
    driver, cuda, gpu, memory = TABLES[name]
    text = sample(name)
    assert header_versions(text) == (driver, cuda)
    first = read_table(text)[0]
    assert (first.name, first.memory_mib) == (gpu, memory)
    assert not any(row.cell_error for row in read_table(text))


def test_two_gpus_of_a_table_are_two():
    assert [gpu.index for gpu in read_table(sample("h100x2_570.172.08"))] == [0, 1]


@pytest.mark.parametrize("name", QUERIES)
def test_query_with_a_header_is_read_by_its_column_names(name):
    gpu, memory, capability, count = QUERIES[name]
    rows = read_query(sample(name))
    assert len(rows) == count
    assert (rows[0].name, rows[0].memory_mib) == (gpu, memory)
    assert rows[0].compute_capability == capability


@pytest.mark.parametrize("name", COMPLAINTS)
def test_complaint_is_kept_and_no_gpu_is_seen(name):
    text = sample(name)
    assert read_smi(text, 9).said.startswith(COMPLAINTS[name])
    assert read_query(text) is None
    assert read_table(text) == ()
    assert header_versions(text) == (None, None)


def test_library_version_of_a_mismatch_is_read():
    smi = read_smi(sample("err_mismatch_580"), 18)
    assert (smi.code, smi.library_version) == (18, "580.126")


def test_wsl_names_its_own_version_beside_that_of_windows():
    text = sample("rtx5090_wsl2_590.48.01_vs_591.59")
    assert read_smi(text, 0).version == "590.48.01"
    assert header_versions(text)[0] == "591.59"


def test_list_has_no_slices_where_there_is_no_mig():
    slices = read_slices(sample("list_gpus_mixed"))
    assert len(slices) == 4
    assert set(slices.values()) == {()}


def test_slices_stand_under_their_gpu():
    text = "GPU 0: NVIDIA A100 (UUID: GPU-a)\n  MIG 3g.20gb Device 0: (UUID: MIG-1)\n"
    assert read_slices(f"  MIG lost (UUID: MIG-0)\n{text}") == {"GPU-a": ("MIG-1",)}


def test_processes_are_counted_by_gpu():
    counts = read_processes("GPU-a, 12\nGPU-a, 13\nNo running processes found\n")
    assert (counts["GPU-a"], counts["GPU-b"]) == (2, 0)


def test_refused_query_is_followed_by_the_one_that_works():
    text = """Field "compute_cap" is not a valid field to query.

index, name, uuid, memory.total [MiB], memory.free [MiB], pci.bus_id, persistence_mode
0, Tesla T4, GPU-1, 15360, [N/A], 00000000:00:1E.0, Disabled
1, cut
"""
    assert read_query(text) == (
        Gpu(
            name="Tesla T4",
            index=0,
            uuid="GPU-1",
            compute_capability=None,
            memory_mib=15360,
            pci_address="00000000:00:1e.0",
            persistence=False,
        ),
    )


def test_error_in_a_cell_marks_its_gpu():
    text = "index, name, temperature.gpu\n0, NVIDIA H100, ERR!\n1, NVIDIA H100, 30\n"
    assert [gpu.cell_error for gpu in read_query(text)] == [True, False]
    table = sample("h100x2_570.172.08").replace("31C ", "ERR!")
    assert [gpu.cell_error for gpu in read_table(table)] == [True, False]


def test_star_in_the_mig_column_means_that_a_change_waits():
    table = sample("a100_mig_535.161.08")
    (gpu,) = read_table(table)
    assert (gpu.mig_enabled, gpu.mig_pending) == (True, True)
    (gpu,) = read_table(table.replace("Enabled |", "Enabled*|"))
    assert (gpu.mig_enabled, gpu.mig_pending) == (True, False)
