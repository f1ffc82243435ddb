package dev.pavise.proxy.opa;

import dev.pavise.proxy.config.OpaConfig;
import dev.pavise.proxy.gate.ExternalDecision;
import dev.pavise.proxy.metrics.GatewayMetrics;
import dev.pavise.proxy.tls.OutgoingTrust;
import dev.pavise.proxy.tls.TlsMaterial;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** The decision points of one configuration. Routes with equal settings share connections, bound and remembered answers; a new configuration begins with none. */
public final class DecisionPoints implements AutoCloseable {
    private final GatewayMetrics metrics;
    private final InstantSource clock;
    private final LongSupplier nanoClock;
    private final Map<OpaConfig, Shared> points = new HashMap<>();

    private record Shared(Inquiry inquiry, Answers answers) {}

    public DecisionPoints(GatewayMetrics metrics, InstantSource clock, LongSupplier nanoClock) {
        this.metrics = metrics;
        this.clock = clock;
        this.nanoClock = nanoClock;
    }

    /**
     * Who decides for the rule of this name. Asks nobody yet.
     *
     * @throws IllegalArgumentException with a message fit for the configuration's place
     */
    public ExternalDecision point(OpaConfig config, String rule) {
        Shared shared = points.computeIfAbsent(config, this::open);
        return new DecisionPoint(shared.answers(), metrics.external(rule), nanoClock);
    }

    private Shared open(OpaConfig config) {
        Inquiry inquiry = new Inquiry(config, config.secure() ? tls(config) : null);
        return new Shared(inquiry, new Answers(inquiry::ask, config.cache(), nanoClock));
    }

    private @Nullable SSLContext tls(OpaConfig config) {
        return switch (OutgoingTrust.load(config.ca(), clock)) {
            case TlsMaterial.Ready<OutgoingTrust> ready -> ready.value().context();
            case TlsMaterial.Refused<OutgoingTrust> refused ->
                throw new IllegalArgumentException(String.join("; ", refused.problems()));
        };
    }

    /** Lets go of the connections, once who began under this configuration has an answer. */
    @Override
    public void close() {
        points.values().forEach(shared -> shared.inquiry().close());
        points.clear();
    }
}
