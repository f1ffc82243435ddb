package dev.pavise.runner.egress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.pavise.runner.run.Connection.Outcome;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DestinationsTest {
    private static final List<String> MANIFEST = List.of(
            "good.example:443",
            "mixed.example:443",
            "inside.example:443",
            "named.example:8443",
            "gone.example:443",
            "slow.example:443",
            "zero.example:443",
            "group.example:443",
            "mapped.example:443",
            "empty.example:443",
            "93.184.216.34:80",
            "10.1.2.3:8443",
            "[2606:4700:0:0:0:0:0:1111]:443");

    private static final Map<String, List<String>> NAMES = Map.of(
            "good.example", List.of("93.184.216.34", "2606:4700::1111"),
            "mixed.example", List.of("93.184.216.34", "169.254.169.254"),
            "inside.example", List.of("10.1.2.3"),
            "named.example", List.of("10.1.2.3"),
            "zero.example", List.of("0.0.0.0"),
            "group.example", List.of("ff02::1"),
            "mapped.example", List.of("::ffff:169.254.169.254"),
            "empty.example", List.of());

    private static List<InetAddress> resolve(String name, Duration within)
            throws UnknownHostException, TimeoutException {
        if (name.equals("slow.example")) {
            throw new TimeoutException();
        }
        List<String> addresses = NAMES.get(name);
        if (addresses == null) {
            throw new UnknownHostException(name);
        }
        return addresses.stream().map(InetAddress::ofLiteral).toList();
    }

    private static Judgement judge(String target) throws InterruptedException {
        return Destinations.of(MANIFEST, DestinationsTest::resolve).judge(target, Duration.ofSeconds(1));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            good.example:443      | 93.184.216.34 2606:4700:0:0:0:0:0:1111
            GOOD.Example:443      | 93.184.216.34 2606:4700:0:0:0:0:0:1111
            93.184.216.34:80      | 93.184.216.34
            [2606:4700::1111]:443 | 2606:4700:0:0:0:0:0:1111
            10.1.2.3:8443         | 10.1.2.3
            named.example:8443    | 10.1.2.3
            """)
    void letsThroughWhatTheManifestNames(String target, String addresses) throws InterruptedException {
        Judgement judgement = judge(target);
        assertEquals(
                Stream.of(addresses.split(" ", -1)).map(InetAddress::ofLiteral).toList(),
                assertInstanceOf(Judgement.Reachable.class, judgement, judgement::toString)
                        .addresses());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            evil.example:443      | REFUSED | 403 | evil.example:443 is not in the tool's manifest
            good.example:80       | REFUSED | 403 | good.example:80 is not in the tool's manifest
            sub.good.example:443  | REFUSED | 403 | sub.good.example:443 is not in the tool's manifest
            93.184.216.34:443     | REFUSED | 403 | 93.184.216.34:443 is not in the tool's manifest
            127.0.0.1:443         | REFUSED | 403 | 127.0.0.1:443 is not in the tool's manifest
            169.254.169.254:80    | REFUSED | 403 | 169.254.169.254:80 is not in the tool's manifest
            mixed.example:443     | REFUSED | 403 | mixed.example leads to an address that is link-local, and the manifest does not name it
            inside.example:443    | REFUSED | 403 | inside.example leads to an address that is private, and the manifest does not name it
            zero.example:443      | REFUSED | 403 | zero.example leads to an address that is unspecified, and the manifest does not name it
            group.example:443     | REFUSED | 403 | group.example leads to an address that is multicast, and the manifest does not name it
            mapped.example:443    | REFUSED | 403 | mapped.example leads to an address that is link-local, and the manifest does not name it
            gone.example:443      | FAILED  | 502 | gone.example cannot be found
            empty.example:443     | FAILED  | 502 | empty.example cannot be found
            slow.example:443      | FAILED  | 504 | slow.example was not found in time
            good.example          | REFUSED | 400 | the request line names no host and port
            good.example:         | REFUSED | 400 | the request line names no host and port
            good.example:0443     | REFUSED | 400 | the request line names no host and port
            good.example:99999    | REFUSED | 400 | the request line names no host and port
            good.example.:443     | REFUSED | 400 | the request line names no host and port
            *.example:443         | REFUSED | 400 | the request line names no host and port
            user@good.example:443 | REFUSED | 400 | the request line names no host and port
            2130706433:443        | REFUSED | 400 | the request line names no host and port
            0x7f.1:443            | REFUSED | 400 | the request line names no host and port
            127.1:443             | REFUSED | 400 | the request line names no host and port
            [::ffff:10.1.2.3]:8443 | REFUSED | 400 | the request line names no host and port
            [fe80::1%eth0]:443    | REFUSED | 400 | the request line names no host and port
            https://good.example:443 | REFUSED | 400 | the request line names no host and port
            """)
    void letsNothingElseThrough(String target, Outcome outcome, int status, String reason) throws InterruptedException {
        Judgement judgement = judge(target);
        Denial denial = assertInstanceOf(Judgement.Denied.class, judgement, judgement::toString)
                .denial();
        assertEquals(reason, denial.reason());
        assertEquals(status, denial.status());
        assertEquals(outcome, denial.outcome());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a:", ":1", "a:0", "*:443", "0.0.0.0:443", "a:443/x"})
    void takesNoManifestThatNamesNoPlace(String host) {
        assertThrows(IllegalArgumentException.class, () -> Destinations.of(List.of(host), DestinationsTest::resolve));
    }

    @Test
    void reachesNothingForNoManifest() throws InterruptedException {
        Judgement judgement =
                Destinations.of(List.of(), DestinationsTest::resolve).judge("good.example:443", Duration.ofSeconds(1));
        assertInstanceOf(Judgement.Denied.class, judgement);
    }
}
