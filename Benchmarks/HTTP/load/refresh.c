/* Refreshes many sessions at once, each on a connection of its own, with the refresh token that it was given last. One
   thread: what it costs is taken from the cores that it shares with the server. Prints requests a second, and the median
   and the 99th percentile of the times in milliseconds.

   The tokens stand in a file, a line each, and are written back at the end; an answer that was not waited for is asked
   for again within the grace period.

   cc -O2 refresh.c && ./a.out PORT TOKENS SECONDS */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CONNECTIONS = 1024, TOKEN = 256, ANSWER = 8192, TIMES = 1 << 22 };

struct connection {
    int socket;
    char token[TOKEN], answer[ANSWER + 1];
    size_t length;
    double asked;
};

static struct connection connections[CONNECTIONS];
static float times[TIMES];

static void fail(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(1);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int by_size(const void *one, const void *other) {
    const float a = *(const float *)one, b = *(const float *)other;
    return (a > b) - (a < b);
}

static void open_socket(struct connection *connection, int port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
    const int yes = 1;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connection->socket = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(connection->socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (connect(connection->socket, (struct sockaddr *)&address, sizeof address) != 0) fail("nothing listens on %d", port);
}

static void ask(struct connection *connection, int port) {
    char request[1024], body[TOKEN + 64];
    const int size = snprintf(body, sizeof body, "grant_type=refresh_token&refresh_token=%s", connection->token);
    const int length = snprintf(
        request, sizeof request,
        "POST /token HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        "Content-Length: %d\r\n\r\n%s", port, size, body);
    connection->length = 0;
    connection->asked = now();
    if (write(connection->socket, request, (size_t)length) != length) fail("a request was not taken");
}

/* Whether the answer is there whole; then the session's next token is read from it. */
static int answered(struct connection *connection) {
    const ssize_t count =
        read(connection->socket, connection->answer + connection->length, ANSWER - connection->length);
    if (count <= 0) fail("a connection ended");
    connection->length += (size_t)count;
    connection->answer[connection->length] = 0;
    const char *body = strstr(connection->answer, "\r\n\r\n");
    if (!body) return 0;
    body += 4;
    const char *size = strcasestr(connection->answer, "\r\ncontent-length:");
    if (!size || size >= body) fail("an answer without a length");
    if (connection->length - (size_t)(body - connection->answer) < strtoul(size + 17, NULL, 10)) return 0;
    if (strncmp(connection->answer, "HTTP/1.1 200 ", 13) != 0) fail("refused: %s", connection->answer);
    const char *token = strstr(body, "\"refresh_token\":\"");
    if (!token) fail("no refresh token: %s", body);
    token += 17;
    const size_t length = strcspn(token, "\"");
    if (length >= TOKEN) fail("a refresh token of %zu bytes", length);
    memcpy(connection->token, token, length);
    connection->token[length] = 0;
    return 1;
}

int main(int count, char **arguments) {
    if (count != 4) return 2;
    const int port = atoi(arguments[1]);
    FILE *file = fopen(arguments[2], "r");
    if (!file) fail("%s cannot be read", arguments[2]);
    int open = 0;
    while (open < CONNECTIONS && fscanf(file, "%255s", connections[open].token) == 1) open++;
    fclose(file);
    const int events = epoll_create1(0);
    for (int index = 0; index < open; index++) {
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = &connections[index]};
        open_socket(&connections[index], port);
        epoll_ctl(events, EPOLL_CTL_ADD, connections[index].socket, &event);
    }
    const double start = now(), end = start + atof(arguments[3]);
    for (int index = 0; index < open; index++) ask(&connections[index], port);
    size_t done = 0;
    double last = start;
    while (last < end) {
        struct epoll_event ready[CONNECTIONS];
        const int woken = epoll_wait(events, ready, CONNECTIONS, 30000);
        if (woken <= 0) fail("no answer for 30 seconds");
        for (int index = 0; index < woken; index++) {
            struct connection *connection = ready[index].data.ptr;
            if (!answered(connection)) continue;
            last = now();
            if (done < TIMES) times[done] = (float)(last - connection->asked);
            done++;
            ask(connection, port);
        }
    }
    file = fopen(arguments[2], "w");
    if (!file) fail("%s cannot be written", arguments[2]);
    for (int index = 0; index < open; index++) fprintf(file, "%s\n", connections[index].token);
    fclose(file);
    const size_t kept = done < TIMES ? done : TIMES;
    qsort(times, kept, sizeof times[0], by_size);
    printf("%.0f %.3f %.3f\n", (double)done / (last - start), times[kept / 2] * 1e3, times[kept * 99 / 100] * 1e3);
    return 0;
}
