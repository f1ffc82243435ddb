package dev.pavise.proxy.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AllowedHostsTest {
    private static final AllowedHosts HOSTS = AllowedHosts.of(
            List.of("Agents.example.com", "*.apps.example.com", "127.0.0.1", "::1", "[2001:DB8:0::1]", "localhost"));

    @ParameterizedTest
    @CsvSource({
        "agents.example.com, true",
        "a.apps.example.com, true",
        "127.0.0.1, true",
        "[::1], true",
        "[2001:db8::1], true",
        "localhost, true",
        "example.com, false",
        "x.agents.example.com, false",
        "apps.example.com, false",
        "a.b.apps.example.com, false",
        "aapps.example.com, false",
        "127.0.0.2, false",
        "[::2], false",
        "evil.example, false",
    })
    void allowsListedNamesOnly(String host, boolean allowed) {
        assertEquals(allowed, HOSTS.allows(host));
    }

    @Test
    void allowsNothingWhenNothingIsListed() {
        assertFalse(AllowedHosts.of(List.of()).allows("localhost"));
        assertFalse(AllowedHosts.of(List.of()).allows(""));
    }

    @Test
    void takesAWildcardForOneLabelThatIsThere() {
        assertFalse(HOSTS.allows(".apps.example.com"));
        assertTrue(AllowedHosts.of(List.of("*.cluster1")).allows("a.cluster1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*",
                "*.",
                "*.*.a",
                "a.*",
                "a*.b",
                "a:443",
                "https://a",
                "a/b",
                "*.127.0.0.1",
                "*.[::1]",
                "*.::1",
                "a b",
                "a."
            })
    void refusesPatternsThatAreNone(String pattern) {
        IllegalArgumentException thrown =
                assertThrows(IllegalArgumentException.class, () -> AllowedHosts.of(List.of("a", pattern)));
        assertTrue(thrown.toString().contains("'" + pattern + "'"), thrown.toString());
    }
}
