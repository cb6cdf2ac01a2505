/* What the same SQLite does with nothing around it: the row of a session updated in place, a savepoint each, in groups
   that share a commit, as the server's writer does. Prints rotations a second for a size of group.

   cc -O2 bare_commit.c -lsqlite3 && ./a.out FILE GROUP SECONDS */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void run(sqlite3 *database, const char *sql) {
    char *message = NULL;
    if (sqlite3_exec(database, sql, NULL, NULL, &message) != SQLITE_OK) {
        fprintf(stderr, "%s: %s\n", sql, message);
        exit(1);
    }
}

static sqlite3_stmt *prepared(sqlite3 *database, const char *sql) {
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v3(database, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) != SQLITE_OK) {
        fprintf(stderr, "%s: %s\n", sql, sqlite3_errmsg(database));
        exit(1);
    }
    return statement;
}

static void step(sqlite3_stmt *statement) {
    int code = sqlite3_step(statement);
    if (code != SQLITE_DONE && code != SQLITE_ROW) {
        fprintf(stderr, "step: %d\n", code);
        exit(1);
    }
    sqlite3_reset(statement);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(int count, char **arguments) {
    if (count != 4) return 2;
    const int rows = 10000, group = atoi(arguments[2]);
    const double seconds = atof(arguments[3]);
    sqlite3 *database;
    if (sqlite3_open(arguments[1], &database) != SQLITE_OK) return 1;
    run(database, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    run(database,
        "CREATE TABLE sessions (id TEXT NOT NULL PRIMARY KEY, account_id TEXT NOT NULL, client_id TEXT NOT NULL,"
        "scope TEXT NOT NULL, audiences TEXT NOT NULL, account_generation BIGINT, client_generation BIGINT,"
        "authenticated_at BIGINT, expires_at BIGINT, idle_expires_at BIGINT, ended_at BIGINT,"
        "handle BLOB NOT NULL UNIQUE, counter BIGINT, current_digest BLOB, previous_digest BLOB, rotated_at BIGINT,"
        "previous_rotated_at BIGINT, salt BLOB)");
    run(database, "BEGIN");
    sqlite3_stmt *insert = prepared(database,
        "INSERT INTO sessions VALUES (printf('session-%016d', ?1), 'account-0123456789abcd', 'tessera', 'articles:read',"
        "'[\"http://127.0.0.1:8098\"]', 0, 0, 0, 0, 0, NULL, randomblob(12), 0, randomblob(32), randomblob(32), 0, 0,"
        "randomblob(32))");
    for (int row = 0; row < rows; row++) {
        sqlite3_bind_int(insert, 1, row);
        step(insert);
    }
    run(database, "COMMIT");
    sqlite3_stmt *begin = prepared(database, "BEGIN IMMEDIATE"), *commit = prepared(database, "COMMIT");
    sqlite3_stmt *save = prepared(database, "SAVEPOINT waiter"), *release = prepared(database, "RELEASE waiter");
    sqlite3_stmt *find = prepared(database, "SELECT * FROM sessions WHERE id = printf('session-%016d', ?1)");
    sqlite3_stmt *update = prepared(database,
        "UPDATE sessions SET counter = counter + 1, current_digest = randomblob(32), previous_digest = current_digest,"
        "rotated_at = ?1, previous_rotated_at = rotated_at, idle_expires_at = ?1 WHERE id = printf('session-%016d', ?2)");
    long done = 0;
    const double start = now();
    while (now() - start < seconds) {
        step(begin);
        for (int member = 0; member < group; member++, done++) {
            const int row = (int)((done * 7919) % rows);
            step(save);
            sqlite3_bind_int(find, 1, row);
            step(find);
            sqlite3_bind_int64(update, 1, done);
            sqlite3_bind_int(update, 2, row);
            step(update);
            step(release);
        }
        step(commit);
    }
    printf("%.0f\n", (double)done / (now() - start));
    return 0;
}
