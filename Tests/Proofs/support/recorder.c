/* Records what a program does to the files below RECORDER_ROOT, in order and with the data, into RECORDER_LOG.

   cc -shared -fPIC -O1 -o recorder.so recorder.c -ldl
   LD_PRELOAD=./recorder.so RECORDER_ROOT=/dir RECORDER_LOG=/elsewhere/log program

   Each call is made and recorded under one lock, so that the log's order is the order of effects; a sync is recorded once
   it has returned. With RECORDER_DROP_SYNC set, syncs are neither made nor recorded. powercut.py reads the log. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { WRITE = 1, TRUNCATE, SYNC, CREATE, RENAME, UNLINK, MKDIR };

struct header {
    uint32_t magic, operation;
    uint64_t inode, offset;
    uint32_t path_length, data_length;
};

#define FILES 65536
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned char tracked[FILES];
static char root[4096];
static size_t root_length;
static int log_file = -1, drops_sync;

#define REAL(name) ((__typeof__(&name))real(#name))

static void *real(const char *name) {
    void *found = dlsym(RTLD_NEXT, name);
    if (!found) abort();
    return found;
}

__attribute__((constructor)) static void begin(void) {
    const char *directory = getenv("RECORDER_ROOT"), *log = getenv("RECORDER_LOG");
    if (!directory || !log) return;
    if (!realpath(directory, root)) abort();
    root_length = strlen(root);
    drops_sync = getenv("RECORDER_DROP_SYNC") != NULL;
    log_file = REAL(open)(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (log_file < 0) abort();
}

/* The absolute path of what lies below the root and is not shared memory, which is made anew after a power cut. */
static int below(int directory, const char *path, char *absolute) {
    if (log_file < 0 || !path) return 0;
    if (path[0] == '/') {
        snprintf(absolute, 4096, "%s", path);
    } else if (directory == AT_FDCWD) {
        char current[2048];
        if (!getcwd(current, sizeof current)) return 0;
        snprintf(absolute, 4096, "%s/%s", current, path);
    } else {
        return 0;
    }
    size_t length = strlen(absolute);
    if (length > 4 && !strcmp(absolute + length - 4, "-shm")) return 0;
    return !strncmp(absolute, root, root_length) && (absolute[root_length] == '/' || !absolute[root_length]);
}

static uint64_t inode_of(int file) {
    struct stat status;
    return fstat(file, &status) == 0 ? status.st_ino : 0;
}

static void record(uint32_t operation, uint64_t inode, uint64_t offset, const char *path, const void *data, size_t length) {
    struct header header = {0x54455353, operation, inode, offset, path ? strlen(path) : 0, length};
    struct iovec parts[] = {{&header, sizeof header}, {(void *)path, header.path_length}, {(void *)data, length}};
    ssize_t whole = sizeof header + header.path_length + length;
    if (REAL(writev)(log_file, parts, 3) != whole) abort();
}

static int opened(int directory, const char *path, int flags, mode_t mode, int (*call)(int, const char *, int, mode_t)) {
    char absolute[4096];
    if (!below(directory, path, absolute)) return call(directory, path, flags, mode);
    pthread_mutex_lock(&lock);
    int existed = access(absolute, F_OK) == 0;
    int file = call(directory, path, flags, mode);
    int error = errno;
    if (file >= 0 && file < FILES) {
        tracked[file] = 1;
        if (!existed && (flags & O_CREAT)) record(CREATE, inode_of(file), 0, absolute, NULL, 0);
        else if (flags & O_TRUNC) record(TRUNCATE, inode_of(file), 0, NULL, NULL, 0);
    }
    pthread_mutex_unlock(&lock);
    errno = error;
    return file;
}

static int real_openat(int directory, const char *path, int flags, mode_t mode) {
    return REAL(openat)(directory, path, flags, mode);
}

#define MODE(flags) \
    mode_t mode = 0; \
    if (flags & (O_CREAT | O_TMPFILE)) { va_list rest; va_start(rest, flags); mode = va_arg(rest, mode_t); va_end(rest); }

int open(const char *path, int flags, ...) { MODE(flags) return opened(AT_FDCWD, path, flags, mode, real_openat); }
int open64(const char *path, int flags, ...) { MODE(flags) return opened(AT_FDCWD, path, flags, mode, real_openat); }
int openat(int directory, const char *path, int flags, ...) { MODE(flags) return opened(directory, path, flags, mode, real_openat); }
int openat64(int directory, const char *path, int flags, ...) { MODE(flags) return opened(directory, path, flags, mode, real_openat); }

int close(int file) {
    if (file >= 0 && file < FILES) tracked[file] = 0;
    return REAL(close)(file);
}

static int is_tracked(int file) { return log_file >= 0 && file >= 0 && file < FILES && tracked[file]; }

static ssize_t written(int file, const void *data, size_t length, off_t offset) {
    pthread_mutex_lock(&lock);
    ssize_t count = REAL(pwrite)(file, data, length, offset);
    int error = errno;
    if (count > 0) record(WRITE, inode_of(file), offset, NULL, data, count);
    pthread_mutex_unlock(&lock);
    errno = error;
    return count;
}

ssize_t pwrite(int file, const void *data, size_t length, off_t offset) {
    return is_tracked(file) ? written(file, data, length, offset) : REAL(pwrite)(file, data, length, offset);
}
ssize_t pwrite64(int file, const void *data, size_t length, off_t offset) { return pwrite(file, data, length, offset); }

ssize_t write(int file, const void *data, size_t length) {
    if (!is_tracked(file)) return REAL(write)(file, data, length);
    off_t offset = lseek(file, 0, SEEK_CUR);
    ssize_t count = written(file, data, length, offset);
    if (count > 0) lseek(file, offset + count, SEEK_SET);
    return count;
}

ssize_t writev(int file, const struct iovec *parts, int count) {
    if (is_tracked(file)) abort(); /* Nobody does so; were it done, it would have to be recorded. */
    return REAL(writev)(file, parts, count);
}

int ftruncate(int file, off_t size) {
    if (!is_tracked(file)) return REAL(ftruncate)(file, size);
    pthread_mutex_lock(&lock);
    int result = REAL(ftruncate)(file, size);
    int error = errno;
    if (result == 0) record(TRUNCATE, inode_of(file), size, NULL, NULL, 0);
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}
int ftruncate64(int file, off_t size) { return ftruncate(file, size); }

static int synced(int file, int (*call)(int)) {
    if (!is_tracked(file)) return call(file);
    if (drops_sync) return 0;
    pthread_mutex_lock(&lock);
    int result = call(file);
    int error = errno;
    if (result == 0) record(SYNC, inode_of(file), 0, NULL, NULL, 0);
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}
int fsync(int file) { return synced(file, REAL(fsync)); }
int fdatasync(int file) { return synced(file, REAL(fdatasync)); }

int rename(const char *from, const char *to) {
    char old[4096], new[4096];
    if (!below(AT_FDCWD, from, old) || !below(AT_FDCWD, to, new)) return REAL(rename)(from, to);
    pthread_mutex_lock(&lock);
    int result = REAL(rename)(from, to);
    int error = errno;
    if (result == 0) record(RENAME, 0, 0, old, new, strlen(new));
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}

int unlink(const char *path) {
    char absolute[4096];
    if (!below(AT_FDCWD, path, absolute)) return REAL(unlink)(path);
    pthread_mutex_lock(&lock);
    int result = REAL(unlink)(path);
    int error = errno;
    if (result == 0) record(UNLINK, 0, 0, absolute, NULL, 0);
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}

int mkdir(const char *path, mode_t mode) {
    char absolute[4096];
    if (!below(AT_FDCWD, path, absolute)) return REAL(mkdir)(path, mode);
    pthread_mutex_lock(&lock);
    int result = REAL(mkdir)(path, mode);
    int error = errno;
    struct stat status;
    if (result == 0 && stat(absolute, &status) == 0) record(MKDIR, status.st_ino, 0, absolute, NULL, 0);
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}
