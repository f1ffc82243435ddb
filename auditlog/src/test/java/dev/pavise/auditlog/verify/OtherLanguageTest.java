package dev.pavise.auditlog.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.Collected;
import dev.pavise.auditlog.Samples;
import dev.pavise.auditlog.codec.Cut;
import dev.pavise.auditlog.codec.MerkleTree;
import dev.pavise.auditlog.codec.SigningKey;
import dev.pavise.auditlog.segment.AuditFolder;
import dev.pavise.auditlog.segment.LogCursor;
import dev.pavise.auditlog.segment.Step;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The format is open: forty lines of Python in {@code docs} come to the same judgement. Skipped where there is no python3. */
class OtherLanguageTest {
    private static final Path SCRIPT = Path.of("../docs/verify-audit.py");
    private static final int FIRST_LEFT = 777;

    @TempDir
    static Path root;

    private static AuditSettings settings = Samples.settings(Path.of("unset"));
    private static AuditFolder folder = new AuditFolder(Path.of("unset"));
    private static Path records = Path.of("unset");

    private record Said(int code, String text) {}

    @BeforeAll
    static void exportALog() throws IOException {
        settings = Samples.settings(root);
        folder = new AuditFolder(settings.dir());
        try (AuditStore store = AuditStore.open(settings)) {
            for (int i = 0; i < 1234; i++) {
                Collected.append(
                        store.log(), Samples.intent("j\u00fcrgen \"the\" \u2028 \ud83d\udee1", "request-" + i));
            }
        }
        records = write("records.jsonl", lines());
    }

    private static List<byte[]> lines() throws IOException {
        List<byte[]> lines = new ArrayList<>();
        try (LogCursor cursor = new LogCursor(folder)) {
            while (cursor.next() == Step.RECORD) {
                lines.add(cursor.line());
            }
        }
        return lines;
    }

    private static Path write(String name, List<byte[]> lines) throws IOException {
        Path file = root.resolve(name);
        try (OutputStream out = Files.newOutputStream(file)) {
            for (byte[] line : lines) {
                out.write(line);
                out.write('\n');
            }
        }
        return file;
    }

    private static Said python(Path... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("python3", SCRIPT.toString()));
        for (Path argument : arguments) {
            command.add(argument.toString());
        }
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            assumeTrue(false, "there is no python3 here: " + e);
            throw e;
        }
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        return new Said(process.exitValue(), text);
    }

    @Test
    void verifiesWhatTheGatewayWrote() throws Exception {
        Said said = python(records, folder.checkpoint(), folder.publicKey());
        assertEquals(0, said.code, said.text);
        assertTrue(said.text.contains("the 1236 signed records of pavise/audit"), said.text);
    }

    @Test
    void tellsOneFlippedByte() throws Exception {
        byte[] all = Files.readAllBytes(records);
        all[all.length / 2] ^= 1;
        Path changed = root.resolve("changed.jsonl");
        Files.write(changed, all);
        Said said = python(changed, folder.checkpoint(), folder.publicKey());
        assertEquals(1, said.code, said.text);
        assertTrue(said.text.contains("NOT verified: these are not"), said.text);
    }

    @Test
    void tellsAMissingRecordAnotherKeyAndAChangedCheckpoint() throws Exception {
        List<byte[]> fewer = lines();
        fewer.remove(600);
        assertEquals(1, python(write("fewer.jsonl", fewer), folder.checkpoint(), folder.publicKey()).code);
        Path other = root.resolve("other.pub");
        Files.writeString(other, SigningKey.generate().publicPem());
        Said foreign = python(records, folder.checkpoint(), other);
        assertTrue(foreign.code == 1 && foreign.text.contains("the key did not sign"), foreign.text);
        Path changed = root.resolve("checkpoint");
        Files.writeString(changed, Files.readString(folder.checkpoint()).replace("\n1236\n", "\n1235\n"));
        assertEquals(1, python(records, changed, folder.publicKey()).code);
    }

    @Test
    void verifiesWhatRetentionLeft() throws Exception {
        MerkleTree before = new MerkleTree();
        List<byte[]> lines = lines();
        for (byte[] line : lines.subList(0, FIRST_LEFT)) {
            before.add(before.leafHash(line, 0, line.length));
        }
        Path cut = root.resolve("cut");
        SigningKey key = SigningKey.parse(Files.readString(settings.key()));
        Files.writeString(
                cut,
                Cut.sign(before, 1236, Instant.EPOCH, settings.origin(), key).text());
        Path rest = write("rest.jsonl", lines.subList(FIRST_LEFT, lines.size()));
        Said said = python(rest, folder.checkpoint(), folder.publicKey(), cut);
        assertEquals(0, said.code, said.text);
        assertEquals(1, python(rest, folder.checkpoint(), folder.publicKey()).code);
    }
}
