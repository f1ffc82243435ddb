package dev.pavise.runner.sandbox;

import dev.pavise.runner.sandbox.SystemCalls.Entry;
import dev.pavise.runner.sandbox.SystemCalls.Rule;
import java.util.Map;

/** What a filter of system calls lets a process do with sockets, beside the connected pairs without a name that all may have. */
enum Sockets {
    /** Nothing: a tool without network. */
    NONE("filter", Map.of()),

    /** TCP over IPv4, to connect with: a tool whose manifest names hosts. Where to is for its network namespace to hold. */
    CLIENT(
            "filter-client",
            Map.of("socket", Rule.TCP_SOCKET, "connect", Rule.ALLOW, "setsockopt", Rule.SOCKET_OPTION)),

    /** What a relay needs: to listen on TCP, and to connect to a Unix socket. */
    RELAY(
            "filter-relay",
            Map.of(
                    "socket", Rule.RELAY_SOCKET,
                    "connect", Rule.ALLOW,
                    "bind", Rule.ALLOW,
                    "listen", Rule.ALLOW,
                    "accept", Rule.ALLOW,
                    "accept4", Rule.ALLOW,
                    "setsockopt", Rule.SOCKET_OPTION));

    private final String file;
    private final Map<String, Rule> rules;

    Sockets(String file, Map<String, Rule> rules) {
        this.file = file;
        this.rules = rules;
    }

    /** The name of the file with this filter in the runner's folder. */
    String file() {
        return file;
    }

    /** The rule of a call: that of the table, unless it stands here. */
    Rule rule(Entry entry) {
        return rules.getOrDefault(entry.name(), entry.rule());
    }
}
