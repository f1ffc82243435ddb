package dev.pavise.proxy.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AuthorityTest {
    @ParameterizedTest
    @CsvSource({
        "a, a, -1, a",
        "Example.COM, example.com, -1, example.com",
        "example.com:8443, example.com, 8443, example.com:8443",
        "EXAMPLE.com:1, example.com, 1, example.com:1",
        "a:65535, a, 65535, a:65535",
        "my_service.ns, my_service.ns, -1, my_service.ns",
        "xn--bcher-kva.example, xn--bcher-kva.example, -1, xn--bcher-kva.example",
        "1a, 1a, -1, 1a",
        "1.example, 1.example, -1, 1.example",
        "127.0.0.1, 127.0.0.1, -1, 127.0.0.1",
        "127.0.0.1:80, 127.0.0.1, 80, 127.0.0.1:80",
        "0.0.0.0, 0.0.0.0, -1, 0.0.0.0",
        "[::1], [::1], -1, [::1]",
        "[::1]:8443, [::1], 8443, [::1]:8443",
        "[0:0:0:0:0:0:0:1]:8443, [::1], 8443, [::1]:8443",
        "[2001:DB8::00A]:8443, [2001:db8::a], 8443, [2001:db8::a]:8443",
        "[::ffff:127.0.0.1], [::ffff:7f00:1], -1, [::ffff:7f00:1]",
    })
    void readsNamesAndAddresses(String text, String host, int port, String wire) {
        assertEquals(new Authority.Named(host, port, wire), Authority.parse(text));
        assertEquals(new Authority.Named(host, port, wire), Authority.parse(wire), "the normal form is not its own");
        byte[] within = Fed.bytes("]:" + text + ":1]");
        assertEquals(new Authority.Named(host, port, wire), Authority.parse(within, 2, text.length()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                " a",
                "a ",
                "a b",
                "a,b",
                "a, b",
                "a\tb",
                "a\u0000",
                "a\r\nb",
                "a.",
                ".a",
                ".",
                "a..b",
                "-a",
                "a-",
                "a.-b",
                "a-.b",
                "user@a",
                "user:pw@a",
                "@a",
                "a@b",
                "a/b",
                "a?b",
                "a#b",
                "a\\b",
                "a%2eb",
                "%61",
                "a;b",
                "*",
                "*.a",
                "a'",
                "a\"",
                "(a)",
                "a=b",
                "\u00e9",
                "b\u00fccher.example",
                "\u212aa",
                "a\u3002b",
                "a:",
                "a:0",
                "a:00",
                "a:080",
                "a:65536",
                "a:99999",
                "a:100000",
                "a:-1",
                "a:+1",
                "a:8o",
                "a:80 ",
                "a: 80",
                "a:80:80",
                ":80",
                ":",
                "127.1",
                "127.0.1",
                "2130706433",
                "0x7f000001",
                "0x7f.1",
                "a.0x",
                "1.2.3.4.5",
                "256.1.1.1",
                "01.2.3.4",
                "1.2.3.04",
                "1.2.3",
                "0177.0.0.1",
                "1.2.3.0x4",
                "1.2.3.4.",
                "example.1",
                "::1",
                "[::1",
                "::1]",
                "[]",
                "[",
                "]",
                "[::1]a",
                "[::1] ",
                "[::1]:",
                "[::1]:0",
                "[::1]80",
                "[::1%25eth0]",
                "[::1%eth0]",
                "[v1.a]",
                "[1.2.3.4]",
                "[a]",
                "[::g]",
                "[1:2]",
                "[1:2:3:4:5:6:7:8:9]",
                "[::1]:80:80",
                "[[::1]]",
                "[:::1]",
                "[::1::2]",
                "[::01234]"
            })
    void refusesWhatCanBeReadTwice(String text) {
        Authority read = Authority.parse(text);
        assertEquals(
                RefusalCode.AMBIGUOUS_HOST,
                assertInstanceOf(Authority.Bad.class, read, text).refusal().code());
    }

    @Test
    void refusesLongNames() {
        assertInstanceOf(Authority.Named.class, Authority.parse("a".repeat(63) + ".b"));
        assertInstanceOf(Authority.Bad.class, Authority.parse("a".repeat(64) + ".b"));
        assertInstanceOf(Authority.Named.class, Authority.parse("a.".repeat(126) + "b"));
        assertInstanceOf(Authority.Bad.class, Authority.parse("a.".repeat(127) + "b"));
        assertInstanceOf(Authority.Bad.class, Authority.parse("[" + "0".repeat(100) + "::1]"));
    }

    @Test
    void neverThrows() {
        String letters = "a1.-_:[]%@ /x0f\u00e9\u0000";
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
        for (int round = 0; round < 200_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(12); i > 0; i--) {
                text.append(letters.charAt(random.nextInt(letters.length())));
            }
            if (Authority.parse(text) instanceof Authority.Named named) {
                assertEquals(named, Authority.parse(named.text()), "the normal form is not its own");
            }
        }
    }
}
