/* Connections that do nothing after one request, until the standard input is closed. */
#include "load.h"

#include <poll.h>
#include <stdio.h>
#include <unistd.h>

static int alive(const struct client *client) {
    int count = 0;
    for (int i = 0; i < client->options.connections; i++) {
        if (client->all[i].fd < 0) continue;
        struct pollfd peek = {.fd = client->all[i].fd, .events = POLLRDHUP};
        poll(&peek, 1, 0);
        if (!(peek.revents & (POLLRDHUP | POLLHUP | POLLERR))) count++;
    }
    return count;
}

int run_idle(const struct options *options) {
    static struct client client;
    client_open(&client, options);
    printf("READY %d\n", open_all(&client));
    fflush(stdout);
    char nothing[16];
    while (read(STDIN_FILENO, nothing, sizeof nothing) > 0) {
    }
    printf("{\"alive\":%d,\"unexpected\":%lld,\"errors\":%lld}\n", alive(&client), (long long)client.tally.unexpected, (long long)client.tally.errors);
    return 0;
}
