package dev.pavise.proxy.server;

import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.Durability;
import dev.pavise.auditlog.Redaction;
import dev.pavise.auditlog.WitnessSettings;
import dev.pavise.auditlog.redact.KnownSecrets;
import dev.pavise.proxy.config.AuditConfig;
import dev.pavise.proxy.config.ConfigError;
import dev.pavise.proxy.config.GatewayConfig;
import dev.pavise.proxy.config.Place;
import dev.pavise.proxy.config.RouteConfig;
import dev.pavise.proxy.config.WitnessConfig;
import dev.pavise.proxy.gate.Strictness;
import dev.pavise.proxy.tls.OutgoingTrust;
import dev.pavise.proxy.tls.TlsMaterial;
import dev.pavise.proxy.witness.HttpWitness;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a configuration wants the audit log opened. */
public final class ConfiguredAudit {
    private ConfiguredAudit() {}

    /**
     * For a running gateway.
     *
     * @throws IOException if what the configuration names for it cannot be used
     */
    static AuditSettings settings(AuditConfig config, Redaction redaction, InstantSource clock) throws IOException {
        return settings(config, redaction, witness(config.witness(), clock));
    }

    /**
     * For one change while no gateway runs: it waits for no witness, who is shown it when the log is closed.
     *
     * @throws IOException if what the configuration names for it cannot be used
     */
    public static AuditSettings atHand(AuditConfig config, InstantSource clock) throws IOException {
        Redaction redaction = ConfiguredRedaction.rules(config.redact(), KnownSecrets.NONE);
        WitnessSettings witness = witness(config.witness(), clock);
        WitnessSettings asked = witness == null
                ? null
                : new WitnessSettings(witness.witness(), witness.key(), witness.every(), false, witness.maxAge());
        return settings(config, redaction, asked).withClock(clock);
    }

    private static AuditSettings settings(AuditConfig config, Redaction redaction, @Nullable WitnessSettings witness) {
        return AuditSettings.of(config.dir(), config.key(), config.anchor())
                .withDurability(durability(config.durability()))
                .withMirror(config.mirror())
                .withLowWater(config.lowWater().bytes())
                .withSegments(ConfiguredRetention.segmentBytes(config), ConfiguredRetention.segmentAge(config))
                .withRetention(ConfiguredRetention.of(config))
                .withOrigin(config.origin())
                .withRedaction(redaction)
                .withWitness(witness);
    }

    private static @Nullable WitnessSettings witness(@Nullable WitnessConfig config, InstantSource clock)
            throws IOException {
        if (config == null) {
            return null;
        }
        OutgoingTrust trust = config.secure() ? trust(config, clock) : null;
        return new WitnessSettings(
                new HttpWitness(config, trust == null ? null : trust.context()),
                config.key(),
                config.every(),
                config.required(),
                config.maxAge());
    }

    private static OutgoingTrust trust(WitnessConfig config, InstantSource clock) throws IOException {
        return switch (OutgoingTrust.load(config.ca(), clock)) {
            case TlsMaterial.Ready<OutgoingTrust>(OutgoingTrust trust, List<String> ignored) -> trust;
            case TlsMaterial.Refused<OutgoingTrust>(List<String> problems) ->
                throw new IOException("audit.witness: " + problems.getFirst());
        };
    }

    /** What would keep the log from being opened so, though the configuration loads. Makes no file. */
    static List<ConfigError> problems(GatewayConfig config, InstantSource clock) {
        List<ConfigError> errors = new ArrayList<>();
        try {
            WitnessConfig witness = config.audit().witness();
            if (witness != null && witness.secure()) {
                trust(witness, clock);
            }
            ConfiguredRedaction.check(config.audit().redact());
        } catch (IOException unusable) {
            errors.add(new ConfigError(new Place(config.file(), 1, 1, "audit"), String.valueOf(unusable.getMessage())));
        }
        return errors;
    }

    private static Durability durability(AuditConfig.Durability configured) {
        return switch (configured) {
            case PROCESS -> Durability.PROCESS;
            case DISK -> Durability.DISK;
        };
    }

    /** What a route asks beyond that. */
    static Strictness strictness(RouteConfig.@Nullable Audit route) {
        if (route == null) {
            return Strictness.USUAL;
        }
        return new Strictness(
                route.durability() == null ? Durability.PROCESS : durability(route.durability()),
                route.lowWater() == null ? 0 : route.lowWater().bytes());
    }
}
