package dev.pavise.proxy.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.pavise.policy.config.ByteSize;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AddressesTest {

    @TempDir
    private Path temporary;

    @ParameterizedTest
    @CsvSource(textBlock = """
            10.0.0.0/8,      10.255.0.1,  true
            10.0.0.0/8,      11.0.0.1,    false
            10.0.0.0/9,      10.128.0.1,  false
            10.0.0.128/25,   10.0.0.200,  true
            10.0.0.128/25,   10.0.0.127,  false
            0.0.0.0/0,       1.2.3.4,     true
            0.0.0.0/0,       ::1,         false
            1.2.3.4/32,      1.2.3.4,     true
            1.2.3.4/32,      1.2.3.5,     false
            2001:db8::/33,   2001:db8:7fff::1, true
            2001:db8::/33,   2001:db8:8000::1, false
            ::/0,            2001:db8::1, true
            """)
    void rangesContain(String range, String address, boolean expected) throws Exception {
        ConfigFolder folder = new ConfigFolder(temporary);
        AddressRange read = folder.good("trusted_proxies: ['" + range + "']")
                .trustedProxies()
                .getFirst();
        assertEquals(expected, read.contains(InetAddress.ofLiteral(address)));
        assertEquals(
                read,
                folder.good("trusted_proxies: ['" + read + "']")
                        .trustedProxies()
                        .getFirst());
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            127.0.0.1, true
            127.9.9.9, true
            ::1,       true
            localhost, true
            LOCALHOST, true
            0.0.0.0,   false
            '::',      false
            10.0.0.1,  false
            localhost.example, false
            ::ffff:127.0.0.1, true
            """)
    void tellsLoopbackFromTheRest(String host, boolean expected) {
        assertEquals(expected, new HostPort(host, 1).loopback());
    }

    @Test
    void writesAddressesInOneForm() {
        ConfigFolder folder = new ConfigFolder(temporary);
        GatewayConfig config = folder.good("hosts: ['[0:0:0:0:0:0:0:1]', '2001:DB8:0::1', 'A.Example', '*.B.Example']\n"
                + "listen: {https: '[0:0::1]:8443'}");
        assertEquals(List.of("::1", "2001:db8::1", "a.example", "*.b.example"), config.hosts());
        assertEquals("[::1]:8443", config.listen().https().getFirst().address().toString());
    }

    @Test
    void writesSizesSoThatTheyCanBeReadAgain() {
        for (long bytes : new long[] {0, 1, 1023, 1024, 1025, 1 << 20, 3L << 30, 1L << 40, 1_000_000}) {
            ConfigFolder folder = new ConfigFolder(temporary);
            ByteSize size = new ByteSize(bytes);
            assertEquals(
                    size, folder.good("limits: {body: " + size + "}").limits().body());
        }
        assertEquals("8KiB", ByteSize.kibibytes(8).toString());
        assertThrows(IllegalArgumentException.class, () -> new ByteSize(-1));
    }
}
