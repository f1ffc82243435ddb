package dev.pavise.proxy.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.config.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What may stand under {@code opa} of a route; nothing that would let a request through without an answer. */
final class OpaConfigTest {
    private static final String SECURE = "url: 'https://opa.example/v1/data/pavise/allow'";

    @TempDir
    private Path temporary;

    private ConfigFolder folder;

    @BeforeEach
    void make() {
        folder = new ConfigFolder(temporary).withFiles("ca.crt");
        folder.write("token", "secret-token\n");
    }

    private static String yaml(String opa) {
        return "upstreams: {u: {url: 'http://127.0.0.1:9'}}\nroutes: [{match: {path: /x}, permission: 'a:b', upstream: u, opa: {"
                + opa + "}}]\n";
    }

    private OpaConfig good(String opa) {
        OpaConfig made = folder.good(yaml(opa)).routes().getFirst().opa();
        assertNotNull(made);
        return made;
    }

    @Test
    void hasSafeDefaults() {
        assertEquals(
                new OpaConfig(
                        URI.create("https://opa.example/v1/data/pavise/allow"),
                        Duration.ofMillis(500),
                        Duration.ZERO,
                        null,
                        null,
                        256),
                good(SECURE));
    }

    @Test
    void takesEachKey() {
        String all =
                SECURE + ", timeout: 2s, cache: 5s, ca: ca.crt, token: '${file:token}', max_in_flight: 7, fail: closed";
        OpaConfig made = good(all);
        assertEquals(
                new OpaConfig(
                        URI.create("https://opa.example/v1/data/pavise/allow"),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(5),
                        folder.path("ca.crt"),
                        Secret.of("secret-token"),
                        7),
                made);
        assertFalse(made.toString().contains("secret-token"), made.toString());
        String shown = EffectiveConfig.yaml(folder.good(yaml(all)));
        assertFalse(shown.contains("secret-token"), shown);
        assertTrue(shown.contains("max_in_flight: 7"), shown);
    }

    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:8181/v1/data/authz/allow, http://127.0.0.1:8181/v1/data/authz/allow",
        "http://[::1]:8181/v1/data/authz/allow,     http://[::1]:8181/v1/data/authz/allow",
        "http://[0:0:0:0:0:0:0:1]/v1/data/x,        http://[::1]/v1/data/x",
        "https://OPA.example:8181/v1/data/a.b-c_d/, https://opa.example:8181/v1/data/a.b-c_d/",
    })
    void takesUrls(String url, URI made) {
        assertEquals(made, good("url: '" + url + "'").url());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://opa.example:8181/v1/data/x",
                "http://localhost:8181/v1/data/x",
                "http://127.0.0.2/v1/data/x",
                "http://127.0.0.1.example/v1/data/x",
                "http://10.0.0.1:8181/v1/data/x",
                "https://opa.example",
                "https://opa.example/",
                "https://opa.example/v1/data/x?pretty=true",
                "https://opa.example/v1/data/x#y",
                "https://opa.example/v1//x",
                "https://opa.example/v1/%2e",
                "https://user:password@opa.example/v1/data/x",
                "ftp://opa.example/v1/data/x",
                "opa.example/v1/data/x",
                "https:///v1/data/x",
                "https://opa.example:0/v1/data/x",
            })
    void refusesUrls(String url) {
        List<String> shown = folder.shown(yaml("url: '" + url + "'"));
        assertEquals(1, shown.size(), shown.toString());
        assertTrue(shown.getFirst().contains("routes[0].opa.url: "), shown.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "timeout: 1s                        | `url` is missing",
                SECURE + ", fail: open              | expected one of: closed",
                SECURE + ", fail_open: true         | is not a known key",
                SECURE + ", timeout: 0s             | expected a duration from 1ms",
                SECURE + ", timeout: 1h             | expected a duration from 1ms to 30s",
                SECURE + ", cache: 2h               | expected a duration from 0s to 1h",
                SECURE + ", max_in_flight: 0        | expected a whole number from 1",
                SECURE + ", ca: nowhere.crt         | there is no such file",
                SECURE + ", token: ''               | visible ASCII",
                SECURE + ", token: 'two words'      | visible ASCII",
                "url: 'http://127.0.0.1:8181/v1/data/x', ca: ca.crt | has no effect on an http URL",
            })
    void refuses(String opa, String why) {
        List<String> shown = folder.shown(yaml(opa.strip()));
        assertEquals(1, shown.size(), shown.toString());
        assertTrue(shown.getFirst().contains(why), shown.toString());
    }
}
