package dev.pavise.proxy.config;

import dev.pavise.policy.config.Place;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One case of {@code pavise policy test}: a request, who sends it, and what is expected of the configuration. */
public record PolicyCase(String name, Request request, Identity identity, Expect expect, Place place) {

    /** Checks its parts. */
    public PolicyCase {
        Objects.requireNonNull(name);
        Objects.requireNonNull(request);
        Objects.requireNonNull(identity);
        Objects.requireNonNull(expect);
        Objects.requireNonNull(place);
    }

    /**
     * A request.
     *
     * @param path with its query, if any
     * @param host absent: one that the configuration answers to
     * @param time in RFC 3339; absent: now
     */
    public record Request(
            String method,
            String path,
            @Nullable String host,
            Map<String, String> headers,
            @Nullable String address,
            @Nullable String time) {

        /** Copies the map. */
        public Request {
            headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
        }
    }

    /**
     * Who sends it: exactly one of principal and claims is there.
     *
     * @param principal {@code operator}, {@code none}, {@code cert:<name>} or {@code key:<name>}
     * @param permissions of a key
     * @param claims of a token
     * @param issuer of the token; absent where the configuration has only one
     * @param certificate the name in a client certificate beside the credential
     */
    public record Identity(
            @Nullable String principal,
            List<String> permissions,
            @Nullable Map<String, Object> claims,
            @Nullable String issuer,
            @Nullable String certificate) {

        /** Copies the list. */
        public Identity {
            permissions = List.copyOf(permissions);
        }
    }

    /**
     * What must come of it; what is absent may be anything.
     *
     * @param wouldDeny whether it passes only as the route denies nothing
     * @param route the name of the route that decides
     * @param code of the refusal, as in docs/refusals.md, or {@code allowed}
     * @param reason a part of what is told of it
     */
    public record Expect(
            boolean allowed,
            @Nullable Boolean wouldDeny,
            @Nullable String route,
            @Nullable String code,
            @Nullable String reason) {}
}
