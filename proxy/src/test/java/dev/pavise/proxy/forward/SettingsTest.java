package dev.pavise.proxy.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.pavise.proxy.http.HeaderBlock;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SettingsTest {
    private static final UpstreamSecurity PLAIN = new UpstreamSecurity.Plain();

    @Test
    void refusesWhatCannotBeMeant() {
        Duration second = Duration.ofSeconds(1);
        assertThrows(IllegalArgumentException.class, () -> new UpstreamEndpoint("", 80, PLAIN));
        assertThrows(IllegalArgumentException.class, () -> new UpstreamEndpoint("a", 0, PLAIN));
        assertThrows(IllegalArgumentException.class, () -> new UpstreamEndpoint("a", 65536, PLAIN));
        assertThrows(IllegalArgumentException.class, () -> new UpstreamLimits(Duration.ZERO, second, 1, 1, 1, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new UpstreamLimits(second, second, 0, 1, 1, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new UpstreamLimits(second, second, 1, -1, 1, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new HealthCheck("x", "a", second, second, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new HealthCheck("/", "a", Duration.ZERO, second, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new HealthCheck("/", "a", second, second, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> settings(List.of()));
        assertThrows(
                IllegalArgumentException.class,
                () -> settings(Collections.nCopies(65, new UpstreamEndpoint("a", 80, PLAIN))));
        assertThrows(
                IllegalArgumentException.class,
                () -> new ForwardRequest("GET", "/", "a", "https", new HeaderBlock(), 0, "h2c", true));
    }

    private static UpstreamSettings settings(List<UpstreamEndpoint> endpoints) {
        return new UpstreamSettings("u", UpstreamProtocol.AUTO, endpoints, UpstreamLimits.DEFAULTS, null);
    }

    @ParameterizedTest
    @CsvSource({
        "AUTO, false, HTTP1",
        "HTTP1, false, HTTP1",
        "HTTP2, false, HTTP2",
        "AUTO, true, NEGOTIATED",
        "HTTP1, true, HTTP1",
        "HTTP2, true, HTTP2",
    })
    void dialsTheProtocolOfTheSettingsButHttp1ForASwitch(UpstreamProtocol protocol, boolean tls, Dial expected)
            throws Exception {
        UpstreamSecurity security = tls ? TestIdentity.of("a.internal").secured("a.internal") : PLAIN;
        assertEquals(expected, Dial.of(protocol, security, false));
        assertEquals(Dial.HTTP1, Dial.of(protocol, security, true));
    }

    @Test
    void labelsAnEndpointByHostAndPort() {
        assertEquals("a.internal:80", new UpstreamEndpoint("a.internal", 80, PLAIN).label());
        assertEquals("[::1]:80", new UpstreamEndpoint("::1", 80, PLAIN).label());
    }
}
