package dev.pavise.proxy.server;

import dev.pavise.policy.config.ConfigError;
import dev.pavise.policy.config.EnvironmentLookup;
import dev.pavise.policy.config.Place;
import dev.pavise.policy.limit.Limits;
import dev.pavise.proxy.access.AccessState;
import dev.pavise.proxy.config.GatewayConfig;
import dev.pavise.proxy.forward.Upstream;
import dev.pavise.proxy.issuer.Issuers;
import dev.pavise.proxy.metrics.GatewayMetrics;
import dev.pavise.proxy.tool.ToolRules;
import dev.pavise.proxy.tool.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Tells what would stop a start with a configuration that loads: unfit keys, clashing routes, roles that do not exist. It listens nowhere,
 * connects to nobody, and leaves the data directory as it is.
 */
public final class StartCheck {
    private StartCheck() {}

    public static List<ConfigError> errors(GatewayConfig config, EnvironmentLookup environment) throws IOException {
        Path scratch = Files.createTempDirectory("pavise-check");
        try {
            return assemble(in(scratch, config), environment);
        } catch (IllegalArgumentException unfit) {
            return List.of(new ConfigError(Place.startOf(config.file()), String.valueOf(unfit.getMessage())));
        } finally {
            remove(scratch);
        }
    }

    private static List<ConfigError> assemble(GatewayConfig moved, EnvironmentLookup environment) throws IOException {
        OperatorTokens.Resolved operator = OperatorTokens.resolve(moved, environment);
        Limits limits = new Limits(System::nanoTime, 1);
        Assembler assembler = new Assembler(
                limits,
                operator.token(),
                InstantSource.system(),
                () -> AccessState.NOTHING,
                Issuers::unasked,
                new Tools(moved.dataDir(), InstantSource.system()),
                new GatewayMetrics());
        return switch (assembler.assemble(moved)) {
            case Assembler.Assembled.Refused refused -> refused.errors();
            case Assembler.Assembled.Ready ready -> {
                ready.upstreams().values().forEach(Upstream::close);
                ready.points().close();
                ready.tools().ifPresent(ToolRules::close);
                yield List.of();
            }
        };
    }

    // A start makes a throwaway certificate and a token where there are none; those made for the check are thrown away.
    private static GatewayConfig in(Path scratch, GatewayConfig config) {
        return new GatewayConfig(
                config.file(),
                config.listen(),
                config.hosts(),
                config.origins(),
                scratch,
                config.trustedProxies(),
                config.tls(),
                config.identity(),
                config.access(),
                config.upstreams(),
                config.routes(),
                config.limits(),
                config.audit(),
                config.tools(),
                config.kubernetes());
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
