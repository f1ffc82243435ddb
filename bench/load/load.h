/*
 * The load generator and the backend of bench/compare: what wrk and h2load do not do. See main.c for its commands.
 */
#ifndef LOAD_H
#define LOAD_H

#define _GNU_SOURCE
#include <openssl/ssl.h>
#include <stddef.h>
#include <stdint.h>

#define MAX_EVENTS 512
#define READ_BUFFER 32768

/* What the command line asked for. */
struct options {
    int port, connections, addresses, rate, expect, deadline_ms, patience_ms;
    double seconds;
    int fresh;  /* a new connection for each request */
    int resume; /* with a session ticket of the connection before it */
    int plain;  /* no TLS */
    int forge;  /* another signature in the token of each request */
    size_t body;
    const char *certificate, *key, *path;
    char *token;
};

enum state { NONE, CONNECTING, HANDSHAKING, WRITING, READING, IDLE };

struct connection {
    int fd;
    enum state state;
    SSL *ssl;
    SSL_SESSION *session; /* the newest ticket, kept when the connection is gone */
    int64_t due_ns;       /* when the request (or, on a fresh connection, the dialling) was due */
    size_t sent, got;
    long need;            /* bytes of the whole answer; NEED_UNKNOWN, NEED_CHUNKED */
    int status, closing;
    uint32_t armed;
    char buffer[READ_BUFFER];
};

enum { NEED_UNKNOWN = -1, NEED_CHUNKED = -2 };

/* What happened, for the one line of JSON at the end. */
struct tally {
    int64_t done, unexpected, errors, dialled, resumed, not_tls13, late, unserved;
};

struct client {
    struct options options;
    SSL_CTX *tls;
    char *request;
    size_t request_length;
    char *forged;     /* where in the request the signature changes, or null */
    uint64_t forgeries;
    int epoll;
    struct connection *all;
    struct tally tally;
    int next_address;
};

int64_t now_ns(void);
void die(const char *what);
void raise_file_limit(void);

_Noreturn void run_backend(int port);

void client_open(struct client *client, const struct options *options);
/* Begins a request that was due at a time: on the idle connection, or by dialling a new one. */
void begin(struct client *client, struct connection *c, int64_t due_ns);
/* Goes on as far as the socket allows; 1 when an answer is complete. */
int drive(struct client *client, struct connection *c);
/* Listens for what comes next on a connection without a request. */
void rest(struct client *client, struct connection *c);
void drop(struct connection *c);
/* Opens every connection, with one request on each; how many came up. */
int open_all(struct client *client);

int run_load(const struct options *options);
int run_idle(const struct options *options);

#endif
