package dev.pavise.auditlog.ship.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.Test;

class KafkaTlsTest {
    @Test
    void asksForTheNewestTlsAndForTheBrokersName() throws Exception {
        KafkaTls tls = new KafkaTls();
        tls.configure(Map.of(KafkaTls.CONTEXT, SSLContext.getDefault()));
        // Whatever the client would have it ask for.
        SSLEngine engine = tls.createClientSslEngine("broker.example", 9093, "");
        assertTrue(engine.getUseClientMode());
        assertEquals("HTTPS", engine.getSSLParameters().getEndpointIdentificationAlgorithm());
        assertEquals(List.of("TLSv1.3"), List.of(engine.getEnabledProtocols()));
        assertEquals("broker.example", engine.getPeerHost());
    }

    @Test
    void isNothingWithoutAContext() {
        KafkaTls tls = new KafkaTls();
        assertThrows(IllegalArgumentException.class, () -> tls.configure(Map.of()));
        assertThrows(IllegalStateException.class, () -> tls.createClientSslEngine("broker.example", 9093, "https"));
    }
}
