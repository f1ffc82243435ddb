package dev.pavise.proxy.config;

import dev.pavise.policy.config.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import tools.jackson.databind.json.JsonMapper;

/**
 * Renders a configuration as it is in force: every default written out, every secret as {@code ***}. What is rendered is in the
 * form of the file, so that it can be read again where no secret is in it.
 */
public final class EffectiveConfig {

    private EffectiveConfig() {}

    /** As YAML. */
    public static String yaml(GatewayConfig config) {
        DumpSettings settings = DumpSettings.builder()
                .setDefaultFlowStyle(FlowStyle.BLOCK)
                .setWidth(200)
                .build();
        return new Dump(settings).dumpToString(tree(config));
    }

    /** As JSON, for the management API. */
    public static String json(GatewayConfig config) {
        return JsonMapper.builder().build().writeValueAsString(tree(config));
    }

    static Map<String, Object> tree(GatewayConfig config) {
        return masked(plain(config));
    }

    /** With its secrets, and with the roles wherever they stand: to be compared, never to be shown. */
    static Map<String, Object> whole(GatewayConfig config) {
        Map<String, Object> whole = new LinkedHashMap<>(plain(config));
        whole.computeIfAbsent(
                "roles",
                key -> config.access().roles().stream()
                        .map(EffectiveConfig::role)
                        .toList());
        return whole;
    }

    private static Map<String, Object> masked(Map<?, ?> map) {
        Map<String, Object> shown = new LinkedHashMap<>();
        map.forEach((key, value) -> shown.put(String.valueOf(key), masked(value)));
        return shown;
    }

    private static Object masked(Object value) {
        return switch (value) {
            case Map<?, ?> map -> masked(map);
            case List<?> list -> list.stream().map(item -> masked(item)).toList();
            case Secret secret -> secret.toString();
            default -> value;
        };
    }

    private static Map<String, Object> plain(GatewayConfig config) {
        Tree root = new Tree()
                .put("listen", listen(config.listen()))
                .put("hosts", config.hosts())
                .put("origins", config.origins())
                .put("data_dir", config.dataDir())
                .put("trusted_proxies", config.trustedProxies())
                .put("tls", tls(config.tls()))
                .put("identity", identity(config.identity()));
        if (config.access().rolesFile() == null) {
            root.put(
                    "roles",
                    config.access().roles().stream().map(EffectiveConfig::role).toList());
        } else {
            root.put("roles_file", config.access().rolesFile());
        }
        return root.put(
                        "bindings",
                        config.access().bindings().stream()
                                .map(EffectiveConfig::binding)
                                .toList())
                .put("upstreams", upstreams(config.upstreams()))
                .put(
                        "routes",
                        config.routes().stream().map(EffectiveConfig::route).toList())
                .put("limits", limits(config.limits()))
                .put("audit", audit(config.audit()))
                .put("tools", config.tools() == null ? null : ToolsTree.of(config.tools()))
                .put("kubernetes", KubernetesSection.tree(config.kubernetes()))
                .map();
    }

    private static Map<String, Object> listen(ListenConfig listen) {
        List<Map<String, Object>> https = new ArrayList<>();
        for (ListenConfig.Door door : listen.https()) {
            https.add(new Tree()
                    .put("address", door.address())
                    .put("client_auth", door.clientAuth())
                    .map());
        }
        return new Tree()
                .put("https", https)
                .put("metrics", listen.metrics())
                .put("management", listen.management())
                .put("transport", listen.transport())
                .map();
    }

    private static Map<String, Object> tls(TlsConfig tls) {
        return new Tree()
                .put("cert", tls.cert())
                .put("key", tls.key())
                .put("client_ca", tls.clientCa())
                .put("client_crl", tls.clientCrl())
                .put("client_auth", tls.clientAuth())
                .put("min_version", tls.minVersion() == TlsConfig.Version.TLS_1_3 ? "1.3" : "1.2")
                .put("cipher_suites", tls.cipherSuites())
                .map();
    }

    private static Map<String, Object> identity(IdentityConfig identity) {
        return new Tree()
                .put("session_timeout", identity.sessionTimeout())
                .put("log_generated_token", identity.logGeneratedToken())
                .put("operator_token", identity.operatorToken())
                .put("resource", identity.resource())
                .put(
                        "issuers",
                        identity.issuers().stream().map(EffectiveConfig::issuer).toList())
                .put("api_keys", apiKeys(identity.apiKeys()))
                .map();
    }

    private static Map<String, Object> apiKeys(IdentityConfig.ApiKeys keys) {
        return new Tree()
                .put("prefix", keys.prefix())
                .put("also_accept", keys.alsoAccept())
                .put("max_age", keys.maxAge())
                .put("max", keys.max())
                .map();
    }

    private static Map<String, Object> issuer(IdentityConfig.Issuer issuer) {
        Tree tree = new Tree().put("name", issuer.name()).put("issuer", issuer.issuer());
        if (!issuer.audience().isEmpty()) tree.put("audience", issuer.audience());
        tree.put("algorithms", issuer.algorithms());
        switch (issuer.keys()) {
            case IdentityConfig.Keys.JwksFile(Path path) -> tree.put("jwks_file", path);
            case IdentityConfig.Keys.PublicKey(Path path) -> tree.put("public_key", path);
            case IdentityConfig.Keys.SharedSecret(Secret secret) -> tree.put("secret", secret);
            case IdentityConfig.Keys.Remote remote -> remote(remote, tree);
        }
        IdentityConfig.Claims claims = issuer.claims();
        Tree names = new Tree()
                .put("sub", claims.sub())
                .put("roles", claims.roles())
                .put("permissions", claims.permissions())
                .put("scope", claims.scope())
                .put("groups", claims.groups());
        return tree.put("leeway", issuer.leeway())
                .put("claims", names.map())
                .put("may_grant", issuer.mayGrant())
                .map();
    }

    private static void remote(IdentityConfig.Keys.Remote remote, Tree tree) {
        switch (remote.from()) {
            case IdentityConfig.Source.At(URI jwks) -> tree.put("jwks_url", jwks);
            case IdentityConfig.Source.Discovered(URI ignored, Set<String> hosts) -> {
                tree.put("discovery", true);
                if (!hosts.isEmpty())
                    tree.put("jwks_hosts", hosts.stream().sorted().toList());
            }
        }
        tree.put("ca", remote.ca()).put("refresh", remote.refresh()).put("keep", remote.keep());
    }

    private static Map<String, Object> role(AccessConfig.Role role) {
        return new Tree()
                .put("name", role.name())
                .put("permissions", role.permissions())
                .map();
    }

    private static Map<String, Object> binding(AccessConfig.Binding binding) {
        return new Tree()
                .put("principal", binding.principal())
                .put("group", binding.group())
                .put("roles", binding.roles())
                .map();
    }

    private static Map<String, Object> upstreams(Map<String, UpstreamConfig> upstreams) {
        Tree tree = new Tree();
        upstreams.forEach((name, upstream) -> tree.put(name, upstream(upstream)));
        return tree.map();
    }

    private static Map<String, Object> upstream(UpstreamConfig upstream) {
        Tree tree = new Tree()
                .put("urls", upstream.urls().stream().map(Object::toString).toList())
                .put("ca", upstream.ca())
                .put("cert", upstream.cert())
                .put("key", upstream.key())
                .put("server_name", upstream.serverName())
                .put("protocol", upstream.protocol())
                .put("connect_timeout", upstream.connectTimeout())
                .put("idle_timeout", upstream.idleTimeout())
                .put("max_connections", upstream.maxConnections());
        UpstreamConfig.Health health = upstream.health();
        if (health == null) return tree.map();
        Tree checks = new Tree()
                .put("path", health.path())
                .put("interval", health.interval())
                .put("timeout", health.timeout())
                .put("unhealthy_after", health.unhealthyAfter())
                .put("healthy_after", health.healthyAfter());
        return tree.put("health", checks.map()).map();
    }

    private static Map<String, Object> route(RouteConfig route) {
        RouteConfig.Match match = route.match();
        Tree matched = new Tree().put("host", match.host()).put("path", match.path());
        if (!match.methods().isEmpty()) matched.put("methods", match.methods());
        if (!match.headers().isEmpty()) matched.put("headers", match.headers());
        Tree tree = new Tree()
                .put("name", route.name())
                .put("match", matched.map())
                .put("permission", route.permission())
                .put("upstream", route.upstream())
                .put("limit", route.limit())
                .put("timeout", route.timeout())
                .put("pass_credential", route.passCredential())
                .put("when", route.when() == null ? null : route.when().expression())
                .put("enforce", route.enforce().word());
        if (route.bodySize() != null) {
            tree.put("body", new Tree().put("size", route.bodySize()).map());
        }
        if (route.opa() != null) tree.put("opa", opa(route.opa()));
        if (route.audit() != null) tree.put("audit", routeAudit(route.audit()));
        return tree.map();
    }

    private static Map<String, Object> routeAudit(RouteConfig.Audit audit) {
        return new Tree()
                .put("durability", audit.durability())
                .put("low_water", audit.lowWater())
                .map();
    }

    private static Map<String, Object> opa(OpaConfig opa) {
        return new Tree()
                .put("url", opa.url())
                .put("timeout", opa.timeout())
                .put("cache", opa.cache())
                .put("ca", opa.ca())
                .put("token", opa.token())
                .put("max_in_flight", opa.maxInFlight())
                .put("fail", "closed")
                .map();
    }

    private static Map<String, Object> limits(LimitsConfig limits) {
        return new Tree()
                .put("per_principal", limits.perPrincipal())
                .put("refused_credentials_per_address", limits.refusedCredentialsPerAddress())
                .put("connections", limits.connections())
                .put("connections_per_address", limits.connectionsPerAddress())
                .put("headers", limits.headers())
                .put("header_count", limits.headerCount())
                .put("body", limits.body())
                .put("request_timeout", limits.requestTimeout())
                .put("idle_timeout", limits.idleTimeout())
                .put("header_timeout", limits.headerTimeout())
                .put("body_timeout", limits.bodyTimeout())
                .put("handshake_timeout", limits.handshakeTimeout())
                .put("drain_timeout", limits.drainTimeout())
                .put("http2_streams", limits.http2Streams())
                .put("http2_resets", limits.http2Resets())
                .map();
    }

    private static Map<String, Object> audit(AuditConfig audit) {
        return new Tree()
                .put("dir", audit.dir())
                .put("durability", audit.durability())
                .put("key", audit.key())
                .put("anchor", audit.anchor())
                .put("mirror", audit.mirror())
                .put("low_water", audit.lowWater())
                .put("retention", AuditTree.retention(audit.retention()))
                .put("origin", audit.origin())
                .put("witness", audit.witness() == null ? null : AuditTree.witness(audit.witness()))
                .put("record", AuditTree.recorded(audit.recorded()))
                .put("redact", AuditTree.redact(audit.redact()))
                .put("redact_key", audit.redact().key())
                .put("visible", audit.visible())
                .put("ephemeral", audit.ephemeral())
                .put("ship", audit.ship() == null ? null : AuditTree.ship(audit.ship()))
                .map();
    }

    /** A mapping in the order of the file, made of plain texts, numbers, lists and mappings. What is absent stays absent. */
    static final class Tree {

        private final Map<String, Object> map = new LinkedHashMap<>();

        Tree put(String key, @Nullable Object value) {
            if (value != null) map.put(key, plain(value));
            return this;
        }

        Map<String, Object> map() {
            return map;
        }

        private static Object plain(Object value) {
            return switch (value) {
                case Map<?, ?> nested -> nested;
                case List<?> list -> list.stream().map(item -> plain(item)).toList();
                case Path path -> path.toAbsolutePath().normalize().toString();
                case Duration duration -> text(duration);
                case Enum<?> word -> word.name().toLowerCase(Locale.ROOT);
                case Integer number -> number;
                case Boolean flag -> flag;
                case Secret secret -> secret;
                default -> value.toString();
            };
        }

        private static String text(Duration duration) {
            long ms = duration.toMillis();
            if (ms % 86_400_000 == 0 && ms > 0) return ms / 86_400_000 + "d";
            if (ms % 3_600_000 == 0 && ms > 0) return ms / 3_600_000 + "h";
            if (ms % 60_000 == 0 && ms > 0) return ms / 60_000 + "m";
            return ms % 1000 == 0 ? ms / 1000 + "s" : ms + "ms";
        }
    }
}
