package dev.pavise.policy.tool;

import static dev.pavise.policy.tool.Tools.full;
import static dev.pavise.policy.tool.Tools.least;
import static dev.pavise.policy.tool.Tools.with;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.Refusal;
import dev.pavise.policy.json.CanonicalJson;
import dev.pavise.policy.json.StrictJson;
import dev.pavise.policy.signing.DsseEnvelope;
import dev.pavise.policy.signing.DsseSignature;
import dev.pavise.policy.signing.SigningKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestReaderTest {
    private static final SigningKey KEY = SigningKey.generate();

    @Test
    void readsWhatItWrites() {
        for (Map<String, Object> members : List.of(
                full(), least(), with(full(), "key_id", KEY.verifyKey().id().text()))) {
            SignedManifest signed = Tools.signed(members, KEY);
            assertEquals(new ManifestResult.Present(signed), ManifestReader.read(signed.json()));
            assertEquals(
                    new ManifestResult.Present(signed),
                    ManifestReader.read(signed.envelope().json()));
            assertEquals(new ManifestResult.Present(signed), ManifestReader.read(signed.envelope()));
            assertEquals(signed.manifest(), ManifestReader.draft(signed.json()));
        }
    }

    @Test
    void signsTheCanonicalFormWithoutTheSignatureAndWithoutWhatIsAbsent() {
        assertEquals(
                "{\"max_cpu_seconds\":5,\"max_memory_mb\":64,\"network_allowed\":true,\"sha256_hash\":\""
                        + MeasuredContent.of(Tools.SCRIPT).sha256() + "\",\"tool_id\":\"hello\",\"version\":\"1.4.0\"}",
                new String(Tools.manifest(least()).payload(), StandardCharsets.UTF_8));
        SignedManifest signed = Tools.signed(full(), KEY);
        assertArrayEquals(CanonicalJson.bytes(full()), signed.manifest().payload());
        String text = new String(signed.signedBytes(), StandardCharsets.UTF_8);
        assertTrue(text.startsWith("DSSEv1 41 application/vnd.pavise.tool-manifest+json "), text);
    }

    @Test
    void takesWhatIsAbsentForItsDefault() {
        ToolManifest manifest = Tools.manifest(least());
        assertEquals(PolicyName.DEFAULT, manifest.policy());
        assertEquals(List.of(), manifest.files());
        assertEquals(List.of(), manifest.endpoints());
        ToolManifest all = Tools.manifest(full());
        assertEquals(List.of(new ResourceGrant.Files("/srv/data", false)), all.files());
        assertEquals(List.of(new ResourceGrant.Endpoint("api.example.com", 443)), all.endpoints());
    }

    @ParameterizedTest
    @MethodSource
    void refusesAFieldThatIsNotOfItsForm(String name, Object value, String why) {
        Map<String, Object> members = with(full(), name, value);
        String refusal = Refusal.of(() -> ManifestReader.draft(CanonicalJson.bytes(members)));
        assertTrue(refusal.contains(why), refusal);
        members.put("signature", "A".repeat(86) + "==");
        Refused refused = assertInstanceOf(Refused.class, ManifestReader.read(CanonicalJson.bytes(members)));
        assertEquals(ToolRefusal.MANIFEST_MALFORMED, refused.code());
        assertTrue(refused.reason().contains(why), refused.reason());
    }

    static List<Arguments> refusesAFieldThatIsNotOfItsForm() {
        List<Arguments> rows = new ArrayList<>();
        for (String name :
                List.of("tool_id", "version", "sha256_hash", "max_memory_mb", "max_cpu_seconds", "network_allowed")) {
            rows.add(Arguments.of(name, null, "field `" + name + "` is missing"));
        }
        for (String name : List.of("tool_id", "version", "sha256_hash", "key_id", "kind", "policy")) {
            for (Object value : List.of(1L, true, List.of("a"), Map.of())) {
                rows.add(Arguments.of(name, value, "field `" + name + "` is no text"));
            }
        }
        for (String name : List.of("max_memory_mb", "max_cpu_seconds")) {
            for (Object value : List.of("64", 1.5, 1e300, 4294967360L, -4294967232L, true, List.of())) {
                rows.add(Arguments.of(name, value, "field `" + name + "` is no whole number"));
            }
            rows.add(Arguments.of(name, 0L, "`" + name + "` is 0, use 1 to"));
            rows.add(Arguments.of(name, -1L, "`" + name + "` is -1, use 1 to"));
            rows.add(Arguments.of(name, 2_000_000_000L, "use 1 to"));
        }
        for (Object value : List.of("true", 1L, List.of())) {
            rows.add(Arguments.of("network_allowed", value, "neither true nor false"));
        }
        for (Object value : List.of("", ".a", "-a", "a b", "a/b", "a*", "*", "\u00e4", "a".repeat(129), "a\n")) {
            rows.add(Arguments.of("tool_id", value, "is unfit"));
        }
        rows.add(Arguments.of("version", "1.4", "no semantic version"));
        for (Object value : List.of("", "abc", "A".repeat(64), "a".repeat(63), "a".repeat(65), "g".repeat(64))) {
            rows.add(Arguments.of("sha256_hash", value, "no SHA-256"));
            rows.add(Arguments.of("key_id", value, "no key id"));
        }
        rows.add(Arguments.of("kind", "WASM", "use `wasm` or `native`"));
        rows.add(Arguments.of("policy", "none", "use `default`, `restricted` or `custom`"));
        rows.add(Arguments.of("allowed_resources", "/srv", "is no list"));
        rows.add(Arguments.of("allowed_resources", List.of(7L), "is no text"));
        rows.add(Arguments.of("allowed_resources", List.of("/srv/../etc"), "not normalised"));
        rows.add(Arguments.of("allowed_resources", List.of("/srv", "fs:ro:/srv"), "`/srv` twice"));
        rows.add(Arguments.of("allowed_resources", List.of("fs:rw:/srv", "fs:ro:/srv"), "`/srv` twice"));
        rows.add(Arguments.of("allowed_resources", List.of("a.example", "net:A.example:443"), "twice"));
        rows.add(Arguments.of("allowed_resources", Collections.nCopies(65, "/srv"), "65 entries"));
        rows.add(Arguments.of("allowed_resources", List.of("secret:a", "secret:a"), "`secret:a` twice"));
        rows.add(Arguments.of(
                "allowed_resources",
                java.util.stream.IntStream.range(0, 17)
                        .mapToObj(i -> "secret:s" + i)
                        .toList(),
                "at most 16"));
        for (String folder : List.of("/run", "/run/secrets", "/run/secrets/a", "fs:rw:/run/secrets")) {
            rows.add(Arguments.of("allowed_resources", List.of(folder, "secret:a"), "beside a secret"));
        }
        rows.add(Arguments.of("network_allowed", false, "`network_allowed: false`"));
        rows.add(Arguments.of("entrypoint", "main", "field `entrypoint` is not known"));
        rows.add(Arguments.of("x\u202ey", "main", "field `x?y` is not known"));
        return rows;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{} {}",
                "null",
                "{\"tool_id\":\"a\",\"tool_id\":\"a\"}",
                "{\"tool_id\":\"a\",\"tool_\\u0069d\":\"a\"}"
            })
    void refusesWhatHasNoOneReading(String text) {
        Refused refused = assertInstanceOf(Refused.class, ManifestReader.read(text.getBytes(StandardCharsets.UTF_8)));
        assertEquals(ToolRefusal.MANIFEST_MALFORMED, refused.code());
    }

    @ParameterizedTest
    @ValueSource(strings = {"64.0", "6.4e1", "64e0", "00064", "+64"})
    void refusesAnotherSpellingOfANumber(String number) {
        String text = new String(Tools.signed(full(), KEY).json(), StandardCharsets.UTF_8)
                .replace("\"max_memory_mb\":64", "\"max_memory_mb\":" + number);
        assertInstanceOf(Refused.class, ManifestReader.read(text.getBytes(StandardCharsets.UTF_8)), text);
    }

    @Test
    void refusesASignatureThatCannotBeOne() {
        String good = Tools.signed(full(), KEY).signature().base64();
        String lastBits = good.substring(0, 85) + (char) (good.charAt(85) + 1) + "==";
        for (Object value : Arrays.asList(
                null,
                7L,
                "",
                "abc",
                good.substring(0, 86),
                good + "\n",
                good.replace('+', '-').replace('/', '_') + " ",
                lastBits)) {
            byte[] bytes = CanonicalJson.bytes(with(full(), "signature", value));
            assertInstanceOf(Refused.class, ManifestReader.read(bytes), String.valueOf(value));
        }
    }

    @Test
    void refusesMoreBytesThanAManifestHas() {
        byte[] json = Tools.signed(full(), KEY).json();
        byte[] padded = Arrays.copyOf(json, 64 * 1024);
        Arrays.fill(padded, json.length, padded.length, (byte) ' ');
        assertInstanceOf(ManifestResult.Present.class, ManifestReader.read(padded));
        byte[] longer = Arrays.copyOf(padded, padded.length + 1);
        longer[padded.length] = ' ';
        Refused refused = assertInstanceOf(Refused.class, ManifestReader.read(longer));
        assertTrue(refused.reason().contains("65536 bytes"), refused.reason());
        Refused huge = assertInstanceOf(Refused.class, ManifestReader.read(new byte[96 * 1024 + 1]));
        assertTrue(huge.reason().contains("98304 bytes"), huge.reason());
        List<String> resources = new ArrayList<>();
        for (int at = 10; at < 74; at++) {
            resources.add("/" + at + "/" + "a".repeat(990));
        }
        SignedManifest large = Tools.signed(with(full(), "allowed_resources", resources), KEY);
        assertEquals(
                new ManifestResult.Present(large),
                ManifestReader.read(large.envelope().json()));
    }

    @Test
    void readsEnvelopesAboutManifestsAlone() {
        ToolManifest manifest = Tools.manifest(full());
        SignedManifest signed = SignedManifest.sign(manifest, KEY);
        List<DsseSignature> one = signed.envelope().signatures();
        assertRefused("not about", new DsseEnvelope("application/json", manifest.payload(), one));
        byte[] spaced = new String(manifest.payload(), StandardCharsets.UTF_8)
                .replace(",", ", ")
                .getBytes(StandardCharsets.UTF_8);
        assertRefused("canonical form", new DsseEnvelope(ToolManifest.PAYLOAD_TYPE, spaced, one));
        assertRefused("not known", new DsseEnvelope(ToolManifest.PAYLOAD_TYPE, signed.json(), one));
        assertRefused("cannot be read", new DsseEnvelope(ToolManifest.PAYLOAD_TYPE, new byte[0], one));
    }

    @Test
    void takesOfSeveralSignaturesThatOfTheNamedKey() {
        SigningKey other = SigningKey.generate();
        ToolManifest manifest =
                Tools.manifest(with(full(), "key_id", KEY.verifyKey().id().text()));
        SignedManifest signed = SignedManifest.sign(manifest, KEY);
        DsseSignature ours = signed.envelope().signatures().getFirst();
        DsseSignature theirs = new DsseSignature("theirs", other.sign(signed.signedBytes()));
        byte[] payload = manifest.payload();
        assertEquals(
                new ManifestResult.Present(signed),
                ManifestReader.read(new DsseEnvelope(ToolManifest.PAYLOAD_TYPE, payload, List.of(theirs, ours))));
        assertRefused("2 signatures", new DsseEnvelope(ToolManifest.PAYLOAD_TYPE, payload, List.of(ours, ours)));
        assertRefused("2 signatures", new DsseEnvelope(ToolManifest.PAYLOAD_TYPE, payload, List.of(theirs, theirs)));
        byte[] nameless = Tools.manifest(full()).payload();
        assertRefused("2 signatures", new DsseEnvelope(ToolManifest.PAYLOAD_TYPE, nameless, List.of(theirs, ours)));
    }

    private static void assertRefused(String why, DsseEnvelope envelope) {
        Refused refused = assertInstanceOf(Refused.class, ManifestReader.read(envelope));
        assertTrue(refused.reason().contains(why), refused.reason());
    }

    @Test
    void doesNotSignForAnotherKeyThanTheOneThatIsNamed() {
        SigningKey other = SigningKey.generate();
        ToolManifest manifest =
                Tools.manifest(with(full(), "key_id", other.verifyKey().id().text()));
        assertTrue(Refusal.of(() -> SignedManifest.sign(manifest, KEY)).contains("the manifest names key"));
        assertEquals(manifest, SignedManifest.sign(manifest, other).manifest());
    }

    @Test
    void takesTheDigestOfADraftFromTheContentAtHand() {
        MeasuredContent content = MeasuredContent.of(Tools.SCRIPT);
        byte[] without = CanonicalJson.bytes(with(full(), "sha256_hash", null));
        assertEquals(Tools.manifest(full()), ManifestReader.draft(without, content));
        assertEquals(Tools.manifest(full()), ManifestReader.draft(CanonicalJson.bytes(full()), content));
        MeasuredContent other = MeasuredContent.of(Tools.MODULE);
        assertTrue(Refusal.of(() -> ManifestReader.draft(CanonicalJson.bytes(full()), other))
                .contains("the content at hand has"));
    }

    @Test
    void readsOrRefusesAnyBytesAndReadsEachManifestInOneWay() {
        Random random = new Random(9);
        byte[] good = Tools.signed(full(), KEY).json();
        int read = 0;
        for (int round = 0; round < 15_000; round++) {
            byte[] changed = good.clone();
            for (int times = random.nextInt(3); times >= 0; times--) {
                changed[random.nextInt(changed.length)] =
                        (byte) (random.nextBoolean() ? good[random.nextInt(good.length)] : random.nextInt(256));
            }
            if (ManifestReader.read(changed) instanceof ManifestResult.Present(SignedManifest signed)) {
                read++;
                // What was read says all that was there: written once more it has the same members.
                assertArrayEquals(CanonicalJson.bytes(readAgain(changed)), signed.json());
            }
        }
        assertTrue(read > 1_000, "read " + read);
    }

    private static Map<String, Object> readAgain(byte[] bytes) {
        try {
            return StrictJson.object(bytes);
        } catch (StrictJson.Malformed malformed) {
            throw new AssertionError(malformed);
        }
    }

    @Test
    void repeatsNothingOfAStrangerThatCouldMisleadATerminal() {
        Map<String, Object> members = with(full(), "tool_id", "a\u001b[2J\u202e");
        String refusal = Refusal.of(() -> ManifestReader.draft(CanonicalJson.bytes(members)));
        assertFalse(refusal.chars().anyMatch(c -> c < ' ' || c == 0x202e), refusal);
    }
}
