package dev.pavise.proxy.expiry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.pavise.proxy.tls.TestCa;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DatedTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    Path folder;

    /** A month before the end, or in the last third of what lives less than three months. */
    @ParameterizedTest
    @CsvSource({
        "P365D, P334D, false, false",
        "P365D, P336D, true, false",
        "P365D, P365D, true, true",
        "P365D, P366D, true, true",
        "P90D, P59D, false, false",
        "P90D, P61D, true, false",
        "PT24H, PT1H, false, false",
        "PT24H, PT15H, false, false",
        "PT24H, PT17H, true, false",
        "PT24H, PT24H, true, true"
    })
    void knowsWhenItIsTimeToRenew(Duration life, Duration passed, boolean due, boolean over) {
        Dated dated = new Dated("server", folder, "CN=x", null, START, START.plus(life));
        Instant now = START.plus(passed);
        assertEquals(due, dated.isDue(now));
        assertEquals(over, dated.isOver(now));
    }

    @Test
    void readsAllCertificatesAndListsOfAFile() throws Exception {
        TestCa one = TestCa.create("one");
        TestCa two = TestCa.create("two");
        Path file = TestCa.write(
                folder.resolve("all.pem"),
                one.own().certificate(),
                two.own().certificate(),
                one.revocationList(START, Duration.ofDays(1)));
        assertEquals(
                java.util.List.of("CN=one", "CN=two"),
                Dated.certificates("client_ca", file).stream()
                        .map(Dated::subject)
                        .toList());
        Dated list = Dated.lists("crl", file).getFirst();
        assertEquals(START.plus(Duration.ofDays(1)), list.until());
        assertEquals("CN=one", list.subject());
    }
}
