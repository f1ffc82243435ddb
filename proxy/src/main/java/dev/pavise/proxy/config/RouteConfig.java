package dev.pavise.proxy.config;

import dev.pavise.policy.config.ByteSize;
import dev.pavise.policy.config.Place;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Requests that go to one upstream under one permission.
 *
 * @param name unique; where the file gives none, made of methods, host and path
 * @param limit a rate as written, for each principal on this route; absent: only {@code limits.per_principal} counts
 * @param timeout until the answer's head; absent: {@code limits.request_timeout}
 * @param bodySize the largest request body; absent: {@code limits.body}
 * @param passCredential whether the caller's credential goes on to the upstream
 * @param opa who outside must agree; absent: nobody is asked
 * @param when what must hold besides the permission; absent: nothing
 * @param audit what it asks of the audit log beyond {@code audit}; absent: nothing
 */
public record RouteConfig(
        String name,
        Match match,
        String permission,
        String upstream,
        @Nullable String limit,
        @Nullable Duration timeout,
        @Nullable ByteSize bodySize,
        boolean passCredential,
        @Nullable OpaConfig opa,
        @Nullable When when,
        Enforce enforce,
        @Nullable Audit audit,
        Place place) {

    /** Checks its parts. */
    public RouteConfig {
        Objects.requireNonNull(name);
        Objects.requireNonNull(match);
        Objects.requireNonNull(permission);
        Objects.requireNonNull(upstream);
        Objects.requireNonNull(enforce);
        Objects.requireNonNull(place);
        if (permission.isEmpty()) throw new IllegalArgumentException("a route names the permission it needs");
    }

    /** The same under another name. */
    RouteConfig named(String other) {
        return new RouteConfig(
                other,
                match,
                permission,
                upstream,
                limit,
                timeout,
                bodySize,
                passCredential,
                opa,
                when,
                enforce,
                audit,
                place);
    }

    /** What a route asks of the audit log beyond what all ask of it; what is absent adds nothing. */
    public record Audit(
            AuditConfig.@Nullable Durability durability,
            @Nullable ByteSize lowWater) {}

    /** A condition as written, and where it stands. */
    public record When(String expression, Place place) {

        /** Checks its parts. */
        public When {
            Objects.requireNonNull(expression);
            Objects.requireNonNull(place);
        }
    }

    /** What becomes of a denial by permission, condition or decision from outside. An identity and the limits are needed always. */
    public enum Enforce {
        /** The request is refused. */
        ON("on"),
        /** The request passes, and what would have been denied is recorded. */
        AUDIT_ONLY("audit-only");

        private final String word;

        Enforce(String word) {
            this.word = word;
        }

        /** As the configuration writes it. */
        public String word() {
            return word;
        }
    }

    /**
     * What a request must look like. All that is given must hold.
     *
     * @param host a name or a one-label wildcard, in lower case; absent: any name the gateway answers to
     * @param path a template such as {@code /agents/{id}/logs} or {@code /agents/**}
     * @param methods in upper case; empty means any
     * @param headers names in lower case, and the exact values they must have
     */
    public record Match(@Nullable String host, String path, List<String> methods, Map<String, String> headers) {

        /** Copies the collections. */
        public Match {
            Objects.requireNonNull(path);
            methods = List.copyOf(methods);
            headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
        }
    }
}
