// What Tessera uses of libpq's interface (PostgreSQL's documentation, chapter "libpq"), which is loaded when a database
// of PostgreSQL is first named: a server on SQLite neither needs the library nor pays for it.
#ifndef TESSERA_CPOSTGRESQL_H
#define TESSERA_CPOSTGRESQL_H

typedef struct pg_conn PGconn;
typedef struct pg_result PGresult;
typedef unsigned int Oid;

typedef enum { CONNECTION_OK = 0, CONNECTION_BAD = 1 } ConnStatusType;

typedef enum {
    PGRES_EMPTY_QUERY = 0,
    PGRES_COMMAND_OK = 1,
    PGRES_TUPLES_OK = 2,
    PGRES_SINGLE_TUPLE = 9
} ExecStatusType;

typedef struct pgNotify {
    char *relname;
    int be_pid;
    char *extra;
    struct pgNotify *next;
} PGnotify;

typedef struct {
    char *keyword;
    char *envvar;
    char *compiled;
    char *val;
    char *label;
    char *dispchar;
    int dispsize;
} PQconninfoOption;

typedef void (*PQnoticeReceiver)(void *argument, const PGresult *result);

/// Loads libpq, once; 0 where this machine has none.
///
/// Nothing else here may be called before this has answered 1.
int tessera_load_libpq(void);

PQconninfoOption *PQconninfoParse(const char *conninfo, char **message);
void PQconninfoFree(PQconninfoOption *options);
PGconn *PQconnectdbParams(const char *const *keywords, const char *const *values, int expand_dbname);
void PQfinish(PGconn *connection);
ConnStatusType PQstatus(const PGconn *connection);
char *PQerrorMessage(const PGconn *connection);
int PQsocket(const PGconn *connection);
int PQbackendPID(const PGconn *connection);
PQnoticeReceiver PQsetNoticeReceiver(PGconn *connection, PQnoticeReceiver receiver, void *argument);
int PQsetnonblocking(PGconn *connection, int nonblocking);
int PQsendQuery(PGconn *connection, const char *command);
int PQsendQueryParams(PGconn *connection, const char *command, int count, const Oid *types, const char *const *values,
                      const int *lengths, const int *formats, int result_format);
PGresult *PQgetResult(PGconn *connection);
int PQisBusy(PGconn *connection);
int PQconsumeInput(PGconn *connection);
int PQflush(PGconn *connection);
PGnotify *PQnotifies(PGconn *connection);
void PQfreemem(void *memory);
ExecStatusType PQresultStatus(const PGresult *result);
char *PQresultErrorField(const PGresult *result, int field);
char *PQcmdStatus(PGresult *result);
char *PQcmdTuples(PGresult *result);
void PQclear(PGresult *result);
int PQntuples(const PGresult *result);
int PQnfields(const PGresult *result);
Oid PQftype(const PGresult *result, int field);
char *PQgetvalue(const PGresult *result, int row, int field);
int PQgetlength(const PGresult *result, int row, int field);
int PQgetisnull(const PGresult *result, int row, int field);

#endif
