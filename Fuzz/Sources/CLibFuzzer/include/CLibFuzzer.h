#include <stddef.h>
#include <stdint.h>

/// Runs the fuzzer's own command line; it comes back when the fuzzing ends.
int LLVMFuzzerRunDriver(
    int *_Nonnull argc,
    char *_Nullable *_Nonnull *_Nonnull argv,
    int (*_Nonnull callback)(const uint8_t *_Nullable data, size_t size)
);
