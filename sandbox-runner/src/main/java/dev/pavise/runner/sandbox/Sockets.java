package dev.pavise.runner.sandbox;

import dev.pavise.runner.sandbox.SystemCalls.Entry;
import dev.pavise.runner.sandbox.SystemCalls.Rule;

/** What a filter of system calls lets a process do with sockets, beside the connected pairs without a name that all may have. */
enum Sockets {
    /** Nothing: a tool without network. */
    NONE("filter"),

    /** TCP over IPv4, to connect with: a tool whose manifest names hosts. Where to is for its network namespace to hold. */
    CLIENT("filter-client"),

    /** What a relay needs: to listen on TCP, and to connect to a Unix socket. */
    RELAY("filter-relay");

    private final String file;

    Sockets(String file) {
        this.file = file;
    }

    /** The name of the file with this filter in the runner's folder. */
    String file() {
        return file;
    }

    /** The rule of a call: that of the table, unless it is one about sockets. */
    Rule rule(Entry entry) {
        return switch (this) {
            case NONE -> entry.rule();
            case CLIENT ->
                switch (entry.name()) {
                    case "socket" -> Rule.TCP_SOCKET;
                    case "connect" -> Rule.ALLOW;
                    case "setsockopt" -> Rule.SOCKET_OPTION;
                    default -> entry.rule();
                };
            case RELAY ->
                switch (entry.name()) {
                    case "socket" -> Rule.RELAY_SOCKET;
                    // socat tells itself of its children through a pair of datagram sockets.
                    case "connect", "bind", "listen", "accept", "accept4", "socketpair" -> Rule.ALLOW;
                    case "setsockopt" -> Rule.SOCKET_OPTION;
                    default -> entry.rule();
                };
        };
    }
}
