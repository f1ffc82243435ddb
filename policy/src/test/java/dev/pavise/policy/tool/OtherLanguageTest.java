package dev.pavise.policy.tool;

import static dev.pavise.policy.tool.Tools.full;
import static dev.pavise.policy.tool.Tools.with;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pavise.policy.signing.SigningKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The formats are open: Python, and OpenSSL where it is new enough, come to the same judgement. Skipped where they are not. */
class OtherLanguageTest {
    private static final Path SCRIPT = Path.of("../docs/verify-tool.py");

    @TempDir
    private Path folder;

    private final SigningKey key = SigningKey.generate();
    private SignedManifest signed = Tools.signed(full(), key);
    private Path keyFile = Path.of("unset");

    private record Said(int code, String text) {}

    @BeforeEach
    void signAManifestWithEveryKindOfText() throws IOException {
        Map<String, Object> members =
                with(full(), "key_id", key.verifyKey().id().text());
        signed = Tools.signed(
                with(
                        members,
                        "allowed_resources",
                        List.of("fs:ro:/srv/j\u00fcrgen \"the\" \\ \ud83d\udee1", "api.example.com")),
                key);
        keyFile = write("tool.pub", key.verifyKey().pem().getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void verifiesWhatWasSignedHereInBothForms() throws Exception {
        Path content = write("hello", Tools.SCRIPT);
        for (byte[] form : List.of(signed.json(), signed.envelope().json())) {
            Said said = python(write("manifest", form), keyFile, content);
            assertEquals(0, said.code, said.text);
            assertTrue(said.text.contains("hello 1.4.0 is signed by this key"), said.text);
        }
    }

    @Test
    void readsTheFormThatIsLaidOutForPeople() throws Exception {
        String laidOut = new String(signed.json(), StandardCharsets.UTF_8)
                .replace(",\"", " ,\n  \"")
                .replace("\":", "\" : ");
        Said said = python(write("manifest", laidOut.getBytes(StandardCharsets.UTF_8)), keyFile);
        assertEquals(0, said.code, said.text);
        assertEquals(new ManifestResult.Present(signed), ManifestReader.read(laidOut.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void tellsAnotherManifestAnotherKeyAndOtherContent() throws Exception {
        byte[] changed = new String(signed.json(), StandardCharsets.UTF_8)
                .replace("\"max_memory_mb\":64", "\"max_memory_mb\":65")
                .getBytes(StandardCharsets.UTF_8);
        assertRefused("did not sign", python(write("changed", changed), keyFile));
        Path manifest = write("manifest", signed.json());
        byte[] other = SigningKey.generate().verifyKey().pem().getBytes(StandardCharsets.US_ASCII);
        assertRefused("did not sign", python(manifest, write("other.pub", other)));
        assertRefused("other content", python(manifest, keyFile, write("content", Tools.MODULE)));
    }

    @Test
    void isVerifiedByOpenSsl() throws Exception {
        Path message = write("message", signed.signedBytes());
        Path signature = write("signature", signed.signature().bytes());
        List<String> command = List.of(
                "openssl",
                "pkeyutl",
                "-verify",
                "-pubin",
                "-inkey",
                keyFile.toString(),
                "-rawin",
                "-in",
                message.toString(),
                "-sigfile",
                signature.toString());
        Said said = run(command);
        assumeTrue(!said.text.contains("rawin"), "this OpenSSL checks no Ed25519: " + said.text);
        assertEquals(0, said.code, said.text);
        Files.write(message, new byte[] {' '}, StandardOpenOption.APPEND);
        assertEquals(1, run(command).code);
    }

    @Test
    void readsAKeyThatOpenSslMade() throws Exception {
        Path made = folder.resolve("made.key");
        Said said = run(List.of("openssl", "genpkey", "-algorithm", "ed25519", "-out", made.toString()));
        assumeTrue(said.code == 0, "this OpenSSL makes no Ed25519 keys: " + said.text);
        SigningKey theirs = SigningKey.ofPem(Files.readString(made));
        Path half = folder.resolve("made.pub");
        assertEquals(
                0, run(List.of("openssl", "pkey", "-in", made.toString(), "-pubout", "-out", half.toString())).code);
        assertEquals(theirs.verifyKey().pem(), Files.readString(half));
    }

    private static void assertRefused(String why, Said said) {
        assertTrue(said.code == 1 && said.text.contains("NOT verified") && said.text.contains(why), said.text);
    }

    private Path write(String name, byte[] bytes) throws IOException {
        return Files.write(folder.resolve(name), bytes);
    }

    private static Said python(Path... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("python3", SCRIPT.toString()));
        Arrays.stream(arguments).map(Path::toString).forEach(command::add);
        return run(command);
    }

    private static Said run(List<String> command) throws Exception {
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            assumeTrue(false, "there is no " + command.getFirst() + " here: " + e);
            throw e;
        }
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        return new Said(process.exitValue(), text);
    }
}
