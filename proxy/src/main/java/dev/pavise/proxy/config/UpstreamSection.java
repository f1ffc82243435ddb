package dev.pavise.proxy.config;

import dev.pavise.policy.config.Bound;
import dev.pavise.policy.config.Key;
import dev.pavise.policy.config.Scalars;
import dev.pavise.policy.config.Section;
import dev.pavise.policy.config.Shape;
import dev.pavise.policy.config.Shapes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@code upstreams}. */
final class UpstreamSection {

    private static final String LONGEST_WAIT = "24h";

    private static final Key<UpstreamConfig.Url> URL =
            Key.optional("url", Addresses.upstreamUrl(), "where it is: http or https, host and port");
    private static final Key<List<UpstreamConfig.Url>> URLS = Key.optional(
            "urls", Shapes.someOf(Addresses.upstreamUrl(), "name at least one"), "instead of url: several, balanced");
    private static final Key<Path> CA = Key.optional(
            "ca",
            Scalars.file("a PEM file"),
            "authorities its certificate must come from; default: those of the system");
    private static final Key<Path> CERT =
            Key.optional("cert", Scalars.file("a PEM file"), "our client certificate towards it");
    private static final Key<Path> KEY = Key.optional("key", Scalars.file("a PEM file"), "the private key of cert");
    private static final Key<String> SERVER_NAME = Key.optional(
            "server_name",
            Addresses.serverName(),
            "the name its certificate must be for; default: the host of the url");
    private static final Key<UpstreamConfig.Protocol> PROTOCOL = Key.withDefault(
            "protocol", Scalars.choice(protocols()), "auto", "auto: ALPN decides over TLS, HTTP/1.1 in the clear");
    private static final Key<Duration> CONNECT_TIMEOUT = Key.withDefault(
            "connect_timeout", Scalars.duration("1ms", "5m"), "5s", "until a connection stands, TLS included");
    private static final Key<Duration> IDLE_TIMEOUT = Key.withDefault(
            "idle_timeout",
            Scalars.duration("1ms", LONGEST_WAIT),
            "4s",
            "how long an unused connection is kept; less than the upstream keeps it");
    private static final Key<Integer> MAX_CONNECTIONS =
            Key.withDefault("max_connections", Scalars.integer(1, 100_000), "256", "for each URL");

    private static final Key<String> HEALTH_PATH = Key.required(
            "path", Scalars.matching("a path such as /healthz", "/[!-\"$-~]{0,1000}"), "asked by GET; any 2xx is well");
    private static final Key<Duration> HEALTH_INTERVAL =
            Key.withDefault("interval", Scalars.duration("100ms", "1h"), "5s", "between two checks");
    private static final Key<Duration> HEALTH_TIMEOUT =
            Key.withDefault("timeout", Scalars.duration("1ms", "5m"), "2s", "until a check counts as failed");
    private static final Key<Integer> UNHEALTHY_AFTER =
            Key.withDefault("unhealthy_after", Scalars.integer(1, 100), "3", "failed checks in a row");
    private static final Key<Integer> HEALTHY_AFTER =
            Key.withDefault("healthy_after", Scalars.integer(1, 100), "2", "good checks in a row");
    private static final Key<UpstreamConfig.Health> HEALTH = Key.optional(
            "health",
            Section.of(
                    List.of(HEALTH_PATH, HEALTH_INTERVAL, HEALTH_TIMEOUT, UNHEALTHY_AFTER, HEALTHY_AFTER),
                    health -> new UpstreamConfig.Health(
                            health.get(HEALTH_PATH),
                            health.get(HEALTH_INTERVAL),
                            health.get(HEALTH_TIMEOUT),
                            health.get(UNHEALTHY_AFTER),
                            health.get(HEALTHY_AFTER))),
            "asks each URL whether it is well; default: only failed requests tell");

    static final Shape<String> NAME =
            Scalars.matching("a name of letters, digits, `.`, `_` and `-`", "[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

    private static final Section<UpstreamConfig> SECTION = Section.of(
            List.of(
                    URL,
                    URLS,
                    CA,
                    CERT,
                    KEY,
                    SERVER_NAME,
                    PROTOCOL,
                    CONNECT_TIMEOUT,
                    IDLE_TIMEOUT,
                    MAX_CONNECTIONS,
                    HEALTH),
            UpstreamSection::make);

    /** All of them, each called as its key. */
    static final Shape<Map<String, UpstreamConfig>> ALL =
            Shapes.map(Shapes.named(NAME, SECTION), UpstreamSection::withNames);

    private UpstreamSection() {}

    private static @Nullable UpstreamConfig make(Bound upstream) {
        if (upstream.mentions(URL) == upstream.mentions(URLS)) upstream.error("needs one of `url` and `urls`");
        if (upstream.mentions(CERT) && !upstream.mentions(KEY)) upstream.error(CERT, "needs `key` beside it");
        if (upstream.mentions(KEY) && !upstream.mentions(CERT)) upstream.error(KEY, "needs `cert` beside it");
        UpstreamConfig.Url one = upstream.find(URL);
        List<UpstreamConfig.Url> several = upstream.find(URLS);
        List<UpstreamConfig.Url> urls = one != null ? List.of(one) : several == null ? List.of() : several;
        if (urls.isEmpty()) return null;
        checkUrls(upstream, urls);
        return new UpstreamConfig(
                "unnamed",
                urls,
                upstream.find(CA),
                upstream.find(CERT),
                upstream.find(KEY),
                upstream.find(SERVER_NAME),
                upstream.get(PROTOCOL),
                upstream.get(CONNECT_TIMEOUT),
                upstream.get(IDLE_TIMEOUT),
                upstream.get(MAX_CONNECTIONS),
                upstream.find(HEALTH),
                upstream.place());
    }

    private static void checkUrls(Bound upstream, List<UpstreamConfig.Url> urls) {
        if (urls.stream().distinct().count() != urls.size()) upstream.error(URLS, "names a URL twice");
        long secure = urls.stream().filter(UpstreamConfig.Url::secure).count();
        if (secure == urls.size()) return;
        if (secure > 0) upstream.error(URLS, "mixes http and https; make them two upstreams");
        for (Key<?> key : List.of(CA, CERT, KEY, SERVER_NAME)) {
            if (upstream.mentions(key)) upstream.error(key, "has no effect on an http URL; use https, or remove it");
        }
    }

    private static Map<String, UpstreamConfig> withNames(Map<String, UpstreamConfig> upstreams) {
        Map<String, UpstreamConfig> named = new LinkedHashMap<>();
        upstreams.forEach((name, upstream) -> named.put(name, upstream.named(name)));
        return named;
    }

    private static Map<String, UpstreamConfig.Protocol> protocols() {
        Map<String, UpstreamConfig.Protocol> words = new LinkedHashMap<>();
        words.put("auto", UpstreamConfig.Protocol.AUTO);
        words.put("http1", UpstreamConfig.Protocol.HTTP1);
        words.put("http2", UpstreamConfig.Protocol.HTTP2);
        return words;
    }
}
