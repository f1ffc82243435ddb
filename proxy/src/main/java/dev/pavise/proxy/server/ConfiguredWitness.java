package dev.pavise.proxy.server;

import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.Redaction;
import dev.pavise.auditlog.WitnessSettings;
import dev.pavise.auditlog.redact.KnownSecrets;
import dev.pavise.policy.config.ConfigError;
import dev.pavise.policy.config.Place;
import dev.pavise.proxy.config.AuditConfig;
import dev.pavise.proxy.config.GatewayConfig;
import dev.pavise.proxy.config.WitnessConfig;
import dev.pavise.proxy.tls.OutgoingTrust;
import dev.pavise.proxy.tls.TlsMaterial;
import dev.pavise.proxy.witness.HttpWitness;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The audit log of those who record: with what is taken out of records, and who cosigns checkpoints. */
public final class ConfiguredWitness {
    private ConfiguredWitness() {}

    /**
     * For a running gateway.
     *
     * @throws IOException if what the configuration names for it cannot be used
     */
    static AuditSettings settings(AuditConfig config, Redaction redaction, InstantSource clock) throws IOException {
        return ConfiguredAudit.settings(config).withRedaction(redaction).withWitness(witness(config.witness(), clock));
    }

    /**
     * For one change while no gateway runs: it waits for no witness, who is shown it when the log is closed.
     *
     * @throws IOException if what the configuration names for it cannot be used
     */
    public static AuditSettings atHand(AuditConfig config, InstantSource clock) throws IOException {
        Redaction redaction = ConfiguredRedaction.rules(config.redact(), KnownSecrets.NONE);
        WitnessSettings witness = witness(config.witness(), clock);
        WitnessSettings shown = witness == null
                ? null
                : new WitnessSettings(witness.witness(), witness.key(), witness.every(), false, witness.maxAge());
        return ConfiguredAudit.settings(config)
                .withRedaction(redaction)
                .withWitness(shown)
                .withClock(clock);
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
        try {
            WitnessConfig witness = config.audit().witness();
            if (witness != null && witness.secure()) {
                trust(witness, clock);
            }
            ConfiguredRedaction.check(config.audit().redact());
            return List.of();
        } catch (IOException unusable) {
            Place place = new Place(config.file(), 1, 1, "audit");
            return List.of(new ConfigError(place, String.valueOf(unusable.getMessage())));
        }
    }
}
