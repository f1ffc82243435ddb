package dev.pavise.policy.tool;

import static dev.pavise.policy.tool.Tools.full;
import static dev.pavise.policy.tool.Tools.least;
import static dev.pavise.policy.tool.Tools.with;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.pavise.policy.json.CanonicalJson;
import dev.pavise.policy.signing.Revocations;
import dev.pavise.policy.signing.SignatureBytes;
import dev.pavise.policy.signing.SigningKey;
import dev.pavise.policy.signing.TrustedKey;
import dev.pavise.policy.signing.TrustedKeys;
import java.lang.reflect.Constructor;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ToolVerifierTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final SigningKey KEY = SigningKey.generate();
    private static final SigningKey LOST = SigningKey.generate();
    private static final SigningKey FORMER = SigningKey.generate();
    private static final SigningKey FUTURE = SigningKey.generate();
    private static final SigningKey STRANGER = SigningKey.generate();
    private static final byte[] BAD_SCRIPT = "#!/bin/rm\n".getBytes(StandardCharsets.US_ASCII);
    private static final Contents SCRIPT = Tools.keeping(Tools.SCRIPT);

    private final TrustedKeys keys = new TrustedKeys(
            List.of(
                    TrustedKey.always("release", KEY.verifyKey()),
                    TrustedKey.always("lost", LOST.verifyKey()),
                    new TrustedKey("former", FORMER.verifyKey(), Instant.MIN, NOW),
                    new TrustedKey("future", FUTURE.verifyKey(), NOW.plusSeconds(1), Instant.MAX)),
            new Revocations(
                    Set.of(LOST.verifyKey().id()),
                    Set.of(MeasuredContent.of(BAD_SCRIPT).sha256())));
    private final ToolVerifier verifier = new ToolVerifier(keys, ToolPolicies.BUILT_IN, InstantSource.fixed(NOW));

    @Test
    void verifiesWhatIsSignedAndWithinItsPolicy() {
        VerifiedTool tool = verified(full(), Tools.SCRIPT);
        assertEquals("hello", tool.toolId());
        assertEquals("1.4.0", tool.version().toString());
        assertEquals("release", tool.signer().name());
        assertEquals(ToolKind.NATIVE, tool.kind());
        assertEquals(MeasuredContent.of(Tools.SCRIPT).sha256(), tool.sha256());
        assertEquals(Tools.SCRIPT.length, tool.size());
        assertEquals(new RunLimits(64, 5, Duration.ofSeconds(60), 64), tool.limits());
        assertEquals(List.of(new ResourceGrant.Files("/srv/data", false)), tool.files());
        assertEquals(List.of(new ResourceGrant.Endpoint("api.example.com", 443)), tool.endpoints());
    }

    @Test
    void tellsTheKindByTheContentWhereTheManifestDoesNot() {
        assertEquals(ToolKind.NATIVE, verified(least(), Tools.SCRIPT).kind());
        assertEquals(
                ToolKind.WASM,
                verified(ofContent(least(), Tools.MODULE), Tools.MODULE).kind());
        byte[] elf = {0x7f, 'E', 'L', 'F', 2, 1, 1, 0};
        assertEquals(ToolKind.NATIVE, verified(ofContent(least(), elf), elf).kind());
    }

    private VerifiedTool verified(Map<String, Object> members, byte[] content) {
        Verification verification = verifier.verify(Tools.signed(members, KEY), Tools.keeping(content));
        return assertInstanceOf(Verification.Verified.class, verification).tool();
    }

    private static Map<String, Object> ofContent(Map<String, Object> members, byte[] content) {
        return with(members, "sha256_hash", MeasuredContent.of(content).sha256());
    }

    @ParameterizedTest
    @MethodSource
    void refusesEachFailureWithACodeOfItsOwn(ToolRefusal code, ManifestResult manifest, Contents contents) {
        Refused refused = assertInstanceOf(Refused.class, verifier.verify(manifest, contents));
        assertEquals(code, refused.code(), refused.reason());
        assertTrue(refused.reason().length() > 20, refused.reason());
    }

    static List<Arguments> refusesEachFailureWithACodeOfItsOwn() {
        Map<String, Object> full = full();
        Contents nothing = digest -> Optional.empty();
        byte[] text = "just text".getBytes(StandardCharsets.US_ASCII);
        byte[] component = {0, 'a', 's', 'm', 13, 0, 1, 0};
        return List.of(
                Arguments.of(ToolRefusal.MANIFEST_MISSING, ToolRegistry.empty().find("hello"), SCRIPT),
                Arguments.of(ToolRefusal.MANIFEST_MALFORMED, ManifestReader.read(new byte[0]), SCRIPT),
                row(ToolRefusal.KEY_UNKNOWN, named(full, STRANGER), STRANGER, SCRIPT),
                row(ToolRefusal.SIGNATURE_INVALID, full, STRANGER, SCRIPT),
                row(ToolRefusal.KEY_REVOKED, full, LOST, SCRIPT),
                row(ToolRefusal.KEY_REVOKED, named(full, LOST), LOST, SCRIPT),
                row(ToolRefusal.KEY_EXPIRED, full, FORMER, SCRIPT),
                row(ToolRefusal.KEY_EXPIRED, named(full, FORMER), FORMER, SCRIPT),
                row(ToolRefusal.KEY_NOT_YET_VALID, full, FUTURE, SCRIPT),
                row(ToolRefusal.CONTENT_REVOKED, ofContent(full, BAD_SCRIPT), KEY, Tools.keeping(BAD_SCRIPT)),
                row(ToolRefusal.CONTENT_MISSING, full, KEY, nothing),
                row(ToolRefusal.CONTENT_MISMATCH, full, KEY, Tools.keeping(BAD_SCRIPT)),
                row(ToolRefusal.CONTENT_MISMATCH, full, KEY, Tools.keeping(new byte[0])),
                row(ToolRefusal.KIND_UNKNOWN, ofContent(full, text), KEY, Tools.keeping(text)),
                row(ToolRefusal.KIND_UNKNOWN, ofContent(least(), component), KEY, Tools.keeping(component)),
                row(ToolRefusal.KIND_UNKNOWN, ofContent(least(), new byte[0]), KEY, Tools.keeping(new byte[0])),
                row(ToolRefusal.KIND_MISMATCH, with(full, "kind", "wasm"), KEY, SCRIPT),
                row(ToolRefusal.KIND_MISMATCH, ofContent(full, Tools.MODULE), KEY, Tools.keeping(Tools.MODULE)),
                row(ToolRefusal.POLICY_MISSING, with(full, "policy", "custom"), KEY, SCRIPT),
                row(ToolRefusal.MEMORY_EXCEEDS_POLICY, with(full, "max_memory_mb", 257L), KEY, SCRIPT),
                row(ToolRefusal.CPU_EXCEEDS_POLICY, with(full, "max_cpu_seconds", 31L), KEY, SCRIPT),
                row(ToolRefusal.FILES_EXCEED_POLICY, with(full, "allowed_resources", List.of("/etc")), KEY, SCRIPT),
                row(
                        ToolRefusal.NETWORK_EXCEEDS_POLICY,
                        with(full, "allowed_resources", List.of("169.254.169.254")),
                        KEY,
                        SCRIPT));
    }

    private static Map<String, Object> named(Map<String, Object> members, SigningKey key) {
        return with(members, "key_id", key.verifyKey().id().text());
    }

    private static Arguments row(ToolRefusal code, Map<String, Object> members, SigningKey key, Contents contents) {
        return Arguments.of(code, new ManifestResult.Present(Tools.signed(members, key)), contents);
    }

    /** Each row fails in one more place than it is refused for: what comes first in the order is what is told. */
    @ParameterizedTest
    @MethodSource
    void checksInTheOrderOfTheContract(List<ToolRefusal> inOrder) {
        Map<String, Object> members = full();
        byte[] content = Tools.SCRIPT;
        SigningKey signer = KEY;
        if (inOrder.contains(ToolRefusal.MEMORY_EXCEEDS_POLICY)) {
            members = with(members, "max_memory_mb", 1000L);
        }
        if (inOrder.contains(ToolRefusal.KIND_MISMATCH)) {
            members = with(members, "kind", "wasm");
        }
        if (inOrder.contains(ToolRefusal.CONTENT_MISMATCH)) {
            content = Tools.MODULE;
        }
        if (inOrder.contains(ToolRefusal.CONTENT_REVOKED)) {
            members = ofContent(members, BAD_SCRIPT);
        }
        if (inOrder.contains(ToolRefusal.SIGNATURE_INVALID)) {
            signer = STRANGER;
        }
        Verification verification = verifier.verify(Tools.signed(members, signer), Tools.keeping(content));
        assertEquals(
                inOrder.getFirst(),
                assertInstanceOf(Refused.class, verification).code());
    }

    static List<List<ToolRefusal>> checksInTheOrderOfTheContract() {
        List<ToolRefusal> order = List.of(
                ToolRefusal.SIGNATURE_INVALID,
                ToolRefusal.CONTENT_REVOKED,
                ToolRefusal.CONTENT_MISMATCH,
                ToolRefusal.KIND_MISMATCH,
                ToolRefusal.MEMORY_EXCEEDS_POLICY);
        List<List<ToolRefusal>> rows = new ArrayList<>();
        for (int from = 0; from < order.size(); from++) {
            rows.add(order.subList(from, order.size()));
        }
        return rows;
    }

    @Test
    void touchesNoContentBeforeATrustedKeyHasSignedForIt() {
        Contents untouched = digest -> fail("content was measured");
        for (SigningKey key : List.of(STRANGER, LOST, FORMER, FUTURE)) {
            assertInstanceOf(Refused.class, verifier.verify(Tools.signed(full(), key), untouched));
        }
        assertInstanceOf(Refused.class, verifier.verify(Tools.signed(ofContent(full(), BAD_SCRIPT), KEY), untouched));
    }

    /** No field can be changed, added or taken away without the signature failing. */
    @ParameterizedTest
    @MethodSource
    void countsEveryFieldOfTheManifest(Map<String, Object> original, String name, Object value) {
        SignedManifest signed = Tools.signed(original, KEY);
        Map<String, Object> changed = with(original, name, value);
        changed.put("signature", signed.signature().base64());
        ManifestResult read = ManifestReader.read(CanonicalJson.bytes(changed));
        assertInstanceOf(ManifestResult.Present.class, read);
        Refused refused = assertInstanceOf(Refused.class, verifier.verify(read, SCRIPT));
        assertEquals(ToolRefusal.SIGNATURE_INVALID, refused.code());
        assertEquals(
                ToolRefusal.SIGNATURE_INVALID,
                assertInstanceOf(Refused.class, verifier.admit(read)).code());
    }

    static List<Arguments> countsEveryFieldOfTheManifest() {
        Map<String, Object> all = named(full(), KEY);
        String digest = (String) all.get("sha256_hash");
        return List.of(
                Arguments.of(all, "tool_id", "hellp"),
                Arguments.of(all, "tool_id", "Hello"),
                Arguments.of(all, "version", "1.4.1"),
                Arguments.of(all, "version", "1.4.0+a"),
                Arguments.of(all, "sha256_hash", (digest.charAt(0) == 'a' ? "b" : "a") + digest.substring(1)),
                Arguments.of(all, "key_id", null),
                Arguments.of(all, "kind", "wasm"),
                Arguments.of(all, "kind", null),
                Arguments.of(all, "allowed_resources", null),
                Arguments.of(all, "allowed_resources", List.of()),
                Arguments.of(all, "allowed_resources", List.of("net:api.example.com:443", "fs:ro:/srv/data")),
                // The same meaning in other words is another manifest, too.
                Arguments.of(all, "allowed_resources", List.of("/srv/data", "net:api.example.com:443")),
                Arguments.of(all, "max_memory_mb", 65L),
                Arguments.of(all, "max_cpu_seconds", 6L),
                Arguments.of(all, "policy", "restricted"),
                Arguments.of(all, "policy", null),
                Arguments.of(least(), "network_allowed", false),
                Arguments.of(least(), "kind", "native"),
                Arguments.of(least(), "allowed_resources", List.of()),
                Arguments.of(least(), "policy", "default"),
                Arguments.of(least(), "key_id", KEY.verifyKey().id().text()));
    }

    @Test
    void knowsAllFieldsThatAreFlipped() {
        Set<Object> flipped = new HashSet<>();
        countsEveryFieldOfTheManifest().forEach(row -> flipped.add(row.get()[1]));
        assertEquals(Tools.manifest(named(full(), KEY)).members().keySet(), flipped);
    }

    @Test
    void refusesAForgedKeyIdThatNamesATrustedKey() {
        ToolManifest manifest = Tools.manifest(named(full(), KEY));
        SignatureBytes theirs = STRANGER.sign(new SignedManifest(manifest, KEY.sign(new byte[0])).signedBytes());
        Refused refused =
                assertInstanceOf(Refused.class, verifier.verify(new SignedManifest(manifest, theirs), SCRIPT));
        assertEquals(ToolRefusal.SIGNATURE_INVALID, refused.code());
    }

    @Test
    void refusesASignatureOverTheManifestThatIsOfAnotherType() {
        ToolManifest manifest = Tools.manifest(full());
        SignatureBytes bare = KEY.sign(manifest.payload());
        Refused refused = assertInstanceOf(Refused.class, verifier.verify(new SignedManifest(manifest, bare), SCRIPT));
        assertEquals(ToolRefusal.SIGNATURE_INVALID, refused.code());
    }

    @Test
    void admitsForRegisteringWithoutContentButNotWithoutTheOtherChecks() {
        Admission admitted = verifier.admit(new ManifestResult.Present(Tools.signed(full(), KEY)));
        assertEquals(
                "release",
                assertInstanceOf(Admission.Admitted.class, admitted)
                        .manifest()
                        .signer()
                        .name());
        assertCode(ToolRefusal.SIGNATURE_INVALID, full(), STRANGER);
        assertCode(ToolRefusal.KEY_REVOKED, full(), LOST);
        assertCode(ToolRefusal.CONTENT_REVOKED, ofContent(full(), BAD_SCRIPT), KEY);
        assertCode(ToolRefusal.POLICY_MISSING, with(full(), "policy", "custom"), KEY);
        assertCode(ToolRefusal.MEMORY_EXCEEDS_POLICY, with(full(), "max_memory_mb", 257L), KEY);
        assertInstanceOf(Refused.class, verifier.admit(ManifestReader.read(new byte[0])));
    }

    private void assertCode(ToolRefusal code, Map<String, Object> members, SigningKey key) {
        Admission admission = verifier.admit(new ManifestResult.Present(Tools.signed(members, key)));
        assertEquals(code, assertInstanceOf(Refused.class, admission).code());
    }

    @Test
    void letsNobodyElseMakeAProof() {
        for (Class<?> proof : List.of(VerifiedTool.class, TrustedManifest.class, MeasuredContent.class)) {
            assertTrue(Modifier.isFinal(proof.getModifiers()), proof.getName());
            for (Constructor<?> constructor : proof.getDeclaredConstructors()) {
                assertEquals(0, constructor.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED), proof.getName());
            }
        }
    }

    @Test
    void measuresContentAsItComes() {
        ContentMeter meter = new ContentMeter();
        for (byte one : Tools.SCRIPT) {
            meter.update(new byte[] {9, one, 9}, 1, 1);
        }
        MeasuredContent inPieces = meter.finish();
        MeasuredContent whole = MeasuredContent.of(Tools.SCRIPT);
        assertEquals(whole.sha256(), inPieces.sha256());
        assertEquals(whole.size(), inPieces.size());
        assertEquals(Optional.of(ToolKind.NATIVE), inPieces.kind());
        // A second one does not begin with what the first left.
        meter.update(Tools.SCRIPT, 0, 1);
        assertEquals(Optional.empty(), meter.finish().kind());
        assertEquals(
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                meter.finish().sha256());
    }
}
