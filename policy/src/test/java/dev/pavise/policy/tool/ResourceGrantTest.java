package dev.pavise.policy.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.Refusal;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResourceGrantTest {
    @ParameterizedTest
    @CsvSource({
        "fs:ro:/srv/data, fs:ro:/srv/data",
        "fs:rw:/srv/data/out, fs:rw:/srv/data/out",
        "/srv/data, fs:ro:/srv/data",
        "/srv/a b/\u00e9.txt, fs:ro:/srv/a b/\u00e9.txt",
        "/srv/...x/..y, fs:ro:/srv/...x/..y",
        "/processes, fs:ro:/processes",
        "net:api.example.com:8443, net:api.example.com:8443",
        "net:API.Example.COM:1, net:api.example.com:1",
        "api.example.com, net:api.example.com:443",
        "db, net:db:443",
        "net:xn--bcher-kva.example:65535, net:xn--bcher-kva.example:65535",
        "net:1password.com:443, net:1password.com:443",
        "net:192.0.2.7:80, net:192.0.2.7:80",
        "192.0.2.7, net:192.0.2.7:443",
        "net:[2001:db8::7]:80, net:[2001:db8:0:0:0:0:0:7]:80",
        "[2001:DB8::7], net:[2001:db8:0:0:0:0:0:7]:443",
        "net:127.0.0.1:80, net:127.0.0.1:80",
        "secret:db-password, secret:db-password",
        "secret:_A.b-9, secret:_A.b-9"
    })
    void readsEachFormInOneWay(String text, String full) {
        ResourceGrant grant = ResourceGrant.parse(text);
        assertEquals(full, grant.text());
        assertEquals(grant, ResourceGrant.parse(full));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | no host",
                "fs: | fs:ro:/path",
                "secret: | name of a secret",
                "secret:.. | name of a secret",
                "secret:a/b | name of a secret",
                "secret:a:b | name of a secret",
                "secret:* | name of a secret",
                "secret:-a | name of a secret",
                "fs:/srv | fs:ro:/path",
                "fs:wo:/srv | fs:ro:/path",
                "fs:ro: | not absolute",
                "fs:ro:srv | not absolute",
                "fs:ro:~/x | not absolute",
                "fs:ro:/ | whole file system",
                "/ | whole file system",
                "/srv/ | not normalised",
                "//srv | not normalised",
                "/srv//data | not normalised",
                "/srv/./data | not normalised",
                "/srv/../etc | not normalised",
                "/.. | not normalised",
                "/srv/* | no wildcards",
                "/srv/a?b | no wildcards",
                "/proc | kernel",
                "/proc/self/environ | kernel",
                "fs:rw:/sys/fs/cgroup | kernel",
                "/dev/mem | kernel",
                "net: | no port",
                "net:example.com | no port",
                "net::443 | no host",
                "net:example.com: | no number",
                "net:example.com:0 | no number",
                "net:example.com:080 | no number",
                "net:example.com:65536 | none, use",
                "net:example.com:99999 | none, use",
                "net:example.com:123456 | no number",
                "net:example.com:+80 | no number",
                "net:example.com:\u0661 | no number",
                "net:*:443 | no wildcards",
                "*.example.com | no wildcards",
                "net:-a.example:443 | no label",
                "net:a-.example:443 | no label",
                "net:a_b.example:443 | no label",
                "example.com. | no label",
                ".example.com | no label",
                "a..b | no label",
                "example.com/path | no label",
                "user@example.com | no label",
                "https://example.com | no label",
                "example.com:443 | no label",
                "b\u00fccher.example | Punycode",
                "example\u212a.com | Punycode",
                "exa mple.com | ASCII",
                "127.1 | no IPv4 address",
                "2130706433 | no IPv4 address",
                "0x7f.1 | no IPv4 address",
                "0x7f000001 | no IPv4 address",
                "010.0.0.1 | no IPv4 address",
                "1.2.3.256 | no IPv4 address",
                "1.2.3.4.5 | no IPv4 address",
                "[::1 | no IPv6",
                "[] | no IPv6",
                "[fe80::1%eth0] | no IPv6",
                "[example.com] | no IPv6",
                "[1.2.3.4] | no IPv6",
                "[::ffff:127.0.0.1] | clothes of IPv6",
                "::1 | no label",
                "net:0.0.0.0:80 | not that of one host",
                "[::] | not that of one host",
                "224.0.0.1 | not that of one host",
                "[ff02::1] | not that of one host",
                "255.255.255.255 | not that of one host"
            })
    void refusesWhatIsAmbiguousOrTooMuch(String text, String why) {
        String refusal = Refusal.of(() -> ResourceGrant.parse(text));
        assertTrue(refusal.contains(why), refusal);
        assertTrue(refusal.startsWith("resource `"), refusal);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/srv/\0", "/srv/\n", "/srv/\u202e", "/srv/\ud800", "\0", "net:a\0b:1"})
    void refusesControlCharactersAndDoesNotRepeatThem(String text) {
        String refusal = Refusal.of(() -> ResourceGrant.parse(text));
        assertFalse(refusal.chars().anyMatch(c -> c < ' ' || c == 0x202e), refusal);
    }

    @Test
    void boundsLengths() {
        assertEquals(
                1024,
                ((ResourceGrant.Files) ResourceGrant.parse("/" + "a".repeat(1023)))
                        .path()
                        .length());
        assertTrue(Refusal.of(() -> ResourceGrant.parse("/" + "a".repeat(1024))).contains("1024"));
        assertTrue(Refusal.of(() -> ResourceGrant.parse("a".repeat(64))).contains("no label"));
        String label = "a".repeat(63);
        assertTrue(Refusal.of(() -> ResourceGrant.parse(String.join(".", label, label, label, label)))
                .contains("253"));
    }

    @ParameterizedTest
    @CsvSource({
        "fs:ro:/srv, fs:ro:/srv, true",
        "fs:ro:/srv, fs:ro:/srv/a/b, true",
        "fs:ro:/srv, fs:ro:/srvx, false",
        "fs:ro:/srv/a, fs:ro:/srv, false",
        "fs:ro:/srv, fs:rw:/srv, false",
        "fs:rw:/srv, fs:ro:/srv/a, true",
        "fs:rw:/srv, fs:rw:/srv/a, true"
    })
    void knowsWhichFilesCoverWhich(String wide, String narrow, boolean covers) {
        ResourceGrant.Files files = (ResourceGrant.Files) ResourceGrant.parse(wide);
        assertEquals(covers, files.covers((ResourceGrant.Files) ResourceGrant.parse(narrow)));
    }

    @Test
    void readsOrRefusesAnyText() {
        Random random = new Random(6);
        List<String> pieces = List.of(
                "fs:",
                "ro:",
                "rw:",
                "net:",
                "/",
                "..",
                ".",
                "a",
                "Z",
                "-",
                ":",
                "443",
                "0",
                "127.0.0.1",
                "[",
                "]",
                "::1",
                "example",
                "*",
                "%",
                "\0",
                " ",
                "\u00e9",
                "x".repeat(60));
        int read = 0;
        for (int round = 0; round < 40_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int at = random.nextInt(8); at > 0; at--) {
                text.append(pieces.get(random.nextInt(pieces.size())));
            }
            try {
                ResourceGrant grant = ResourceGrant.parse(text.toString());
                assertEquals(grant, ResourceGrant.parse(grant.text()));
                if (grant instanceof ResourceGrant.Files files) {
                    assertFalse(
                            (files.path() + "/").contains("/../")
                                    || files.path().contains("//"),
                            files.path());
                }
                read++;
            } catch (IllegalArgumentException refused) {
                assertTrue(refused.getMessage().startsWith("resource `"), refused.getMessage());
            }
        }
        assertTrue(read > 2_000, "read " + read);
    }
}
