package dev.pavise.proxy.server;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Configurations that many tests begin with. */
final class Yaml {
    private Yaml() {}

    /** One upstream on this loopback port and one route, {@code /agents/**}, which needs {@code agent:list}; {@code more} follows. */
    static String oneRoute(int port, String more) {
        return """
                upstreams:
                  runtime: {url: "http://127.0.0.1:%d"}
                """.formatted(port) + route() + more;
    }

    /** The same over HTTP/2 in the clear. */
    static String http2(int port, String more) {
        return """
                upstreams:
                  runtime: {url: "http://127.0.0.1:%d", protocol: http2}
                """.formatted(port) + route() + more;
    }

    /** Several URLs, and settings of the upstream, each with a comma before it. */
    static String several(String settings, int... ports) {
        String urls = Arrays.stream(ports)
                .mapToObj(port -> "\"http://127.0.0.1:" + port + "\"")
                .collect(Collectors.joining(", "));
        return "upstreams:\n  runtime: {urls: [" + urls + "]" + settings + "}\n" + route();
    }

    static String route() {
        return """
                routes:
                  - {name: agents, match: {path: "/agents/**"}, permission: "agent:list", upstream: runtime}
                """;
    }
}
