package dev.pavise.proxy.server;

import dev.pavise.policy.config.ConfigError;
import dev.pavise.policy.config.Place;
import dev.pavise.policy.identity.OperatorToken;
import dev.pavise.policy.identity.RemoteKeys;
import dev.pavise.policy.limit.Limits;
import dev.pavise.proxy.access.AccessState;
import dev.pavise.proxy.config.GatewayConfig;
import dev.pavise.proxy.config.HostPort;
import dev.pavise.proxy.config.ListenConfig;
import dev.pavise.proxy.config.ToolsConfig;
import dev.pavise.proxy.config.UpstreamConfig;
import dev.pavise.proxy.forward.Upstream;
import dev.pavise.proxy.forward.UpstreamSettings;
import dev.pavise.proxy.gate.Snapshot;
import dev.pavise.proxy.issuer.RemoteIssuer;
import dev.pavise.proxy.metrics.GatewayMetrics;
import dev.pavise.proxy.opa.DecisionPoints;
import dev.pavise.proxy.tls.ServerKeys;
import dev.pavise.proxy.tls.ServerTls;
import dev.pavise.proxy.tls.ServerTlsSettings;
import dev.pavise.proxy.tls.ThrowawayCa;
import dev.pavise.proxy.tls.TlsMaterial;
import dev.pavise.proxy.tool.ToolRules;
import dev.pavise.proxy.tool.Tools;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Puts a configuration together: certificates, upstreams, policy. All of it can be used, or all that cannot is told and none of it is used. */
final class Assembler {
    static final String METRICS_DOOR = "metrics";
    static final String MANAGEMENT_DOOR = "management";

    private final Limits limits;
    private final OperatorToken operator;
    private final InstantSource clock;
    private final Supplier<AccessState> given;
    private final Function<RemoteIssuer, RemoteKeys> issuers;
    private final Tools tools;
    private final GatewayMetrics metrics;

    /**
     * @param given what was given by API and command line, as of now
     * @param issuers the keys of an issuer that publishes them
     * @param tools what is kept of tools
     * @param metrics where decision points outside are counted
     */
    Assembler(
            Limits limits,
            OperatorToken operator,
            InstantSource clock,
            Supplier<AccessState> given,
            Function<RemoteIssuer, RemoteKeys> issuers,
            Tools tools,
            GatewayMetrics metrics) {
        this.limits = limits;
        this.operator = operator;
        this.clock = clock;
        this.given = given;
        this.issuers = issuers;
        this.tools = tools;
        this.metrics = metrics;
    }

    /** What came of a configuration. */
    sealed interface Assembled {
        /**
         * All of it can be used.
         *
         * @param upstreams by name; those that serve nothing any more are the caller's to close
         * @param points that routes ask outside; the caller's to close likewise
         * @param tools what it says of tools, if anything; likewise, or to be put in force
         */
        record Ready(
                Snapshot snapshot,
                AccessCompiler access,
                Map<String, Upstream> upstreams,
                DecisionPoints points,
                Optional<ToolRules> tools,
                @Nullable Path ca,
                List<String> warnings)
                implements Assembled {}

        record Refused(List<ConfigError> errors) implements Assembled {}
    }

    /** The addresses to listen on, with the client certificates they ask for. */
    static List<ListenConfig.Door> doors(GatewayConfig config) {
        List<ListenConfig.Door> doors = new ArrayList<>(config.listen().https());
        HostPort metrics = config.listen().metrics();
        if (metrics != null) {
            doors.add(new ListenConfig.Door(METRICS_DOOR, metrics, config.tls().clientAuth()));
        }
        HostPort management = config.listen().management();
        if (management != null) {
            doors.add(new ListenConfig.Door(
                    MANAGEMENT_DOOR, management, config.tls().clientAuth()));
        }
        return doors;
    }

    Assembled assemble(GatewayConfig config) {
        List<ConfigError> errors = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        errors.addAll(ConfiguredWitness.problems(config, clock));
        Certificate own = certificate(config, errors, warnings);
        Map<String, ServerTls> doors = new LinkedHashMap<>();
        if (own != null) {
            ServerKeys keys = new ServerKeys();
            for (ListenConfig.Door door : doors(config)) {
                load(config, door, own, keys, errors, warnings).ifPresent(tls -> doors.put(door.name(), tls));
            }
        }
        Shipping.check(config, clock, errors, warnings);
        Optional<ToolRules> rules = tools(config, errors, warnings);
        Map<String, Upstream> upstreams = upstreams(config, errors, warnings);
        DecisionPoints points = new DecisionPoints(metrics, clock, System::nanoTime);
        SnapshotCompiler compiler =
                new SnapshotCompiler(limits, operator, clock, new IssuerCompiler(issuers, clock), points);
        return switch (compiler.compile(config, Map.copyOf(doors), upstreams, given.get())) {
            case SnapshotCompiler.Compiled.Ready ready
            when errors.isEmpty() -> {
                warnings.addAll(ready.warnings());
                limits.retain(SnapshotCompiler.limitNames(config));
                yield new Assembled.Ready(
                        ready.snapshot(),
                        ready.access(),
                        upstreams,
                        points,
                        rules,
                        own == null ? null : own.ca(),
                        warnings);
            }
            case SnapshotCompiler.Compiled.Ready ignored -> refused(errors, upstreams, points, rules);
            case SnapshotCompiler.Compiled.Refused refused -> {
                if (errors.isEmpty()) {
                    errors.addAll(refused.errors());
                }
                yield refused(errors, upstreams, points, rules);
            }
        };
    }

    private static Assembled refused(
            List<ConfigError> errors, Map<String, Upstream> unused, DecisionPoints unasked, Optional<ToolRules> rules) {
        rules.ifPresent(ToolRules::close);
        unused.values().forEach(Upstream::close);
        unasked.close();
        return new Assembled.Refused(List.copyOf(errors));
    }

    private record Certificate(
            Path cert, Path key, @Nullable Path ca) {}

    private @Nullable Certificate certificate(GatewayConfig config, List<ConfigError> errors, List<String> warnings) {
        Path cert = config.tls().cert();
        Path key = config.tls().key();
        if (cert != null && key != null) {
            return new Certificate(cert, key, null);
        }
        return switch (ThrowawayCa.open(config.dataDir(), clock)) {
            case TlsMaterial.Ready<ThrowawayCa>(ThrowawayCa made, List<String> said) -> {
                warnings.addAll(said);
                yield new Certificate(made.cert(), made.key(), made.ca());
            }
            case TlsMaterial.Refused<ThrowawayCa>(List<String> problems) -> {
                problems.forEach(problem -> errors.add(new ConfigError(Place.startOf(config.file()), problem)));
                yield null;
            }
        };
    }

    private Optional<ServerTls> load(
            GatewayConfig config,
            ListenConfig.Door door,
            Certificate own,
            ServerKeys keys,
            List<ConfigError> errors,
            List<String> warnings) {
        return switch (ServerTls.load(ServerTlsSettings.of(door, config.tls(), own.cert(), own.key()), keys, clock)) {
            case TlsMaterial.Ready<ServerTls>(ServerTls tls, List<String> said) -> {
                said.stream().filter(warning -> !warnings.contains(warning)).forEach(warnings::add);
                yield Optional.of(tls);
            }
            case TlsMaterial.Refused<ServerTls>(List<String> problems) -> {
                problems.forEach(problem -> errors.add(new ConfigError(Place.startOf(config.file()), problem)));
                yield Optional.empty();
            }
        };
    }

    private Optional<ToolRules> tools(GatewayConfig config, List<ConfigError> errors, List<String> warnings) {
        ToolsConfig said = config.tools();
        if (said == null) {
            return Optional.empty();
        }
        return switch (tools.prepare(said)) {
            case TlsMaterial.Ready<ToolRules>(ToolRules rules, List<String> told) -> {
                warnings.addAll(told);
                yield Optional.of(rules);
            }
            case TlsMaterial.Refused<ToolRules>(List<String> problems) -> {
                problems.forEach(problem -> errors.add(new ConfigError(said.place(), problem)));
                yield Optional.empty();
            }
        };
    }

    private Map<String, Upstream> upstreams(GatewayConfig config, List<ConfigError> errors, List<String> warnings) {
        UpstreamCompiler compiler = new UpstreamCompiler(clock, errors, warnings);
        Map<String, Upstream> upstreams = new LinkedHashMap<>();
        for (UpstreamConfig upstream : config.upstreams().values()) {
            Optional<UpstreamSettings> settings = compiler.compile(upstream);
            settings.ifPresent(ready -> upstreams.put(upstream.name(), new Upstream(ready, System::nanoTime)));
        }
        return upstreams;
    }
}
