package dev.pavise.proxy.config;

import dev.pavise.policy.config.Place;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A service that requests are forwarded to.
 *
 * @param urls at least one; all of them http or all of them https
 * @param ca PEM certificates its certificate must lead to; absent: those the system trusts
 * @param cert our client certificate towards it, together with {@code key}
 * @param serverName the name its certificate must be for; absent: the host of the URL
 * @param maxConnections for each URL
 * @param health how its URLs are asked whether they are well; absent: only failures of requests tell
 */
public record UpstreamConfig(
        String name,
        List<Url> urls,
        @Nullable Path ca,
        @Nullable Path cert,
        @Nullable Path key,
        @Nullable String serverName,
        Protocol protocol,
        Duration connectTimeout,
        Duration idleTimeout,
        int maxConnections,
        @Nullable Health health,
        Place place) {

    /** Copies the list. */
    public UpstreamConfig {
        Objects.requireNonNull(name);
        Objects.requireNonNull(protocol);
        Objects.requireNonNull(connectTimeout);
        Objects.requireNonNull(idleTimeout);
        Objects.requireNonNull(place);
        urls = List.copyOf(urls);
        if (urls.isEmpty()) throw new IllegalArgumentException("an upstream needs a url");
    }

    /** The same under another name. */
    UpstreamConfig named(String other) {
        return new UpstreamConfig(
                other,
                urls,
                ca,
                cert,
                key,
                serverName,
                protocol,
                connectTimeout,
                idleTimeout,
                maxConnections,
                health,
                place);
    }

    /** Whether it is reached over TLS. */
    public boolean secure() {
        return urls.getFirst().secure();
    }

    /** Which HTTP is spoken to an upstream. {@code AUTO}: what ALPN settles over TLS, HTTP/1.1 in the clear. */
    public enum Protocol {
        /** ALPN decides over TLS; HTTP/1.1 in the clear. */
        AUTO,
        /** HTTP/1.1 alone. */
        HTTP1,
        /** HTTP/2 alone; in the clear with prior knowledge (RFC 9113, section 3.3). */
        HTTP2
    }

    /** Scheme, host (without brackets) and port; an upstream URL has no more than that. */
    public record Url(boolean secure, String host, int port) {

        /** Checks its parts. */
        public Url {
            Objects.requireNonNull(host);
        }

        /** Host and port as they stand in a Host header or {@code :authority}; the usual port is left out. */
        public String authority() {
            String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
            return port == (secure ? 443 : 80) ? name : name + ":" + port;
        }

        @Override
        public String toString() {
            return (secure ? "https://" : "http://") + authority();
        }
    }

    /** Asks each URL at this path again and again; any 2xx is well. */
    public record Health(String path, Duration interval, Duration timeout, int unhealthyAfter, int healthyAfter) {

        /** Checks its parts. */
        public Health {
            Objects.requireNonNull(path);
            Objects.requireNonNull(interval);
            Objects.requireNonNull(timeout);
        }
    }
}
