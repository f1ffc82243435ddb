package dev.pavise.policy.signing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DsseEnvelopeTest {
    private static final VerifyKey KEY_A = VerifyKey.ofRaw(
            HexFormat.of().parseHex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"));
    private static final String SIG =
            "2WAfaHm5jluo0w+0rk8uVkluELJYWjSmU9x7EUzx+AyteDGJ4/nqyJXfmAUVFIAoQafWm7AxBZNw5M9ixNHiCA==";

    /** The example of the specification, and its rule that lengths are those of bytes. */
    @ParameterizedTest
    @CsvSource({
        "http://example.com/HelloWorld, hello world, DSSEv1 29 http://example.com/HelloWorld 11 hello world",
        "t, '', 'DSSEv1 1 t 0 '",
        "t\u00e9, \u20ac, DSSEv1 3 t\u00e9 3 \u20ac"
    })
    void encodesForSigningAsTheSpecificationSays(String type, String payload, String expected) {
        assertArrayEquals(utf8(expected), DsseEnvelope.preAuthenticationEncoding(type, utf8(payload)));
    }

    /** The Ed25519 vectors that the authors of the specification publish. */
    @ParameterizedTest
    @CsvSource({
        "eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEifQ==, application/vnd.in-toto+json, " + SIG + ", true",
        "eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEifQ==, application/vnd.example.other+json, " + SIG
                + ", false",
        "-_-_Pj8=, application/vnd.in-toto+json,"
                + " P-_KHICeR7tI6S_YyejJTRtrXhcQyQ2LYPaL8h90KjC9qN8HU_svOQ6TuDOT1HIrsGW886DbWNWcCmX5twLrAw==, true",
        "eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEifQ==, application/vnd.ex\u00e4mple+json,"
                + " xmSk/ug66ysT7ayhkCIjhAq42zgZXSsEWuzUaNL7w2eGAdF/NU6/fRXPtmfN+5DNSAs5/i2lUnHjbbjPsu0tAw==, true",
        "'', application/vnd.in-toto+json,"
                + " gSggCAaTLTYyRH6FIDBem6meyIynsYy8RTHVzwx9tnTb7Bg/1jMWnuVgI/gffqmbsC2VX5/jHfkkDqsj7CDbDg==, true"
    })
    void judgesThePublishedVectors(String payload, String type, String signature, boolean good) {
        DsseEnvelope envelope = read("{\"payload\":\"" + payload + "\",\"payloadType\":\"" + type
                + "\",\"signatures\":[{\"sig\":\"" + signature + "\",\"keyid\":\"A\"}]}");
        assertEquals(
                good,
                KEY_A.verifies(
                        envelope.signedBytes(), envelope.signatures().getFirst().signature()));
        assertEquals(envelope, DsseEnvelope.read(envelope.json()));
    }

    @Test
    void passesOverWhatIsNotSignedAndReadsKeyIdsAsHints() {
        DsseEnvelope envelope =
                read("{\"payload\":\"e30=\",\"payloadType\":\"t\",\"extra\":[1],\"signatures\":[{\"sig\":\"" + SIG
                        + "\",\"cert\":\"x\"},{\"keyid\":\"A\",\"sig\":\"" + SIG + "\"}]}");
        assertEquals(
                List.of("", "A"),
                envelope.signatures().stream().map(DsseSignature::keyId).toList());
        assertEquals(
                "{\"payload\":\"e30=\",\"payloadType\":\"t\",\"signatures\":[{\"sig\":\"" + SIG
                        + "\"},{\"keyid\":\"A\",\"sig\":\"" + SIG + "\"}]}",
                new String(envelope.json(), StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "{} | `payload`",
                "{\"payload\":\"e30=\",\"payloadType\":\"t\"} | `signatures`",
                "{\"payload\":\"e30=\",\"payloadType\":\"t\",\"signatures\":[]} | 0 signatures",
                "{\"payload\":\"e30=\",\"payloadType\":\"\",\"signatures\":[SIG]} | what it is about",
                "{\"payload\":\"e30=\",\"signatures\":[SIG]} | `payloadType`",
                "{\"payload\":\"e30\",\"payloadType\":\"t\",\"signatures\":[SIG]} | not in Base64",
                "{\"payload\":\"e31=\",\"payloadType\":\"t\",\"signatures\":[SIG]} | not in Base64",
                "{\"payload\":\"e3 0=\",\"payloadType\":\"t\",\"signatures\":[SIG]} | not in Base64",
                "{\"payload\":7,\"payloadType\":\"t\",\"signatures\":[SIG]} | `payload`",
                "{\"payload\":\"e30=\",\"payloadType\":\"t\",\"signatures\":[\"x\"]} | no object",
                "{\"payload\":\"e30=\",\"payloadType\":\"t\",\"signatures\":[null]} | no object",
                "{\"payload\":\"e30=\",\"payloadType\":\"t\",\"signatures\":[{\"sig\":\"e30=\"}]} | 2 bytes",
                "{\"payload\":\"e30=\",\"payloadType\":\"t\",\"signatures\":[{\"sig\":\"*\"}]} | not in Base64",
                "{\"payload\":\"e30=\",\"payloadType\":\"t\",\"signatures\":[{\"keyid\":7,\"sig\":\"e30=\"}]} | no object",
                "{\"payload\":\"e30=\",\"payload\":\"e30=\",\"payloadType\":\"t\",\"signatures\":[SIG]} | second time"
            })
    void refusesWhatIsNoEnvelope(String json, String why) {
        String refusal = Refusal.of(() -> read(json.replace("SIG", "{\"sig\":\"" + SIG + "\"}")));
        assertTrue(refusal.contains(why), refusal);
    }

    @Test
    void refusesMoreSignaturesThanAnybodyNeeds() {
        String one = "{\"sig\":\"" + SIG + "\"}";
        String many = (one + ",").repeat(16) + one;
        assertTrue(Refusal.of(() -> read("{\"payload\":\"\",\"payloadType\":\"t\",\"signatures\":[" + many + "]}"))
                .contains("17 signatures"));
    }

    @Test
    void readsOrRefusesAnythingAndNeverForgesASignature() {
        Random random = new Random(20210303);
        byte[] good = utf8("{\"payload\":\"eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEifQ==\","
                + "\"payloadType\":\"application/vnd.in-toto+json\",\"signatures\":[{\"sig\":\"" + SIG + "\"}]}");
        int read = 0;
        for (int round = 0; round < 8_000; round++) {
            byte[] changed = good.clone();
            for (int times = random.nextInt(3); times >= 0; times--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt(random.nextBoolean() ? 128 : 256);
            }
            try {
                DsseEnvelope envelope = DsseEnvelope.read(changed);
                if (read++ % 100 == 0 && !envelope.equals(DsseEnvelope.read(good))) {
                    assertFalse(KEY_A.verifies(
                            envelope.signedBytes(),
                            envelope.signatures().getFirst().signature()));
                }
            } catch (IllegalArgumentException refused) {
                assertFalse(refused.getMessage().isEmpty());
            }
        }
        assertTrue(read > 50, "read " + read);
    }

    private static DsseEnvelope read(String json) {
        return DsseEnvelope.read(utf8(json));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
