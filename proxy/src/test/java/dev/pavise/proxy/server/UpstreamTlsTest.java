package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.proxy.tls.TestCa;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** TLS to upstreams: who they are is checked, and who we are is shown where it is asked for. */
final class UpstreamTlsTest {
    @TempDir
    Path folder;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final TestCa ca = TestCa.create("upstreams");
    private TestGateway gateway;

    private SSLContext serving(String... names) {
        return Trust.context(ca.own().certificate(), ca.server(names));
    }

    private <T extends AutoCloseable> T opened(T made) {
        opened.add(made);
        return made;
    }

    private Wire.Message get(int port, String settings) throws Exception {
        ca.writeCert(folder, "upstream-ca.crt");
        TestCa.create("others").writeCert(folder, "other-ca.crt");
        TestCa.Issued ours = ca.client("gateway").issue();
        ours.writeCert(folder, "our.crt");
        ours.writeKey(folder, "our.key");
        gateway = TestGateway.start(
                folder,
                "upstreams:\n  runtime: {url: \"https://localhost:" + port + "\"" + settings + "}\n" + Yaml.route());
        opened.addFirst(gateway);
        try (Wire wire = Wire.to(gateway)) {
            return wire.request("GET", "/agents/1").answer();
        }
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "upstream-ca.crt, localhost, localhost, 200",
        "upstream-ca.crt, origin.example, origin.example, 200",
        "upstream-ca.crt, origin.example, localhost, 502",
        "other-ca.crt, localhost, localhost, 502"
    })
    void forwardsOnlyToWhomItTrusts(String authority, String named, String wanted, int status) throws Exception {
        RawOrigin origin = opened(RawOrigin.secured(serving(named), false));
        Wire.Message answer = get(origin.port(), ", ca: " + authority + ", server_name: " + wanted);
        assertEquals(status, answer.status(), answer.text());
        assertEquals(status == 200 ? List.of("GET /agents/1") : List.of(), origin.seen());
        if (status == 502) {
            assertTrue(answer.text().contains("upstream_unreachable"), answer.text());
            assertEquals(
                    List.of("intent unknown", "outcome error upstream_unreachable"),
                    Trail.of(gateway).story("/agents/1"));
        }
    }

    @ParameterizedTest
    @CsvSource({"'', 502", "', cert: our.crt, key: our.key', 200"})
    void showsItsCertificateWhereOneIsAskedFor(String own, int status) throws Exception {
        RawOrigin origin = opened(RawOrigin.secured(serving("localhost"), true));
        assertEquals(status, get(origin.port(), ", ca: upstream-ca.crt" + own).status());
        assertEquals(status == 200 ? 1 : 0, origin.seen().size());
    }

    @Test
    void settlesHttp2WithUpstreamsThatSpeakIt() throws Exception {
        Http2Origin origin = opened(new Http2Origin(serving("localhost"), Http2End::new, Http2Origin::echo));
        Wire.Message answer = get(origin.port(), ", ca: upstream-ca.crt");
        assertEquals(200, answer.status());
        assertTrue(answer.text().contains(":scheme: "), answer.text());
        assertEquals(List.of("GET /agents/1"), origin.seen());
    }

    @Test
    void speaksNoHttp2ToWhomItMayNot() throws Exception {
        Http2Origin origin = opened(new Http2Origin(serving("localhost"), Http2End::new, Http2Origin::echo));
        assertEquals(
                502,
                get(origin.port(), ", ca: upstream-ca.crt, protocol: http1").status());
        assertEquals(List.of(), origin.seen());
    }
}
