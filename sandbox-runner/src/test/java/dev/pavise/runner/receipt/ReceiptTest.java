package dev.pavise.runner.receipt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.json.StrictJson;
import dev.pavise.policy.signing.DsseEnvelope;
import dev.pavise.policy.signing.Revocations;
import dev.pavise.policy.signing.SigningKey;
import dev.pavise.policy.signing.TrustedKey;
import dev.pavise.policy.signing.TrustedKeys;
import dev.pavise.policy.tool.ManifestReader;
import dev.pavise.policy.tool.MeasuredContent;
import dev.pavise.policy.tool.SignedManifest;
import dev.pavise.policy.tool.ToolPolicies;
import dev.pavise.policy.tool.ToolVerifier;
import dev.pavise.policy.tool.Verification;
import dev.pavise.policy.tool.VerifiedTool;
import dev.pavise.runner.run.Bytes;
import dev.pavise.runner.run.Limits;
import dev.pavise.runner.run.RunResult;
import dev.pavise.runner.run.Violation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReceiptTest {
    private static final byte[] SCRIPT = "#!/bin/sh\n".getBytes(StandardCharsets.US_ASCII);

    private final SigningKey author = SigningKey.generate();
    private final SigningKey runner = SigningKey.generate();

    @TempDir
    private Path folder;

    private VerifiedTool tool() {
        MeasuredContent content = MeasuredContent.of(SCRIPT);
        String draft = """
                {"tool_id": "echo", "version": "1.0.0", "sha256_hash": "%s", "max_memory_mb": 16, "max_cpu_seconds": 5,
                 "network_allowed": false}""".formatted(content.sha256());
        SignedManifest signed =
                SignedManifest.sign(ManifestReader.draft(draft.getBytes(StandardCharsets.US_ASCII)), author);
        TrustedKeys keys = new TrustedKeys(List.of(TrustedKey.always("release", author.verifyKey())), Revocations.NONE);
        ToolVerifier verifier = new ToolVerifier(keys, ToolPolicies.BUILT_IN, InstantSource.system());
        return ((Verification.Verified) verifier.verify(signed, sha256 -> Optional.of(content))).tool();
    }

    private Receipt receipt() {
        RunResult result = new RunResult(
                false,
                137,
                false,
                Bytes.of("secret output"),
                Bytes.EMPTY,
                true,
                "ab".repeat(32),
                Duration.ofMillis(70),
                Duration.ofMillis(60),
                5_000_000,
                Set.of(Violation.MEMORY, Violation.CPU));
        Instant started = Instant.parse("2026-11-22T10:00:00.123456Z");
        return new Receipt(
                "run-1",
                "request-1",
                "jwt:corp:\u00e4lice",
                tool(),
                "native",
                Limits.DEFAULT,
                started,
                started.plusMillis(70),
                result);
    }

    @Test
    void isSignedSuchThatOthersCanCheckIt() throws Exception {
        Map<String, Object> envelope =
                StrictJson.object(new ReceiptSigner(runner).sign(receipt()).json());
        assertEquals("application/vnd.pavise.tool-receipt+json", envelope.get("payloadType"));
        byte[] payload = Base64.getDecoder().decode((String) envelope.get("payload"));
        Map<?, ?> signature = (Map<?, ?>) ((List<?>) envelope.get("signatures")).getFirst();
        // By the platform alone: the encoding of DSSE v1 written out, the key from its PEM text.
        String type = "application/vnd.pavise.tool-receipt+json";
        byte[] head = ("DSSEv1 " + type.length() + " " + type + " " + payload.length + " ")
                .getBytes(StandardCharsets.US_ASCII);
        String pem = new ReceiptSigner(runner).publicKey().pem();
        byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
        PublicKey key = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(der));
        assertEquals(
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(der)), signature.get("keyid"));
        for (int flipped = -1; flipped < payload.length; flipped++) {
            byte[] shown = payload.clone();
            if (flipped >= 0) {
                shown[flipped] ^= 1;
            }
            Signature check = Signature.getInstance("Ed25519");
            check.initVerify(key);
            check.update(head);
            check.update(shown);
            assertEquals(
                    flipped < 0,
                    check.verify(Base64.getDecoder().decode((String) signature.get("sig"))),
                    "byte " + flipped);
        }
    }

    @Test
    void saysWhatRanAndWhatCameOfIt() throws Exception {
        byte[] payload = receipt().payload();
        Map<String, Object> said = StrictJson.object(payload);
        assertEquals("run-1", said.get("run_id"));
        assertEquals("request-1", said.get("request_id"));
        assertEquals("jwt:corp:\u00e4lice", said.get("principal"));
        assertEquals(MeasuredContent.of(SCRIPT).sha256(), said.get("tool_sha256"));
        byte[] manifest = tool().manifest().payload();
        assertEquals(
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(manifest)),
                said.get("manifest_sha256"));
        assertEquals(author.verifyKey().id().text(), said.get("signed_by"));
        assertEquals("native", said.get("backend"));
        assertEquals(137L, said.get("exit_code"));
        assertEquals(List.of("cpu", "memory"), said.get("violations"));
        assertEquals("ab".repeat(32), said.get("output_sha256"));
        assertEquals("2026-11-22T10:00:00.123Z", said.get("started"));
        assertEquals(268435456L, ((Map<?, ?>) said.get("limits")).get("memory_bytes"));
        assertFalse(new String(payload, StandardCharsets.UTF_8).contains("secret output"));
    }

    @Test
    void canBeCheckedWithOpenssl() throws Exception {
        DsseEnvelope envelope = new ReceiptSigner(runner).sign(receipt());
        Files.write(folder.resolve("signed"), envelope.signedBytes());
        Files.write(
                folder.resolve("sig"),
                envelope.signatures().getFirst().signature().bytes());
        Files.writeString(folder.resolve("key.pub"), runner.verifyKey().pem());
        List<String> command = new ArrayList<>(List.of("openssl", "pkeyutl", "-verify", "-rawin", "-pubin"));
        command.addAll(List.of("-inkey", "key.pub", "-sigfile", "sig", "-in", "signed"));
        Process openssl = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(openssl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, openssl.waitFor(), said);
    }

    @Test
    void makesItsKeyOnceForThisUserAlone() throws Exception {
        SigningKey made = ReceiptKeys.ofFolder(folder);
        assertEquals(made.verifyKey(), ReceiptKeys.ofFolder(folder).verifyKey());
        assertEquals(made.verifyKey().pem(), Files.readString(folder.resolve("receipt.pub")));
        Path key = folder.resolve("receipt.key");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(key)));
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));
        IOException refused = assertThrows(IOException.class, () -> ReceiptKeys.ofFolder(folder));
        assertTrue(String.valueOf(refused.getMessage()).contains("is open to other users"));
    }

    @Test
    void neverRepeatsWhatItCannotRead() throws Exception {
        Path key = folder.resolve("receipt.key");
        Files.writeString(key, "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        IOException refused = assertThrows(IOException.class, () -> ReceiptKeys.read(key));
        assertTrue(String.valueOf(refused.getMessage()).contains("is not an Ed25519 key"));
        assertFalse(String.valueOf(refused.getMessage()).contains("c2Vj"));
    }
}
