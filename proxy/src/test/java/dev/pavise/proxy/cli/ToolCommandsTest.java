package dev.pavise.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys and manifests of tools as typed: made, signed, verified, and refused. */
final class ToolCommandsTest {
    private static final String DRAFT =
            "{\"tool_id\": \"hello\", \"version\": \"1.4.0\", \"max_memory_mb\": 64, \"max_cpu_seconds\": 5,"
                    + " \"network_allowed\": false, \"allowed_resources\": [\"/srv/j\u00fcrgen\"]}";
    private static final String SIGN = "tool sign --manifest draft.json --content hello.sh --key release.key --output m.json";
    private static final String VERIFY = "tool verify --manifest m.json --content hello.sh --public-key release.pub";

    @TempDir
    Path folder;

    private Instant now = Instant.parse("2026-11-22T12:00:00Z");
    private Shell shell = new Shell(Path.of("unset"), () -> now);

    @BeforeEach
    void writeATool() throws IOException {
        shell = new Shell(folder, () -> now);
        write("hello.sh", "#!/bin/sh\necho hello\n");
        write("draft.json", DRAFT);
    }

    @Test
    void goesFromKeyToVerifiedTool() throws IOException {
        shell.done("tool keygen --output release.key").done(SIGN).done(VERIFY);
        assertTrue(shell.out().contains("signed by `release` and within policy `default`"), shell.out());
        assertTrue(shell.out().contains("its content is the one signed for, native"), shell.out());
        shell.done("tool verify --manifest m.json --public-key release.pub");
        assertTrue(shell.out().contains("its content was not checked"), shell.out());
    }

    @Test
    void makesAKeyForItsOwnerAlone() throws IOException {
        shell.done("tool keygen --output release.key --name release-2026 --days 10 --format json");
        assertEquals("release-2026", shell.json().path("name").asString());
        assertEquals("2026-12-02T12:00:00Z", shell.json().path("not_after").asString());
        assertFalse(shell.out().contains("PRIVATE"));
        assertEquals("rw-------", mode("release.key"));
        assertEquals("rw-r--r--", mode("release.pub"));
        assertTrue(read("release.pub").startsWith("name: release-2026\nnot_before: 2026-11-22T12:00:00Z\n"));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(
                    List.of("draft.json", "hello.sh", "release.key", "release.pub"),
                    files.map(file -> file.getFileName().toString()).sorted().toList());
        }
    }

    @Test
    void replacesNothingUnlessToldTo() throws IOException {
        shell.done("tool keygen --output release.key");
        String key = read("release.key");
        assertEquals(ExitCode.WANTING, shell.run("tool keygen --output release.key"));
        assertTrue(shell.err().contains("exists already"), shell.err());
        Files.delete(folder.resolve("release.key"));
        assertEquals(ExitCode.WANTING, shell.run("tool keygen --output release.key"), "the public half is there");
        shell.done("tool keygen --output release.key --force");
        assertFalse(read("release.key").equals(key));
        shell.done(SIGN);
        assertEquals(ExitCode.WANTING, shell.run(SIGN));
        shell.done(SIGN + " --force");
    }

    @Test
    void writesWhatAnyTerminalKeepsWhole() throws IOException {
        shell.done("tool keygen --output release.key");
        shell.done("tool sign --manifest draft.json --content hello.sh --key release.key");
        assertTrue(shell.out().chars().allMatch(c -> c < 127), shell.out());
        write("m.json", shell.out());
        shell.done(VERIFY);
        shell.done("tool sign --manifest m.json --key release.key --envelope");
        assertTrue(shell.json().has("payloadType"));
        write("m.json", shell.out());
        shell.done(VERIFY + " --output json");
        assertTrue(shell.json().path("verified").asBoolean());
        assertTrue(shell.json().path("content_checked").asBoolean());
        assertEquals("native", shell.json().path("kind").asString());
    }

    @ParameterizedTest
    @CsvSource({
        "'\"max_memory_mb\":64', '\"max_memory_mb\":65', signature_invalid",
        "'\"1.4.0\"', '\"1.4.1\"', signature_invalid",
        "'\"hello\"', '\"hello\",\"a\":\"b\"', manifest_malformed"
    })
    void refusesAManifestThatWasChanged(String from, String to, String code) throws IOException {
        shell.done("tool keygen --output release.key").done(SIGN);
        String changed = read("m.json").replace(from, to);
        assertFalse(changed.equals(read("m.json")));
        write("m.json", changed);
        assertRefused(code, VERIFY);
    }

    @Test
    void refusesOtherContentAnotherKeyAndAnotherTime() throws IOException {
        shell.done("tool keygen --output release.key --days 10").done("tool keygen --output other.key").done(SIGN);
        assertRefused("key_unknown", VERIFY.replace("release.pub", "other.pub"));
        now = Instant.parse("2026-12-02T12:00:00Z");
        assertRefused("key_expired", VERIFY);
        now = Instant.parse("2026-11-22T11:59:59Z");
        assertRefused("key_not_yet_valid", VERIFY);
        now = Instant.parse("2026-11-23T00:00:00Z");
        shell.done(VERIFY);
        write("hello.sh", "#!/bin/sh\necho other\n");
        assertRefused("content_mismatch", VERIFY);
    }

    @Test
    void believesTheFolderOfTrustedKeysAndWhatItRevokes() throws IOException {
        shell.done("tool keygen --output release.key --format json");
        String id = shell.json().path("key_id").asString();
        shell.done(SIGN);
        Files.createDirectory(folder.resolve("trusted"));
        String verify = "tool verify --manifest m.json --content hello.sh --trusted-keys trusted";
        assertRefused("key_unknown", verify);
        write("trusted/ours.pub", read("release.pub"));
        write("trusted/.hidden", "anything");
        shell.done(verify);
        write("trusted/revoked.txt", "key " + id + "\n");
        assertRefused("key_revoked", verify);
        write("trusted/revoked.txt", "keys " + id + "\n");
        assertEquals(ExitCode.WANTING, shell.run(verify));
        assertTrue(shell.err().contains("revoked.txt`: line 1"), shell.err());
        write("trusted/revoked.txt", "");
        write("trusted/revoked.txt~", "key " + id + "\n");
        assertEquals(ExitCode.WANTING, shell.run(verify));
        assertTrue(shell.err().contains("neither a key"), shell.err());
    }

    @Test
    void leavesCustomPoliciesToTheConfiguration() throws IOException {
        write("draft.json", DRAFT.replace("64", "6400").replace("}", ", \"policy\": \"custom\"}"));
        shell.done("tool keygen --output release.key").done(SIGN).done(VERIFY + " --output json");
        assertFalse(shell.json().path("policy_checked").asBoolean());
        write("draft.json", DRAFT.replace("64", "6400"));
        shell.done(SIGN + " --force");
        assertRefused("memory_exceeds_policy", VERIFY);
    }

    @Test
    void signsOnlyWhatIsAManifestForTheContentAtHand() throws IOException {
        shell.done("tool keygen --output release.key");
        assertEquals(ExitCode.WANTING, shell.run("tool sign --manifest draft.json --key release.key"));
        assertTrue(shell.err().contains("`sha256_hash` is missing"), shell.err());
        write("draft.json", DRAFT.replace("}", ", \"sha256_hash\": \"" + "a".repeat(64) + "\"}"));
        assertEquals(ExitCode.WANTING, shell.run(SIGN));
        assertTrue(shell.err().contains("the content at hand has"), shell.err());
        write("draft.json", DRAFT.replace("/srv", "/srv/.."));
        assertEquals(ExitCode.WANTING, shell.run(SIGN));
        assertTrue(shell.err().contains("not normalised"), shell.err());
        assertFalse(Files.exists(folder.resolve("m.json")));
    }

    @Test
    void signsWithNoKeyThatOthersCanRead() throws IOException {
        shell.done("tool keygen --output release.key");
        Files.setPosixFilePermissions(folder.resolve("release.key"), PosixFilePermissions.fromString("rw-r-----"));
        assertEquals(ExitCode.WANTING, shell.run(SIGN));
        assertTrue(shell.err().contains("chmod 600"), shell.err());
        assertFalse(shell.err().contains(read("release.key").substring(40, 60)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tool",
                "tool keygen",
                "tool keygen --output release.pub",
                "tool keygen --output release.key --name a+b",
                "tool keygen --output release.key --days 0",
                "tool sign --manifest draft.json",
                "tool register --manifest m.json",
                "tool verify --manifest draft.json",
                "tool verify --manifest draft.json --trusted-keys . --public-key a.pub",
                "agent",
                "agent sign --wasm a.wasm"
            })
    void takesWhatMeansNothingForMisuse(String line) throws IOException {
        assertEquals(ExitCode.MISUSE, shell.run(line), shell.err());
        assertFalse(shell.err().isEmpty());
        assertFalse(Files.exists(folder.resolve("release.pub")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tool", "tool keygen", "tool sign", "tool verify", "agent", "agent sign", "agent verify"})
    void explainsItself(String command) {
        shell.done(command + " --help");
        assertTrue(shell.out().contains("Usage: pavise " + command), shell.out());
    }

    @Test
    void signsModulesAndTellsWhoDid() throws IOException {
        Files.write(folder.resolve("agent.wasm"), new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0, 0, 3, 2, 'h', 'i'});
        shell.done("tool keygen --output release.key").done("tool keygen --output other.key");
        shell.done("agent sign --wasm agent.wasm --key release.key --output signed.wasm");
        shell.done("agent verify --wasm signed.wasm --public-key release.pub --output json");
        assertEquals("release", shell.json().path("signer").asString());
        assertEquals(ExitCode.WANTING, shell.run("agent verify --wasm signed.wasm --public-key other.pub --output json"));
        assertEquals("bad_signature", shell.json().path("code").asString());
        assertEquals(ExitCode.WANTING, shell.run("agent verify --wasm agent.wasm --public-key release.pub"));
        assertTrue(shell.out().contains("NOT verified: the module has no signature"), shell.out());
        byte[] more = Files.readAllBytes(folder.resolve("signed.wasm"));
        Files.write(folder.resolve("signed.wasm"), Arrays.copyOf(more, more.length + 1));
        assertEquals(ExitCode.WANTING, shell.run("agent verify --wasm signed.wasm --public-key release.pub"));
        assertEquals(ExitCode.WANTING, shell.run("agent sign --wasm agent.wasm --key release.key --output signed.wasm"));
        assertEquals(ExitCode.WANTING, shell.run("agent sign --wasm hello.sh --key release.key --output x.wasm"));
        assertTrue(shell.err().contains("no WebAssembly module"), shell.err());
    }

    private void assertRefused(String code, String line) {
        assertEquals(ExitCode.WANTING, shell.run(line), shell.out());
        assertTrue(shell.out().startsWith("NOT verified: " + code + ": "), shell.out() + shell.err());
        assertEquals(ExitCode.WANTING, shell.run(line + " --output json"));
        assertFalse(shell.json().path("verified").asBoolean(true));
        assertEquals(code, shell.json().path("code").asString());
    }

    private String mode(String name) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(name)));
    }

    private String read(String name) throws IOException {
        return Files.readString(folder.resolve(name));
    }

    private void write(String name, String text) throws IOException {
        Files.write(folder.resolve(name), text.getBytes(StandardCharsets.UTF_8));
    }
}
