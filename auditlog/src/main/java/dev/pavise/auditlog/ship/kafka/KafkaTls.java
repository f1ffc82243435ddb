package dev.pavise.auditlog.ship.kafka;

import java.security.KeyStore;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.apache.kafka.common.security.auth.SslEngineFactory;
import org.jspecify.annotations.Nullable;

/**
 * TLS towards brokers, made from a context that was checked elsewhere. Brokers have to speak TLS 1.3 and to show a certificate for
 * the name that they were asked for by; no setting lets either be left out. Public as Kafka's client makes it by its name.
 */
public final class KafkaTls implements SslEngineFactory {
    static final String CONTEXT = "pavise.tls.context";

    private @Nullable SSLContext context;

    @Override
    public void configure(Map<String, ?> configs) {
        if (!(configs.get(CONTEXT) instanceof SSLContext given)) {
            throw new IllegalArgumentException("no TLS context was given");
        }
        context = given;
    }

    @Override
    public SSLEngine createClientSslEngine(String host, int port, String endpointIdentification) {
        SSLContext given = context;
        if (given == null) {
            throw new IllegalStateException("not configured");
        }
        SSLEngine engine = given.createSSLEngine(host, port);
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(new String[] {"TLSv1.3"});
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        engine.setSSLParameters(parameters);
        return engine;
    }

    @Override
    public SSLEngine createServerSslEngine(String host, int port) {
        throw new UnsupportedOperationException("a client only");
    }

    @Override
    public boolean shouldBeRebuilt(Map<String, Object> next) {
        return false;
    }

    @Override
    public Set<String> reconfigurableConfigs() {
        return Set.of();
    }

    @Override
    public @Nullable KeyStore keystore() {
        return null;
    }

    @Override
    public @Nullable KeyStore truststore() {
        return null;
    }

    @Override
    public void close() {}
}
