package dev.pavise.proxy.gate;

import dev.pavise.policy.Permission;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The paths that the gateway answers itself, with the permission that each needs. */
public enum Endpoint {
    HEALTH("/health", null, "GET", "HEAD"),
    LIVE("/health/live", null, "GET", "HEAD"),
    READY("/health/ready", null, "GET", "HEAD"),
    METRICS("/metrics", "metrics:read", "GET", "HEAD"),
    AUDIT_EVENTS("/v1/audit/events", "audit:read", "GET"),
    AUDIT_QUERY("/v1/audit/query", "audit:read", "POST"),
    AUDIT_CHECKPOINT("/v1/audit/checkpoint", "audit:read", "GET");

    private final String path;

    @SuppressWarnings("ImmutableEnumChecker") // a permission is a value
    private final @Nullable Permission permission;

    @SuppressWarnings("ImmutableEnumChecker") // written once, here
    private final String[] methods;

    Endpoint(String path, @Nullable String permission, String... methods) {
        this.path = path;
        this.permission = permission == null ? null : Permission.parse(permission);
        this.methods = methods;
    }

    public String path() {
        return path;
    }

    /** What a caller needs; empty for the three words of health, which anyone may ask. */
    public Optional<Permission> permission() {
        return Optional.ofNullable(permission);
    }

    boolean isOpen() {
        return permission == null;
    }

    boolean takes(String method) {
        for (String mine : methods) {
            if (mine.equals(method)) {
                return true;
            }
        }
        return false;
    }

    /** The rule's name in refusals, records and metrics. */
    public String rule() {
        return "management " + path;
    }

    /** The endpoint under this path, whatever the method. */
    static @Nullable Endpoint at(String path) {
        return switch (path) {
            case "/health" -> HEALTH;
            case "/health/live" -> LIVE;
            case "/health/ready" -> READY;
            case "/metrics" -> METRICS;
            case "/v1/audit/events" -> AUDIT_EVENTS;
            case "/v1/audit/query" -> AUDIT_QUERY;
            case "/v1/audit/checkpoint" -> AUDIT_CHECKPOINT;
            default -> null;
        };
    }
}
