/* The backend behind every proxy: one thread, prepared answers, bodies of requests are read and discarded. */
#include "load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

struct answer {
    char *bytes;
    size_t length;
};

static struct answer small, big, huge;

struct exchange {
    int fd;
    size_t have;
    size_t body_left;          /* of the request that is being read */
    int chunked;               /* 1: in the body of a chunked request */
    const struct answer *next; /* what follows the body of the request */
    const char *out;
    size_t out_left;
    char buffer[65536];
};

static struct answer prepare(size_t body) {
    char head[256];
    int length = snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nServer: backend\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\n\r\n", body);
    struct answer answer = {malloc((size_t)length + body), (size_t)length + body};
    memcpy(answer.bytes, head, (size_t)length);
    memset(answer.bytes + length, 'x', body);
    return answer;
}

static int open_port(int port) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (bind(fd, (struct sockaddr *)&address, sizeof address) || listen(fd, 4096)) die("backend");
    return fd;
}

static void take(struct exchange *x, size_t used) {
    x->have -= used;
    memmove(x->buffer, x->buffer + used, x->have);
}

/* Reads a head that is complete; 0 when it is not. */
static int read_head(struct exchange *x) {
    char *end = x->have ? memmem(x->buffer, x->have, "\r\n\r\n", 4) : NULL;
    if (!end) return 0;
    *end = 0;
    char *line_end = strchr(x->buffer, '\r');
    size_t line = line_end ? (size_t)(line_end - x->buffer) : strlen(x->buffer);
    x->next = memmem(x->buffer, line, "huge", 4) ? &huge : memmem(x->buffer, line, "big", 3) ? &big : &small;
    char *length = strcasestr(x->buffer, "\r\ncontent-length:");
    x->body_left = length ? strtoul(length + 17, NULL, 10) : 0;
    x->chunked = strcasestr(x->buffer, "\r\ntransfer-encoding:") != NULL;
    take(x, (size_t)(end + 4 - x->buffer));
    return 1;
}

/* Discards the body; 1 when it is over. */
static int read_body(struct exchange *x) {
    for (;;) {
        size_t used = x->have < x->body_left ? x->have : x->body_left;
        if (used == x->have) x->have = 0;
        else if (used) take(x, used);
        x->body_left -= used;
        if (x->body_left) return 0;
        if (!x->chunked) return 1;
        char *end = memmem(x->buffer, x->have, "\r\n", 2);
        if (!end) return 0;
        if (end == x->buffer) { /* the line end behind a chunk */
            take(x, 2);
            continue;
        }
        x->body_left = strtoul(x->buffer, NULL, 16);
        size_t line = (size_t)(end + 2 - x->buffer);
        if (x->body_left == 0) {
            if (x->have < line + 2) return 0;
            take(x, line + 2);
            x->chunked = 0;
            return 1;
        }
        take(x, line);
    }
}

/* 1: all written, 0: the socket is full, -1: gone */
static int write_answer(struct exchange *x) {
    while (x->out_left) {
        ssize_t written = write(x->fd, x->out, x->out_left);
        if (written < 0) return errno == EAGAIN ? 0 : -1;
        x->out += written;
        x->out_left -= (size_t)written;
    }
    return 1;
}

static void listen_for(int epoll, struct exchange *x, uint32_t events) {
    struct epoll_event event = {.events = events, .data.ptr = x};
    epoll_ctl(epoll, EPOLL_CTL_MOD, x->fd, &event);
}

/* 0 when the connection is over */
static int serve(int epoll, struct exchange *x, uint32_t events) {
    for (;;) {
        if (x->out_left) {
            int written = write_answer(x);
            if (written < 0) return 0;
            if (!written) {
                listen_for(epoll, x, EPOLLOUT);
                return 1;
            }
        }
        if (events & EPOLLOUT) {
            listen_for(epoll, x, EPOLLIN);
            events = 0;
        }
        if (!x->next) read_head(x);
        if (x->next && read_body(x)) {
            x->out = x->next->bytes;
            x->out_left = x->next->length;
            x->next = NULL;
            continue;
        }
        if (x->have == sizeof x->buffer) return 0;
        ssize_t got = read(x->fd, x->buffer + x->have, sizeof x->buffer - x->have);
        if (got > 0) x->have += (size_t)got;
        else return got < 0 && errno == EAGAIN;
    }
}

static void accept_all(int epoll, int door) {
    int fd, one = 1;
    while ((fd = accept4(door, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        struct exchange *x = calloc(1, sizeof *x);
        x->fd = fd;
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = x};
        epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
    }
}

_Noreturn void run_backend(int port) {
    raise_file_limit();
    small = prepare(2);
    big = prepare(16384);
    huge = prepare(1048576);
    int door = open_port(port), epoll = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL}, events[MAX_EVENTS];
    epoll_ctl(epoll, EPOLL_CTL_ADD, door, &event);
    for (;;) {
        int count = epoll_wait(epoll, events, MAX_EVENTS, -1);
        for (int i = 0; i < count; i++) {
            struct exchange *x = events[i].data.ptr;
            if (!x) accept_all(epoll, door);
            else if (!serve(epoll, x, events[i].events)) {
                close(x->fd);
                free(x);
            }
        }
    }
}
