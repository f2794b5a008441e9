// Computes a * x + y on the GPU and compares with the CPU.
// Exit code: 0 equal, 1 different or an error, 77 no GPU.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <cuda_runtime.h>

static void check(cudaError_t result, const char *what) {
    if (result != cudaSuccess) {
        std::fprintf(stderr, "%s: %s\n", what, cudaGetErrorString(result));
        std::exit(1);
    }
}

__global__ void saxpy(int count, float a, const float *x, float *y) {
    const int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < count) {
        y[i] = a * x[i] + y[i];
    }
}

int main() {
    int devices = 0;
    if (cudaGetDeviceCount(&devices) != cudaSuccess || devices == 0) {
        std::printf("no GPU: nothing was computed\n");
        return 77;
    }
    cudaDeviceProp device;
    check(cudaGetDeviceProperties(&device, 0), "device");
    std::printf("%s, compute capability %d.%d\n", device.name, device.major, device.minor);

    const int count = 1 << 20;
    const size_t bytes = count * sizeof(float);
    std::vector<float> x(count), y(count), result(count);
    for (int i = 0; i < count; i++) {
        x[i] = i % 1000;
        y[i] = i % 7;
    }
    float *on_gpu_x = nullptr, *on_gpu_y = nullptr;
    check(cudaMalloc(&on_gpu_x, bytes), "memory");
    check(cudaMalloc(&on_gpu_y, bytes), "memory");
    check(cudaMemcpy(on_gpu_x, x.data(), bytes, cudaMemcpyHostToDevice), "copy");
    check(cudaMemcpy(on_gpu_y, y.data(), bytes, cudaMemcpyHostToDevice), "copy");
    saxpy<<<(count + 255) / 256, 256>>>(count, 2.0f, on_gpu_x, on_gpu_y);
    check(cudaGetLastError(), "start");
    check(cudaMemcpy(result.data(), on_gpu_y, bytes, cudaMemcpyDeviceToHost), "copy");
    check(cudaFree(on_gpu_x), "memory");
    check(cudaFree(on_gpu_y), "memory");

    for (int i = 0; i < count; i++) {
        if (std::fabs(result[i] - (2.0f * x[i] + y[i])) > 1e-3f) {
            std::printf("different at %d: %f\n", i, result[i]);
            return 1;
        }
    }
    std::printf("%d values are equal to those of the CPU\n", count);
    return 0;
}
