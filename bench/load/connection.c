/* One connection of a client: dialling, handshake, one request after the other. */
#include "load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static void arm(struct client *client, struct connection *c, uint32_t events) {
    if (c->armed == events) return;
    struct epoll_event event = {.events = events, .data.ptr = c};
    epoll_ctl(client->epoll, c->armed ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, c->fd, &event);
    c->armed = events;
}

void rest(struct client *client, struct connection *c) { arm(client, c, EPOLLIN); }

void drop(struct connection *c) {
    if (c->ssl) {
        SSL_set_quiet_shutdown(c->ssl, 1);
        SSL_shutdown(c->ssl); /* without this the session would count as broken and not be resumed */
        SSL_free(c->ssl);
    }
    c->ssl = NULL;
    if (c->fd >= 0) close(c->fd);
    c->fd = -1;
    c->armed = 0;
    c->state = NONE;
}

/* Further addresses spare ports and stay under limits for each address. */
static void choose_address(struct client *client, int fd) {
    int one = 1;
    if (client->options.addresses <= 0) return;
    struct sockaddr_in own = {.sin_family = AF_INET};
    own.sin_addr.s_addr = htonl(0x7f000002u + (uint32_t)(client->next_address++ % client->options.addresses));
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
    if (bind(fd, (struct sockaddr *)&own, sizeof own)) die("bind");
}

static void dial(struct client *client, struct connection *c) {
    int one = 1;
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (c->fd < 0) die("socket");
    choose_address(client, c->fd);
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (client->options.fresh) { /* leave no TIME_WAIT behind on this side */
        struct linger now = {1, 0};
        setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    }
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)client->options.port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    c->state = CONNECTING;
    client->tally.dialled++;
    if (connect(c->fd, (struct sockaddr *)&to, sizeof to) && errno != EINPROGRESS) {
        client->tally.errors++;
        drop(c);
        return;
    }
    arm(client, c, EPOLLOUT);
}

void begin(struct client *client, struct connection *c, int64_t due_ns) {
    c->due_ns = due_ns;
    c->sent = c->got = 0;
    c->need = NEED_UNKNOWN;
    c->closing = 0;
    if (c->state == NONE) dial(client, c);
    else c->state = WRITING;
}

static int remember_ticket(SSL *ssl, SSL_SESSION *session) {
    struct connection *c = SSL_get_app_data(ssl);
    if (c->session) SSL_SESSION_free(c->session);
    c->session = session;
    return 1; /* it is ours now */
}

static int connected(struct client *client, struct connection *c) {
    int error = 0;
    socklen_t length = sizeof error;
    getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &length);
    if (error) return 0;
    if (client->options.plain) {
        c->state = WRITING;
        return 1;
    }
    c->ssl = SSL_new(client->tls);
    SSL_set_app_data(c->ssl, c);
    SSL_set_fd(c->ssl, c->fd);
    SSL_set_tlsext_host_name(c->ssl, "localhost");
    SSL_set_connect_state(c->ssl);
    if (client->options.resume && c->session) SSL_set_session(c->ssl, c->session);
    c->state = HANDSHAKING;
    return 1;
}

static void shaken(struct client *client, struct connection *c) {
    if (SSL_session_reused(c->ssl)) client->tally.resumed++;
    if (SSL_version(c->ssl) != TLS1_3_VERSION) client->tally.not_tls13++;
    c->state = WRITING;
}

/* 1 when the answer is complete. Body bytes are only counted. */
static int parse(struct client *client, struct connection *c) {
    size_t held = c->got < READ_BUFFER ? c->got : READ_BUFFER;
    if (c->need == NEED_UNKNOWN) {
        char *end = memmem(c->buffer, held, "\r\n\r\n", 4);
        if (!end) return 0;
        *end = 0;
        char *length = strcasestr(c->buffer, "\r\ncontent-length:");
        char *chunked = strcasestr(c->buffer, "\r\ntransfer-encoding:");
        c->closing = strcasestr(c->buffer, "\r\nconnection: close") != NULL;
        c->status = c->got > 12 ? atoi(c->buffer + 9) : 0;
        if (c->status != client->options.expect) client->tally.unexpected++;
        *end = '\r';
        c->need = chunked ? NEED_CHUNKED : end + 4 - c->buffer + (length ? atol(length + 17) : 0);
    }
    if (c->need == NEED_CHUNKED) return held >= 5 && !memcmp(c->buffer + held - 5, "0\r\n\r\n", 5);
    return (long)c->got >= c->need;
}

static int transfer(struct connection *c, int reading, void *bytes, size_t length) {
    if (c->ssl) return reading ? SSL_read(c->ssl, bytes, (int)length) : SSL_write(c->ssl, bytes, (int)length);
    return (int)(reading ? read(c->fd, bytes, length) : write(c->fd, bytes, length));
}

/* What a socket waits for, or 0 when it is broken. */
static uint32_t wanted(struct connection *c, int result) {
    if (!c->ssl) return result < 0 && errno == EAGAIN ? (c->state == WRITING ? EPOLLOUT : EPOLLIN) : 0;
    int error = SSL_get_error(c->ssl, result);
    return error == SSL_ERROR_WANT_READ ? EPOLLIN : error == SSL_ERROR_WANT_WRITE ? EPOLLOUT : 0;
}

/* In the middle of the signature any character of base64url stands for six bits, so what comes out is well formed and wrong. */
static char *signature(const struct options *o, char *request) {
    if (!o->forge || !o->token || strlen(o->token) < 40) return NULL;
    return strstr(request, o->token) + strlen(o->token) - 20;
}

static void forge(struct client *client) {
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    uint64_t number = ++client->forgeries;
    for (int i = 0; i < 8; i++, number >>= 6) client->forged[i] = letters[number & 63];
}

static int step(struct client *client, struct connection *c) {
    int result;
    if (c->state == HANDSHAKING) {
        result = SSL_do_handshake(c->ssl);
        if (result == 1) shaken(client, c);
    } else if (c->state == WRITING) {
        if (client->forged && !c->sent) forge(client);
        result = transfer(c, 0, client->request + c->sent, client->request_length - c->sent);
        if (result > 0) c->sent += (size_t)result;
        if (c->sent == client->request_length) c->state = READING;
    } else {
        size_t at = c->got < READ_BUFFER - 16384 ? c->got : READ_BUFFER - 16384;
        if (c->need == NEED_CHUNKED && c->got > at) memmove(c->buffer + at - 8, c->buffer + c->got - 8, 8);
        result = transfer(c, 1, c->buffer + at, READ_BUFFER - at);
        if (result > 0) c->got = c->need == NEED_CHUNKED ? at + (size_t)result : c->got + (size_t)result;
    }
    return result;
}

int drive(struct client *client, struct connection *c) {
    if (c->state == CONNECTING && !connected(client, c)) goto broken;
    while (c->state != IDLE && c->state != NONE) {
        int was_reading = c->state == READING, result = step(client, c);
        if (result <= 0) {
            uint32_t events = wanted(c, result);
            if (!events) goto broken;
            arm(client, c, events);
            return 0;
        }
        if (was_reading && parse(client, c)) {
            c->state = IDLE;
            return 1;
        }
    }
    return 0;
broken:
    ERR_clear_error();
    client->tally.errors++;
    drop(c);
    return 0;
}

static char *request(const struct options *o, size_t *length) {
    char *text = malloc(16384 + o->body);
    int head = snprintf(text, 16384, "%s %s HTTP/1.1\r\nHost: localhost\r\n%s%s%s%s", o->body ? "POST" : "GET", o->path, o->token ? "Authorization: Bearer " : "",
                        o->token ? o->token : "", o->token ? "\r\n" : "", o->fresh ? "Connection: close\r\n" : "");
    if (o->body) head += snprintf(text + head, 16384 - (size_t)head, "Content-Type: application/octet-stream\r\nContent-Length: %zu\r\n", o->body);
    head += snprintf(text + head, 16384 - (size_t)head, "\r\n");
    memset(text + head, 'x', o->body);
    *length = (size_t)head + o->body;
    return text;
}

static SSL_CTX *tls(const struct options *o) {
    static const unsigned char protocols[] = "\x08http/1.1";
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
    SSL_CTX_set_verify(context, SSL_VERIFY_NONE, NULL);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE);
    SSL_CTX_set_session_cache_mode(context, o->resume ? SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL : SSL_SESS_CACHE_OFF);
    if (o->resume) SSL_CTX_sess_set_new_cb(context, remember_ticket);
    SSL_CTX_set_alpn_protos(context, protocols, sizeof protocols - 1);
    if (o->certificate && (SSL_CTX_use_certificate_chain_file(context, o->certificate) != 1 ||
                           SSL_CTX_use_PrivateKey_file(context, o->key, SSL_FILETYPE_PEM) != 1)) {
        fprintf(stderr, "load: cannot use the client certificate %s\n", o->certificate);
        exit(1);
    }
    return context;
}

void client_open(struct client *client, const struct options *options) {
    raise_file_limit();
    *client = (struct client){.options = *options, .epoll = epoll_create1(0)};
    client->tls = tls(options);
    client->request = request(options, &client->request_length);
    client->forged = signature(options, client->request);
    client->all = calloc((size_t)options->connections, sizeof *client->all);
    for (int i = 0; i < options->connections; i++) client->all[i].fd = -1;
}

int open_all(struct client *client) {
    struct epoll_event events[MAX_EVENTS];
    int next = 0, flying = 0, ready = 0, wanted_count = client->options.connections;
    int64_t give_up = now_ns() + 60000000000LL;
    while (ready < wanted_count && now_ns() < give_up && client->tally.errors < 200) {
        for (; flying < 64 && next < wanted_count; flying++) begin(client, &client->all[next++], now_ns());
        int count = epoll_wait(client->epoll, events, MAX_EVENTS, 50);
        for (int i = 0; i < count; i++) {
            struct connection *c = events[i].data.ptr;
            int was_idle = c->state == IDLE;
            if (was_idle) {
                char tickets[64];
                if (transfer(c, 1, tickets, sizeof tickets) == 0) drop(c);
            } else if (drive(client, c)) {
                ready++;
                flying--;
                rest(client, c);
            } else if (c->state == NONE) {
                begin(client, c, now_ns());
            }
        }
    }
    return ready;
}
