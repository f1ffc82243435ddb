/*
 *   load backend --port P
 *       Answers every HTTP/1.1 request with 200, after its body, which it discards: 2 bytes, 16 KiB where the path has "big",
 *       1 MiB where it has "huge". One thread.
 *   load run --port P --seconds S --connections C [--rate R]
 *       Without a rate a closed loop: the next request follows the answer. With one an open loop: requests are due at fixed
 *       times, and latency counts from then, so a stalled proxy cannot hide its queue; a request that finds no connection
 *       for as long as the patience is given up and counted as unserved.
 *   load idle --port P --connections C
 *       Opens connections, one request on each, prints READY, holds them until its standard input is closed.
 *
 *   --path X  --token-file F  --body BYTES (POST)  --expect STATUS (200)  --plain  --certificate F --key F
 *   --forge (another signature in the token of each request)
 *   --fresh (a new connection for each request)  --resume (by the ticket of the one before)
 *   --addresses N (client addresses 127.0.0.2 and up)  --deadline-ms M (1000: answers after that are late)  --patience-ms M (a minute)
 *
 * Everything goes to 127.0.0.1. Results are one line of JSON on standard output.
 */
#include "load.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

int64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000LL + t.tv_nsec;
}

void die(const char *what) {
    fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
    exit(1);
}

void raise_file_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static _Noreturn void misuse(const char *what) {
    fprintf(stderr, "load: %s; usage: load backend|run|idle --port P ... (see main.c)\n", what);
    exit(2);
}

static char *first_line(const char *path) {
    FILE *file = fopen(path, "r");
    if (!file) die(path);
    char *line = calloc(1, 8192);
    if (!fgets(line, 8192, file)) die(path);
    line[strcspn(line, "\r\n")] = 0;
    fclose(file);
    return line;
}

static int flag(struct options *o, const char *name) {
    if (!strcmp(name, "--fresh")) o->fresh = 1;
    else if (!strcmp(name, "--resume")) o->resume = 1;
    else if (!strcmp(name, "--plain")) o->plain = 1;
    else if (!strcmp(name, "--forge")) o->forge = 1;
    else return 0;
    return 1;
}

static int option(struct options *o, const char *name, const char *value) {
    if (!strcmp(name, "--port")) o->port = atoi(value);
    else if (!strcmp(name, "--seconds")) o->seconds = atof(value);
    else if (!strcmp(name, "--connections")) o->connections = atoi(value);
    else if (!strcmp(name, "--addresses")) o->addresses = atoi(value);
    else if (!strcmp(name, "--rate")) o->rate = atoi(value);
    else if (!strcmp(name, "--expect")) o->expect = atoi(value);
    else if (!strcmp(name, "--deadline-ms")) o->deadline_ms = atoi(value);
    else if (!strcmp(name, "--patience-ms")) o->patience_ms = atoi(value);
    else if (!strcmp(name, "--body")) o->body = (size_t)atol(value);
    else if (!strcmp(name, "--path")) o->path = value;
    else if (!strcmp(name, "--token-file")) o->token = first_line(value);
    else if (!strcmp(name, "--certificate")) o->certificate = value;
    else if (!strcmp(name, "--key")) o->key = value;
    else return 0;
    return 1;
}

int main(int count, char **words) {
    signal(SIGPIPE, SIG_IGN);
    if (count < 2) misuse("no command");
    struct options o = {.connections = 32, .seconds = 4, .expect = 200, .deadline_ms = 1000, .patience_ms = 60000, .path = "/v1/ping"};
    for (int i = 2; i < count; i++) {
        if (flag(&o, words[i])) continue;
        if (i + 1 == count || !option(&o, words[i], words[i + 1])) misuse(words[i]);
        i++;
    }
    if (o.port <= 0 || o.connections <= 0) misuse("needs a port and connections");
    if (!strcmp(words[1], "backend")) run_backend(o.port);
    if (!strcmp(words[1], "run")) return run_load(&o);
    if (!strcmp(words[1], "idle")) return run_idle(&o);
    misuse(words[1]);
}
