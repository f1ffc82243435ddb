package dev.pavise.proxy.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.provider.Arguments;

/** Rows of tables of what is wrong with a configuration. */
final class WrongConfig {
    static final String UPSTREAM = "upstreams: {u: {url: 'http://h'}}\n";

    private WrongConfig() {}

    static ConfigFolder folder(Path temporary) {
        return new ConfigFolder(temporary).withFiles("a.pem", "b.pem");
    }

    static Arguments of(String yaml, String... errors) {
        return Arguments.of(yaml, List.of(errors));
    }

    static Arguments issuer(String issuer, String error) {
        return of("identity: {issuers: [" + issuer + "]}", error);
    }

    static Arguments remote(String keys, String... errors) {
        return of(
                "identity: {issuers: [{name: a, issuer: i, audience: x, algorithms: [ES256], " + keys + "}]}", errors);
    }

    static Arguments route(String route, String error) {
        return of(UPSTREAM + "routes: [ " + route + "]", error);
    }

    /** As many errors as are expected, in that order, each with these words. */
    static void assertRefused(ConfigFolder folder, String yaml, List<String> expected) {
        List<String> shown = folder.shown(yaml);
        assertEquals(expected.size(), shown.size(), shown.toString());
        for (int i = 0; i < expected.size(); i++) {
            assertTrue(shown.get(i).contains(expected.get(i)), shown.get(i));
        }
    }
}
