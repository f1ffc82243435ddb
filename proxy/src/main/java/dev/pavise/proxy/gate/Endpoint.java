package dev.pavise.proxy.gate;

import dev.pavise.policy.Permission;
import dev.pavise.policy.Rule;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The paths that the gateway answers itself, with the permission that each needs. */
public enum Endpoint {
    HEALTH("/health", null, "GET", "HEAD"),
    LIVE("/health/live", null, "GET", "HEAD"),
    READY("/health/ready", null, "GET", "HEAD"),
    RESOURCE_METADATA("/.well-known/oauth-protected-resource", null, "GET", "HEAD"),
    METRICS("/metrics", "metrics:read", "GET", "HEAD"),
    AUDIT_EVENTS("/v1/audit/events", "audit:read", "GET"),
    /** Takes an event in; under the same path as those that are read. */
    AUDIT_EVENT("/v1/audit/events", "audit:write", "POST"),
    AUDIT_QUERY("/v1/audit/query", "audit:read", "POST"),
    AUDIT_PROOF("/v1/audit/proof/{id}", "audit:read", "GET"),
    AUDIT_CHECKPOINT("/v1/audit/checkpoint", "audit:read", "GET"),
    AUTH_KEYS("/v1/auth/keys", "auth:manage", "GET", "POST"),
    AUTH_KEY("/v1/auth/keys/{id}", "auth:manage", "GET", "DELETE"),
    AUTH_KEY_ROTATE("/v1/auth/keys/{id}/rotate", "auth:manage", "POST"),
    AUTH_BINDINGS("/v1/auth/bindings", "auth:manage", "GET", "POST", "PUT", "DELETE"),
    AUTH_BINDING("/v1/auth/bindings/{principal}", "auth:manage", "POST", "PUT", "DELETE"),
    AUTH_ROLES("/v1/auth/roles", "auth:manage", "GET"),
    AUTH_CHECK("/v1/auth/check", "auth:check", "POST"),
    TOOL_MANIFESTS("/v1/tools/manifests", "manifest:read", "GET"),
    /** Registers a manifest; under the same path as those that are read. */
    TOOL_REGISTER("/v1/tools/manifests", "manifest:write", "POST"),
    TOOL_MANIFEST("/v1/tools/manifests/{id}", "manifest:read", "GET"),
    /** Removes manifests; under the same path as those that are read. */
    TOOL_REMOVE("/v1/tools/manifests/{id}", "manifest:delete", "DELETE"),
    TOOL_CONTENT("/v1/tools/content/{sha256}", "manifest:write", "PUT"),
    /** Of each tool it needs that tool's own permission; this is the one that holds for all. */
    TOOL_RUN("/v1/tools/{id}/run", "tool:*", "POST"),
    K8S_STATUS("/v1/k8s/status", "k8s:read", "GET"),
    K8S_PODS("/v1/k8s/pods", "k8s:read", "GET"),
    K8S_ACTIONS("/v1/k8s/actions", "k8s:read", "GET"),
    K8S_SCALE("/v1/k8s/scale", "k8s:scale", "POST"),
    K8S_HEALTH("/v1/k8s/health", "k8s:heal", "POST"),
    K8S_RECONCILE("/v1/k8s/reconcile", "k8s:heal", "POST"),
    K8S_RESTART("/v1/k8s/restart", "k8s:heal", "POST");

    /** The most that is taken of a body, where it is collected before anything is done. */
    private static final long BODY = 64 * 1024;

    /** A manifest, or the envelope of one. */
    private static final long MANIFEST_BODY = 128 * 1024;

    /** Arguments and input of a tool. */
    private static final long RUN_BODY = 1024 * 1024;

    private static final String TOOLS = "/v1/tools/";
    private static final String MANIFESTS = "/v1/tools/manifests/";
    private static final String CONTENT = "/v1/tools/content/";
    private static final String RUN = "/run";

    private static final String PROOF = "/v1/audit/proof/";
    private static final String KEYS = "/v1/auth/keys/";
    private static final String ROTATE = "/rotate";
    private static final String BINDINGS = "/v1/auth/bindings/";

    private final String path;

    @SuppressWarnings("ImmutableEnumChecker") // a rule is a value
    private final @Nullable Rule rule;

    @SuppressWarnings("ImmutableEnumChecker") // written once, here
    private final String[] methods;

    Endpoint(String path, @Nullable String permission, String... methods) {
        this.path = path;
        this.rule = permission == null ? null : Rule.of("management " + path, Permission.parse(permission));
        this.methods = methods;
    }

    /** The path, or its template. */
    public String path() {
        return path;
    }

    /** What a caller needs; empty for what anyone may ask. */
    public Optional<Rule> rule() {
        return Optional.ofNullable(rule);
    }

    public boolean isOpen() {
        return rule == null;
    }

    public boolean takes(String method) {
        for (String mine : methods) {
            if (mine.equals(method)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the rates of its callers count here as on a route: what fills the log is no work of operators alone. */
    boolean isLimited() {
        return this == AUDIT_EVENT || this == TOOL_RUN;
    }

    /** What a caller needs for what stands in the path; where nothing is called so, what is needed for all. */
    Optional<Rule> rule(String variable) {
        if (this != TOOL_RUN) {
            return rule();
        }
        try {
            return Optional.of(Rule.of(ruleName(), new Permission("tool", variable)));
        } catch (IllegalArgumentException unfit) {
            return rule();
        }
    }

    /** Whether the body is read while it comes in, so that it can be larger than what is collected. */
    public boolean takesStream() {
        return this == TOOL_CONTENT;
    }

    /** The most that is taken of a body that is collected. */
    public long bodyLimit() {
        return switch (this) {
            case TOOL_RUN -> RUN_BODY;
            case TOOL_REGISTER -> MANIFEST_BODY;
            default -> BODY;
        };
    }

    /** Whether what is done knows itself how long it may take, as a run does by its policy, and a question to the manager by its timeout. */
    public boolean boundsItself() {
        return this == TOOL_RUN || isOfCluster();
    }

    /** Whether it is about the cluster around the gateway. */
    public boolean isOfCluster() {
        return path.startsWith("/v1/k8s/");
    }

    /** What records call it: changes by the name of what is done, all else a request. */
    public String action() {
        return switch (this) {
            case TOOL_RUN -> "tool.execute";
            case K8S_SCALE -> "k8s.scale";
            case K8S_HEALTH -> "k8s.health";
            case K8S_RECONCILE -> "k8s.reconcile";
            case K8S_RESTART -> "k8s.restart";
            default -> "api.request";
        };
    }

    /** The name in refusals, records and metrics. */
    public String ruleName() {
        return "management " + path;
    }

    /** The endpoint under this path that takes this method, or where none does one that takes others. */
    public static @Nullable Endpoint at(String method, String path) {
        Endpoint found = at(path);
        if (found == null) {
            return null;
        }
        return switch (found) {
            case AUDIT_EVENTS -> AUDIT_EVENT.takes(method) ? AUDIT_EVENT : found;
            case TOOL_MANIFESTS -> TOOL_REGISTER.takes(method) ? TOOL_REGISTER : found;
            case TOOL_MANIFEST -> TOOL_REMOVE.takes(method) ? TOOL_REMOVE : runOr(found, method, path);
            case TOOL_CONTENT -> runOr(found, method, path);
            default -> found;
        };
    }

    /** A tool can be called as a folder of this API is; what is asked of it tells the two apart. */
    private static Endpoint runOr(Endpoint found, String method, String path) {
        return TOOL_RUN.takes(method) && path.endsWith(RUN) ? TOOL_RUN : found;
    }

    private static @Nullable Endpoint at(String path) {
        return switch (path) {
            case "/health" -> HEALTH;
            case "/health/live" -> LIVE;
            case "/health/ready" -> READY;
            case "/.well-known/oauth-protected-resource" -> RESOURCE_METADATA;
            case "/metrics" -> METRICS;
            case "/v1/audit/events" -> AUDIT_EVENTS;
            case "/v1/audit/query" -> AUDIT_QUERY;
            case "/v1/audit/checkpoint" -> AUDIT_CHECKPOINT;
            case "/v1/auth/keys" -> AUTH_KEYS;
            case "/v1/auth/bindings" -> AUTH_BINDINGS;
            case "/v1/auth/roles" -> AUTH_ROLES;
            case "/v1/auth/check" -> AUTH_CHECK;
            case "/v1/tools/manifests" -> TOOL_MANIFESTS;
            case "/v1/k8s/status" -> K8S_STATUS;
            case "/v1/k8s/pods" -> K8S_PODS;
            case "/v1/k8s/actions" -> K8S_ACTIONS;
            case "/v1/k8s/scale" -> K8S_SCALE;
            case "/v1/k8s/health" -> K8S_HEALTH;
            case "/v1/k8s/reconcile" -> K8S_RECONCILE;
            case "/v1/k8s/restart" -> K8S_RESTART;
            default -> path.startsWith("/v1/auth/") || path.startsWith(PROOF) ? withVariable(path) : ofTool(path);
        };
    }

    private static @Nullable Endpoint ofTool(String path) {
        if (!path.startsWith(TOOLS)) {
            return null;
        }
        if (path.startsWith(MANIFESTS) && isOneSegment(path, MANIFESTS.length(), path.length())) {
            return TOOL_MANIFEST;
        }
        if (path.startsWith(CONTENT) && isOneSegment(path, CONTENT.length(), path.length())) {
            return TOOL_CONTENT;
        }
        return path.endsWith(RUN) && isOneSegment(path, TOOLS.length(), path.length() - RUN.length()) ? TOOL_RUN : null;
    }

    private static @Nullable Endpoint withVariable(String path) {
        if (path.startsWith(BINDINGS) && isOneSegment(path, BINDINGS.length(), path.length())) {
            return AUTH_BINDING;
        }
        if (path.startsWith(PROOF)) {
            return isOneSegment(path, PROOF.length(), path.length()) ? AUDIT_PROOF : null;
        }
        if (!path.startsWith(KEYS)) {
            return null;
        }
        if (path.endsWith(ROTATE) && isOneSegment(path, KEYS.length(), path.length() - ROTATE.length())) {
            return AUTH_KEY_ROTATE;
        }
        return isOneSegment(path, KEYS.length(), path.length()) ? AUTH_KEY : null;
    }

    private static boolean isOneSegment(String path, int from, int to) {
        int slash = path.indexOf('/', from);
        return from < to && (slash < 0 || slash >= to);
    }

    /** What stands in the path where the template has its variable, still percent-encoded; empty where it has none. */
    String variable(String requested) {
        return switch (this) {
            case AUDIT_PROOF -> requested.substring(PROOF.length());
            case AUTH_KEY -> requested.substring(KEYS.length());
            case AUTH_KEY_ROTATE -> requested.substring(KEYS.length(), requested.length() - ROTATE.length());
            case AUTH_BINDING -> requested.substring(BINDINGS.length());
            case TOOL_MANIFEST, TOOL_REMOVE -> requested.substring(MANIFESTS.length());
            case TOOL_CONTENT -> requested.substring(CONTENT.length());
            case TOOL_RUN -> requested.substring(TOOLS.length(), requested.length() - RUN.length());
            default -> "";
        };
    }
}
