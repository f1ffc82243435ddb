package dev.pavise.proxy.server;

import dev.pavise.policy.config.ConfigError;
import dev.pavise.proxy.config.UpstreamConfig;
import dev.pavise.proxy.forward.HealthCheck;
import dev.pavise.proxy.forward.UpstreamEndpoint;
import dev.pavise.proxy.forward.UpstreamLimits;
import dev.pavise.proxy.forward.UpstreamProtocol;
import dev.pavise.proxy.forward.UpstreamSecurity;
import dev.pavise.proxy.forward.UpstreamSettings;
import dev.pavise.proxy.tls.TlsMaterial;
import dev.pavise.proxy.tls.UpstreamTls;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An upstream of the configuration as the forwarder needs it. What is wrong with its certificates is an error with the upstream's place. */
final class UpstreamCompiler {
    private final InstantSource clock;
    private final List<ConfigError> errors;
    private final List<String> warnings;

    UpstreamCompiler(InstantSource clock, List<ConfigError> errors, List<String> warnings) {
        this.clock = clock;
        this.errors = errors;
        this.warnings = warnings;
    }

    /** Empty when an error was added. */
    Optional<UpstreamSettings> compile(UpstreamConfig config) {
        UpstreamTls tls = null;
        if (config.secure()) {
            switch (UpstreamTls.load(config, clock)) {
                case TlsMaterial.Ready<UpstreamTls>(UpstreamTls ready, List<String> said) -> {
                    tls = ready;
                    warnings.addAll(said);
                }
                case TlsMaterial.Refused<UpstreamTls>(List<String> problems) -> {
                    problems.forEach(problem -> errors.add(new ConfigError(config.place(), problem)));
                    return Optional.empty();
                }
            }
        }
        List<UpstreamEndpoint> endpoints = new ArrayList<>();
        for (UpstreamConfig.Url url : config.urls()) {
            endpoints.add(new UpstreamEndpoint(url.host(), url.port(), security(config, url, tls)));
        }
        UpstreamLimits usual = UpstreamLimits.DEFAULTS;
        UpstreamLimits limits = new UpstreamLimits(
                config.connectTimeout(),
                config.idleTimeout(),
                config.maxConnections(),
                usual.waiting(),
                usual.streams(),
                usual.headerBytes(),
                usual.headerFields());
        return Optional.of(new UpstreamSettings(config.name(), protocol(config), endpoints, limits, health(config)));
    }

    private static UpstreamSecurity security(UpstreamConfig config, UpstreamConfig.Url url, @Nullable UpstreamTls tls) {
        if (tls == null) {
            return new UpstreamSecurity.Plain();
        }
        String name = config.serverName() == null ? url.host() : config.serverName();
        return new UpstreamSecurity.Secured(tls.negotiating(), tls.http1(), name);
    }

    private static UpstreamProtocol protocol(UpstreamConfig config) {
        return switch (config.protocol()) {
            case AUTO -> UpstreamProtocol.AUTO;
            case HTTP1 -> UpstreamProtocol.HTTP1;
            case HTTP2 -> UpstreamProtocol.HTTP2;
        };
    }

    private static @Nullable HealthCheck health(UpstreamConfig config) {
        UpstreamConfig.Health health = config.health();
        return health == null
                ? null
                : new HealthCheck(
                        health.path(),
                        config.urls().getFirst().authority(),
                        health.interval(),
                        health.timeout(),
                        health.unhealthyAfter(),
                        health.healthyAfter());
    }
}
