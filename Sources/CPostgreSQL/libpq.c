// Each function hands on to libpq's own of that name, which is looked up once when the library is loaded.
#include "CPostgreSQL.h"
#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>

#if defined(__APPLE__)
#define LIBPQ "libpq.5.dylib"
#else
#define LIBPQ "libpq.so.5"
#endif

// result, name, parameters, arguments
#define EACH(F)                                                                                                        \
    F(PQconninfoOption *, PQconninfoParse, (const char *a, char **b), (a, b))                                          \
    F(PGconn *, PQconnectdbParams, (const char *const *a, const char *const *b, int c), (a, b, c))                     \
    F(ConnStatusType, PQstatus, (const PGconn *a), (a))                                                                \
    F(char *, PQerrorMessage, (const PGconn *a), (a))                                                                  \
    F(int, PQsocket, (const PGconn *a), (a))                                                                           \
    F(int, PQbackendPID, (const PGconn *a), (a))                                                                       \
    F(PQnoticeReceiver, PQsetNoticeReceiver, (PGconn * a, PQnoticeReceiver b, void *c), (a, b, c))                     \
    F(int, PQsetnonblocking, (PGconn * a, int b), (a, b))                                                              \
    F(int, PQsendQuery, (PGconn * a, const char *b), (a, b))                                                           \
    F(int, PQsendQueryParams,                                                                                          \
      (PGconn * a, const char *b, int c, const Oid *d, const char *const *e, const int *f, const int *g, int h),       \
      (a, b, c, d, e, f, g, h))                                                                                        \
    F(PGresult *, PQgetResult, (PGconn * a), (a))                                                                      \
    F(int, PQisBusy, (PGconn * a), (a))                                                                                \
    F(int, PQconsumeInput, (PGconn * a), (a))                                                                          \
    F(int, PQflush, (PGconn * a), (a))                                                                                 \
    F(PGnotify *, PQnotifies, (PGconn * a), (a))                                                                       \
    F(ExecStatusType, PQresultStatus, (const PGresult *a), (a))                                                        \
    F(char *, PQresultErrorField, (const PGresult *a, int b), (a, b))                                                  \
    F(char *, PQcmdStatus, (PGresult * a), (a))                                                                        \
    F(char *, PQcmdTuples, (PGresult * a), (a))                                                                        \
    F(int, PQntuples, (const PGresult *a), (a))                                                                        \
    F(int, PQnfields, (const PGresult *a), (a))                                                                        \
    F(Oid, PQftype, (const PGresult *a, int b), (a, b))                                                                \
    F(char *, PQgetvalue, (const PGresult *a, int b, int c), (a, b, c))                                                \
    F(int, PQgetlength, (const PGresult *a, int b, int c), (a, b, c))                                                  \
    F(int, PQgetisnull, (const PGresult *a, int b, int c), (a, b, c))

#define EACH_WITHOUT_RESULT(F)                                                                                         \
    F(PQconninfoFree, (PQconninfoOption * a), (a))                                                                     \
    F(PQfinish, (PGconn * a), (a))                                                                                     \
    F(PQfreemem, (void *a), (a))                                                                                       \
    F(PQclear, (PGresult * a), (a))

#define POINTER(result, name, parameters, arguments) static result(*name##_loaded) parameters;
#define POINTER_WITHOUT_RESULT(name, parameters, arguments) static void(*name##_loaded) parameters;
EACH(POINTER)
EACH_WITHOUT_RESULT(POINTER_WITHOUT_RESULT)

#define HAND_ON(result, name, parameters, arguments)                                                                   \
    result name parameters { return name##_loaded arguments; }
#define HAND_ON_WITHOUT_RESULT(name, parameters, arguments)                                                            \
    void name parameters { name##_loaded arguments; }
EACH(HAND_ON)
EACH_WITHOUT_RESULT(HAND_ON_WITHOUT_RESULT)

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int is_loaded;

static void load(void) {
    void *library = dlopen(LIBPQ, RTLD_LAZY | RTLD_LOCAL);
    if (!library) return;
    // OpenSSL, which libpq brings, would clean up at exit under the feet of a thread that is just connecting
    // (OPENSSL_INIT_NO_ATEXIT).
    int (*prepare)(unsigned long long, const void *) = NULL;
    *(void **)&prepare = dlsym(library, "OPENSSL_init_crypto");
    if (prepare) prepare(0x00080000ULL, NULL);
    int found = 1;
#define LOOK_UP(result, name, parameters, arguments) LOOK_UP_WITHOUT_RESULT(name, parameters, arguments)
#define LOOK_UP_WITHOUT_RESULT(name, parameters, arguments)                                                            \
    *(void **)&name##_loaded = dlsym(library, #name);                                                                  \
    found = found && name##_loaded != NULL;
    EACH(LOOK_UP)
    EACH_WITHOUT_RESULT(LOOK_UP_WITHOUT_RESULT)
    is_loaded = found;
}

int tessera_load_libpq(void) {
    pthread_once(&once, load);
    return is_loaded;
}
