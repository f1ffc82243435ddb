package dev.pavise.proxy.config;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A whole configuration, checked and with every default filled in. Its parts agree with each other: routes name upstreams that
 * exist, bindings name roles that exist.
 *
 * @param file the file it was read from
 * @param hosts names this gateway answers to; empty means those of its certificate
 * @param origins browser origins that are let in; empty means https of {@code hosts}
 * @param trustedProxies whose {@code x-forwarded-*} headers are believed; empty means nobody's
 * @param upstreams by name, in the order of the file
 * @param tools absent: there are none, and whoever asks for one is told so
 */
public record GatewayConfig(
        Path file,
        ListenConfig listen,
        List<String> hosts,
        List<String> origins,
        Path dataDir,
        List<AddressRange> trustedProxies,
        TlsConfig tls,
        IdentityConfig identity,
        AccessConfig access,
        Map<String, UpstreamConfig> upstreams,
        List<RouteConfig> routes,
        LimitsConfig limits,
        AuditConfig audit,
        @Nullable ToolsConfig tools,
        KubernetesConfig kubernetes) {

    /** Copies the collections. */
    public GatewayConfig {
        Objects.requireNonNull(file);
        Objects.requireNonNull(listen);
        Objects.requireNonNull(dataDir);
        Objects.requireNonNull(tls);
        Objects.requireNonNull(identity);
        Objects.requireNonNull(access);
        Objects.requireNonNull(limits);
        Objects.requireNonNull(audit);
        Objects.requireNonNull(kubernetes);
        hosts = List.copyOf(hosts);
        origins = List.copyOf(origins);
        trustedProxies = List.copyOf(trustedProxies);
        upstreams = Collections.unmodifiableMap(new LinkedHashMap<>(upstreams));
        routes = List.copyOf(routes);
    }
}
