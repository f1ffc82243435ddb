/* Closed and open loops over the connections, and what they say at the end. */
#include "load.h"

#include <openssl/err.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>

struct latencies {
    double *us;
    size_t count, room;
};

static void add(struct latencies *all, double us) {
    if (all->count == all->room) {
        all->room = all->room ? all->room * 2 : 65536;
        all->us = realloc(all->us, all->room * sizeof *all->us);
        if (!all->us) die("memory");
    }
    all->us[all->count++] = us;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double at_share(const struct latencies *all, double share) {
    if (!all->count) return 0;
    size_t i = (size_t)(share * (double)all->count);
    return all->us[i >= all->count ? all->count - 1 : i];
}

static int report(const struct tally *t, struct latencies *all, double seconds, int begun) {
    qsort(all->us, all->count, sizeof *all->us, ascending);
    printf("{\"done\":%lld,\"secs\":%.4f,\"connections\":%d,\"unexpected\":%lld,\"errors\":%lld,\"dialled\":%lld,\"resumed\":%lld,\"not_tls13\":%lld,"
           "\"late\":%lld,\"unserved\":%lld,\"p50_us\":%.0f,\"p90_us\":%.0f,\"p99_us\":%.0f,\"p999_us\":%.0f,\"p9999_us\":%.0f,\"max_us\":%.0f}\n",
           (long long)t->done, seconds, begun, (long long)t->unexpected, (long long)t->errors, (long long)t->dialled, (long long)t->resumed, (long long)t->not_tls13,
           (long long)t->late, (long long)t->unserved, at_share(all, .5), at_share(all, .9), at_share(all, .99), at_share(all, .999), at_share(all, .9999),
           at_share(all, 1));
    return 0;
}

/* An answer is complete: counts it, and closes what is not kept. */
static void complete(struct client *client, struct connection *c, struct latencies *all) {
    int64_t taken = now_ns() - c->due_ns;
    client->tally.done++;
    if (taken > (int64_t)client->options.deadline_ms * 1000000) client->tally.late++;
    add(all, (double)taken / 1e3);
    if (client->options.fresh || c->closing) drop(c);
    else rest(client, c);
}

/* Something came on a connection without a request: a ticket, or its end. */
static void overheard(struct connection *c) {
    char bytes[256];
    if (c->ssl) {
        int got = SSL_read(c->ssl, bytes, sizeof bytes);
        if (got > 0 || SSL_get_error(c->ssl, got) == SSL_ERROR_WANT_READ) return;
        ERR_clear_error();
    }
    drop(c); /* the next request dials anew */
}

static int run_closed(struct client *client) {
    struct latencies all = {0};
    struct epoll_event events[MAX_EVENTS];
    const struct options *o = &client->options;
    int64_t start = now_ns(), stop = start + (int64_t)(o->seconds * 1e9);
    for (int i = 0; i < o->connections; i++) begin(client, &client->all[i], now_ns());
    while (now_ns() < stop && client->tally.errors < 2000) {
        int count = epoll_wait(client->epoll, events, MAX_EVENTS, 20);
        for (int i = 0; i < count; i++) {
            struct connection *c = events[i].data.ptr;
            int answered = drive(client, c);
            if (answered) complete(client, c, &all);
            if (answered || c->state == NONE) {
                int dialled = c->state == NONE;
                begin(client, c, now_ns());
                if (!dialled) drive(client, c);
            }
        }
    }
    return report(&client->tally, &all, (double)(now_ns() - start) / 1e9, o->connections);
}

/* Requests that are due wait here; the connections without a request are a stack. */
struct line {
    int64_t start, issued, total, patience;
    double gap;
    int *free, free_count;
};

static int64_t due(const struct line *line) { return line->start + (int64_t)((double)line->issued * line->gap); }

static void give_up_overdue(struct client *client, struct line *line, int64_t now) {
    while (line->issued < line->total && due(line) + line->patience < now) {
        line->issued++;
        client->tally.unserved++;
    }
}

static void issue(struct client *client, struct line *line, struct latencies *all) {
    int64_t now = now_ns();
    give_up_overdue(client, line, now);
    while (line->free_count && line->issued < line->total && due(line) <= now) {
        int index = line->free[--line->free_count];
        struct connection *c = &client->all[index];
        int dialled = c->state == NONE;
        begin(client, c, due(line));
        line->issued++;
        if (dialled) {
            if (c->state == NONE) line->free[line->free_count++] = index;
        } else if (drive(client, c)) { /* not expected at once, but possible */
            complete(client, c, all);
            line->free[line->free_count++] = index;
        } else if (c->state == NONE) {
            line->free[line->free_count++] = index;
        }
    }
}

static struct timespec pause_until_due(const struct line *line) {
    struct timespec pause = {0, 20000000};
    if (line->free_count && line->issued < line->total) {
        int64_t left = due(line) - now_ns();
        pause.tv_nsec = left <= 0 ? 0 : left < pause.tv_nsec ? left : pause.tv_nsec;
    }
    return pause;
}

static int run_open(struct client *client) {
    struct latencies all = {0};
    struct epoll_event events[MAX_EVENTS];
    const struct options *o = &client->options;
    int ready = o->fresh ? o->connections : open_all(client);
    if (ready < o->connections) {
        fprintf(stderr, "load: only %d of %d connections came up\n", ready, o->connections);
        return 1;
    }
    client->tally = (struct tally){0};
    struct line line = {.start = now_ns() + 1000000, .total = (int64_t)(o->rate * o->seconds), .gap = 1e9 / o->rate,
                        .patience = (int64_t)o->patience_ms * 1000000, .free = malloc(sizeof(int) * (size_t)o->connections)};
    for (int i = 0; i < o->connections; i++) line.free[line.free_count++] = i;
    int64_t give_up = line.start + (int64_t)((o->seconds + 5) * 1e9), ended = 0;
    struct tally *t = &client->tally;
    while (t->done + t->errors + t->unserved < line.total && (ended = now_ns()) < give_up) {
        issue(client, &line, &all);
        struct timespec pause = pause_until_due(&line);
        int count = epoll_pwait2(client->epoll, events, MAX_EVENTS, &pause, NULL);
        for (int i = 0; i < count; i++) {
            struct connection *c = events[i].data.ptr;
            if (c->state == IDLE) {
                overheard(c);
                continue;
            }
            int answered = drive(client, c);
            if (answered) complete(client, c, &all);
            if (answered || c->state == NONE) line.free[line.free_count++] = (int)(c - client->all);
        }
    }
    return report(t, &all, (double)(now_ns() - line.start) / 1e9, o->connections);
}

int run_load(const struct options *options) {
    static struct client client;
    client_open(&client, options);
    return options->rate > 0 ? run_open(&client) : run_closed(&client);
}
