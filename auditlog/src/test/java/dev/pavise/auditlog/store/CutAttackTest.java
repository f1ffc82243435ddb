package dev.pavise.auditlog.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.Collected;
import dev.pavise.auditlog.Folders;
import dev.pavise.auditlog.Retention;
import dev.pavise.auditlog.Samples;
import dev.pavise.auditlog.codec.Cut;
import dev.pavise.auditlog.codec.SigningKey;
import dev.pavise.auditlog.segment.AuditFolder;
import dev.pavise.auditlog.verify.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What whoever can write the folder of a log that was cut cannot make it hide, and that the next start goes on all the same. */
class CutAttackTest {
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    /** Records of one run: opened, three, closed. */
    private static final int RUN = 5;

    @TempDir
    Path root;

    private AuditSettings settings = Samples.settings(Path.of("unset"));

    interface Attack {
        void on(AuditFolder folder, Path earlier, AuditSettings settings) throws Exception;
    }

    /** Six runs, ten days apart; cut after the fourth at the second, and after the last at the fifth. */
    @BeforeEach
    void makeALogThatWasCutTwice() throws IOException {
        settings = Samples.settings(root);
        for (int run = 0; run < 6; run++) {
            Instant now = BEGIN.plus(Duration.ofDays(10L * run));
            try (AuditStore store = AuditStore.open(settings.withClock(() -> now))) {
                for (int i = 0; i < RUN - 2; i++) {
                    Collected.append(store.log(), Samples.intent("operator", "r" + i));
                }
                if (run == 3) {
                    assertEquals(
                            RUN,
                            store.retain(new Retention(Duration.ofDays(15), Long.MAX_VALUE))
                                    .orElseThrow()
                                    .to());
                }
            }
            if (run == 4) {
                Folders.copy(settings.dir(), root.resolve("earlier"));
            }
        }
        Instant now = BEGIN.plus(Duration.ofDays(50));
        try (AuditStore store = AuditStore.open(settings.withClock(() -> now))) {
            assertTrue(store.retain(new Retention(Duration.ofDays(15), Long.MAX_VALUE))
                    .isPresent());
        }
        CutLog.assertVerifies(settings);
    }

    static Stream<Arguments> attacks() {
        return Stream.of(
                attack("the cut is removed", (folder, _, _) -> Files.delete(folder.cut())),
                attack("the cut is emptied", (folder, _, _) -> Files.write(folder.cut(), new byte[0])),
                attack("an earlier cut is put back", (folder, earlier, _) -> replace(earlier.resolve("cut"), folder)),
                attack(
                        "a start is put in its place",
                        (folder, _, _) -> replace(folder.start(folder.segments().getLast()), folder)),
                attack(
                        "a start with another first line is put in its place",
                        (folder, _, _) -> Files.writeString(
                                folder.cut(),
                                Files.readString(folder.start(folder.segments().getLast()))
                                        .replaceFirst("/start", "/cut"))),
                attack("the cut of another log is put in its place", (folder, _, settings) -> {
                    SigningKey key = SigningKey.parse(Files.readString(settings.key()));
                    Cut cut = CutLog.cut(settings).orElseThrow();
                    Files.writeString(
                            folder.cut(),
                            Cut.sign(cut.tree(), cut.size(), cut.time(), "another/log", key)
                                    .text());
                }),
                attack("a cut of another key is put in its place", (folder, _, settings) -> {
                    Cut cut = CutLog.cut(settings).orElseThrow();
                    Files.writeString(
                            folder.cut(),
                            Cut.sign(cut.tree(), cut.size(), cut.time(), settings.origin(), SigningKey.generate())
                                    .text());
                }),
                attack(
                        "a segment behind the cut is removed too",
                        (folder, _, _) ->
                                Folders.delete(folder.segment(folder.segments().getFirst()))),
                attack("the edge is changed", (folder, _, _) -> {
                    String text = Files.readString(folder.cut());
                    int at = text.indexOf("edge ") + "edge ".length();
                    char other = text.charAt(at) == 'A' ? 'B' : 'A';
                    Files.writeString(folder.cut(), text.substring(0, at) + other + text.substring(at + 1));
                }),
                attack("what was removed is put back with the old cut", (folder, earlier, _) -> {
                    replace(earlier.resolve("cut"), folder);
                    Folders.delete(folder.segment(folder.segments().getFirst()));
                }));
    }

    private static void replace(Path from, AuditFolder folder) throws IOException {
        Files.copy(from, folder.cut(), StandardCopyOption.REPLACE_EXISTING);
    }

    private static Arguments attack(String name, Attack attack) {
        return Arguments.of(name, attack);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("attacks")
    void isFoundAndDoesNotKeepTheLogFromGoingOn(String name, Attack attack) throws Exception {
        long size = CutLog.assertVerifies(settings);
        attack.on(new AuditFolder(settings.dir()), root.resolve("earlier"), settings);
        Verification.Broken broken = assertInstanceOf(Verification.Broken.class, CutLog.verify(settings), name);
        try (AuditStore store = AuditStore.open(settings)) {
            // Numbers go on, and nothing that the attack left is removed as if retention had let it go.
            assertTrue(Collected.append(store.log(), Samples.intent("operator", "r")) > size, name);
        }
        assertInstanceOf(Verification.Broken.class, CutLog.verify(settings), name + ": " + broken);
    }
}
