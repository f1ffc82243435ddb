package dev.pavise.auditlog.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.AuditUnavailable.Reason;
import dev.pavise.auditlog.Collected;
import dev.pavise.auditlog.Deadline;
import dev.pavise.auditlog.Folders;
import dev.pavise.auditlog.Samples;
import dev.pavise.auditlog.TestWitness;
import dev.pavise.auditlog.Witness.Answer;
import dev.pavise.auditlog.Witness.Refusal;
import dev.pavise.auditlog.WitnessSettings;
import dev.pavise.auditlog.WitnessStats;
import dev.pavise.auditlog.codec.Checkpoint;
import dev.pavise.auditlog.codec.Cosignature;
import dev.pavise.auditlog.codec.SigningKey;
import dev.pavise.auditlog.query.AuditPage;
import dev.pavise.auditlog.query.AuditQuery;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a witness does for a log, and what it cannot do to it. */
class WitnessingTest {
    private static final Duration OFTEN = Duration.ofMillis(50);

    @TempDir
    Path root;

    private AuditSettings plain = Samples.settings(Path.of("unset"));
    private AuditSettings settings = plain;
    private TestWitness witness = witness();

    private static TestWitness witness() {
        try {
            return new TestWitness(SigningKey.generate().publicKey());
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void makeKeyAndWitness() throws Exception {
        plain = Samples.settings(root);
        SigningKey key = KeyFile.readOrMake(plain.key());
        witness = new TestWitness(key.publicKey());
        settings = plain.withWitness(witness.every(OFTEN));
    }

    private static WitnessStats stats(AuditStore store) {
        return store.stats().witness().orElseThrow();
    }

    private static void write(AuditStore store, int records) {
        for (int i = 0; i < records; i++) {
            Collected.append(store.log(), Samples.intent("jwt:corp:alice", "r" + i));
        }
    }

    private static List<String> events(AuditStore store, String type) throws IOException {
        return store.query(AuditQuery.builder().eventType(type).build()).rows().stream()
                .map(WitnessingTest::line)
                .toList();
    }

    private static String line(AuditPage.Row row) {
        return new String(row.line(), StandardCharsets.UTF_8);
    }

    private Path cosignedFile() {
        return CosignedFile.of(settings.anchor());
    }

    @Test
    void isShownTheNewestCheckpointAgainAndAgainAndAtClose() throws Exception {
        try (AuditStore store = AuditStore.open(settings)) {
            write(store, 20);
            Deadline.until(() -> stats(store).cosigned() >= 21);
            write(store, 20);
            Deadline.until(() -> stats(store).cosigned() >= 41);
            assertTrue(stats(store).ageSeconds() < 60);
            assertTrue(
                    Cosignature.check(store.cosignedCheckpoint(), witness.key()).isPresent());
            Deadline.until(() -> Cosignature.check(store.checkpoint(), key()).isPresent());
        }
        Checkpoint last = witness.remembered().orElseThrow();
        assertEquals(42, last.size());
        assertTrue(Cosignature.check(Files.readString(cosignedFile()).split("edge ")[0], witness.key())
                .isPresent());
        String anchor = Files.readString(settings.anchor());
        assertTrue(Cosignature.check(anchor.split("edge ")[0], witness.key()).isPresent(), anchor);
    }

    private dev.pavise.auditlog.codec.WitnessKey key() {
        try {
            return witness.key();
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void provesFromWhatTheWitnessRemembersAfterARestart() throws Exception {
        try (AuditStore store = AuditStore.open(settings)) {
            write(store, 37);
        }
        long before = witness.remembered().orElseThrow().size();
        Files.delete(cosignedFile());
        try (AuditStore store = AuditStore.open(settings)) {
            write(store, 50);
            Deadline.until(() -> stats(store).cosigned() > before + 50);
            assertEquals(0, stats(store).failures());
        }
        assertTrue(witness.asked().contains(0L), "begins from nothing, as the file is gone");
        assertTrue(witness.asked().contains(before), "and is told from where");
        try (AuditStore store = AuditStore.open(settings)) {
            for (Refusal refusal : Refusal.values()) {
                assertEquals(0, stats(store).refusals(refusal));
            }
        }
    }

    /** The whole point: who holds the gateway's key, folder and anchor cannot make another past. */
    @ParameterizedTest
    @EnumSource(Rewriting.class)
    void refusesALogThatWasRewrittenWithTheGatewaysOwnKey(Rewriting rewriting) throws Exception {
        try (AuditStore store = AuditStore.open(settings)) {
            write(store, 30);
        }
        byte[] cosigned = Files.readAllBytes(cosignedFile());
        Folders.delete(settings.dir());
        Files.delete(settings.anchor());
        Files.delete(cosignedFile());
        try (AuditStore forged = AuditStore.open(plain)) {
            write(forged, rewriting.records);
        }
        if (rewriting.leavesCosigned) {
            Files.write(cosignedFile(), cosigned);
        }
        try (AuditStore store = AuditStore.open(settings)) {
            Deadline.until(() -> stats(store).refusals(rewriting.refusal) > 0);
            List<String> told = events(store, "audit_witness_refused");
            assertEquals(1, told.size(), told.toString());
            assertTrue(told.getFirst().contains("\"reason\":\"" + rewriting.refusal.code() + "\""), told.toString());
        }
        assertEquals(32, witness.remembered().orElseThrow().size(), "the witness keeps to what it saw");
    }

    enum Rewriting {
        LONGER(100, false, Refusal.NOT_EXTENDED),
        LONGER_BESIDE_WHAT_WAS_COSIGNED(100, true, Refusal.NOT_EXTENDED),
        SHORTER(3, false, Refusal.ROLLED_BACK);

        private final int records;
        private final boolean leavesCosigned;
        private final Refusal refusal;

        Rewriting(int records, boolean leavesCosigned, Refusal refusal) {
            this.records = records;
            this.leavesCosigned = leavesCosigned;
            this.refusal = refusal;
        }
    }

    @Test
    void recordsAGapWhenTheWitnessRemembersMore() throws Exception {
        try (AuditStore store = AuditStore.open(settings)) {
            write(store, 5);
        }
        Path older = root.resolve("older");
        Folders.copy(settings.dir(), older);
        byte[] anchor = Files.readAllBytes(settings.anchor());
        try (AuditStore store = AuditStore.open(settings)) {
            write(store, 40);
        }
        Folders.delete(settings.dir());
        Folders.copy(older, settings.dir());
        Files.write(settings.anchor(), anchor);
        Files.delete(cosignedFile());
        try (AuditStore store = AuditStore.open(settings)) {
            Deadline.until(() -> stats(store).refusals(Refusal.ROLLED_BACK) > 0);
            assertEquals(1, events(store, "audit_gap").size());
            assertTrue(events(store, "audit_gap").getFirst().contains("\"first_missing\":7"), "seven were signed then");
        }
    }

    @Test
    void goesOnFromWhatWasCosignedWhereTheAnchorWasPutBack() throws Exception {
        try (AuditStore store = AuditStore.open(settings)) {
            write(store, 5);
        }
        Path older = root.resolve("older");
        Folders.copy(settings.dir(), older);
        byte[] anchor = Files.readAllBytes(settings.anchor());
        try (AuditStore store = AuditStore.open(settings)) {
            write(store, 40);
        }
        long cosigned = witness.remembered().orElseThrow().size();
        Folders.delete(settings.dir());
        Folders.copy(older, settings.dir());
        Files.write(settings.anchor(), anchor);
        try (AuditStore store = AuditStore.open(settings)) {
            String gap = events(store, "audit_gap").getFirst();
            assertTrue(gap.contains("\"first_missing\":7,\"missing\":" + (cosigned - 7)), gap);
            write(store, 1);
            Deadline.until(() -> stats(store).cosigned() > cosigned);
        }
    }

    @Test
    void believesNoLie() throws Exception {
        TestWitness other = witness();
        Checkpoint[] newest = new Checkpoint[1];
        try (AuditStore store = AuditStore.open(settings.withWitness(witness.every(Duration.ofMillis(20))))) {
            write(store, 3);
            Deadline.until(() -> stats(store).cosigned() >= 4);
            newest[0] = witness.remembered().orElseThrow();
            Answer stale = witness.cosigned(newest[0]);
            long before = stats(store).cosigned();
            lie(store, Refusal.BAD_COSIGNATURE, () -> stale);
            lie(store, Refusal.BAD_COSIGNATURE, () -> other.cosigned(newest[0]));
            lie(store, Refusal.BAD_COSIGNATURE, () -> new Answer.Cosigned(List.of()));
            lie(store, Refusal.BAD_COSIGNATURE, () -> new Answer.Cosigned(List.of("\u2014 x AAAA")));
            lie(store, Refusal.ROLLED_BACK, () -> new Answer.Remembers(1_000_000));
            lie(store, Refusal.OTHER_TREE, () -> new Answer.Remembers(2));
            lie(store, Refusal.UNKNOWN_LOG, () -> new Answer.Refused(Refusal.UNKNOWN_LOG, "no such log"));
            assertEquals(before, stats(store).cosigned());
            witness.lie(null);
            Deadline.until(() -> stats(store).cosigned() > before);
            assertEquals(1, events(store, "audit_witness_cosigned").size());
        }
    }

    private void lie(AuditStore store, Refusal expected, java.util.function.Supplier<Answer> answer) {
        witness.lie(answer);
        write(store, 1);
        long before = stats(store).refusals(expected);
        Deadline.until(() -> stats(store).refusals(expected) > before + 1);
    }

    @ParameterizedTest
    @EnumSource(Clock.class)
    void believesNoCosignatureOfAnotherTime(Clock clock) throws Exception {
        witness.ahead(clock.ahead);
        try (AuditStore store = AuditStore.open(settings)) {
            Deadline.until(() -> stats(store).refusals(Refusal.BAD_COSIGNATURE) > 0);
            assertEquals(0, stats(store).cosigned());
        }
    }

    enum Clock {
        BEHIND(Duration.ofMinutes(-2)),
        AHEAD(Duration.ofMinutes(2));

        private final Duration ahead;

        Clock(Duration ahead) {
            this.ahead = ahead;
        }
    }

    @Test
    void neitherWritingNorSealingWaitsForAWitnessThatHangs() throws Exception {
        java.util.concurrent.CountDownLatch hang = new java.util.concurrent.CountDownLatch(1);
        java.util.concurrent.CountDownLatch hanging = new java.util.concurrent.CountDownLatch(1);
        WitnessSettings hangs = new WitnessSettings(
                (from, proof, note) -> {
                    hanging.countDown();
                    try {
                        hang.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    throw new IOException("gave up");
                },
                witness.key(),
                OFTEN,
                false,
                Duration.ofMinutes(5));
        try (AuditStore store = AuditStore.open(plain.withWitness(hangs))) {
            hanging.await();
            write(store, 100);
            Deadline.until(() -> store.stats().signed() >= 101);
            assertTrue(Double.isNaN(stats(store).ageSeconds()));
            hang.countDown();
            Deadline.until(() -> stats(store).failures() > 0);
        }
    }

    @Test
    void refusesToBeginAnythingWithoutARequiredCosignature() throws Exception {
        witness.away(true);
        AuditSettings required =
                plain.withWitness(new WitnessSettings(witness, witness.key(), OFTEN, true, Duration.ofSeconds(2)));
        try (AuditStore store = AuditStore.open(required)) {
            Collected refused = new Collected();
            store.log().append(Samples.intent("jwt:corp:alice", "r1"), refused);
            assertTrue(refused.refused());
            assertEquals(
                    Reason.NOT_WITNESSED,
                    store.log().unavailable().orElseThrow().reason());
            assertEquals(1, store.stats().refused());
            Collected.append(
                    store.log(), Samples.outcome("jwt:corp:alice", "r1")); // what ended is recorded all the same
            witness.away(false);
            Deadline.until(() -> store.log().unavailable().isEmpty());
            Collected.append(store.log(), Samples.intent("jwt:corp:alice", "r2"));
            witness.away(true);
            Deadline.until(() -> store.log().unavailable().isPresent());
        }
    }

    @Test
    void renewsTheCosignatureOfALogThatRests() throws Exception {
        WitnessSettings short_ = new WitnessSettings(witness, witness.key(), OFTEN, true, Duration.ofSeconds(2));
        try (AuditStore store = AuditStore.open(plain.withWitness(short_))) {
            Deadline.until(() -> stats(store).cosigned() > 0);
            int asked = witness.asked().size();
            Deadline.until(() -> witness.asked().size() > asked + 1);
            assertFalse(store.log().unavailable().isPresent());
        }
    }

    @Test
    void doesNotSendAProofThatDamagedLeafHashesGive() throws Exception {
        try (AuditStore store = AuditStore.open(settings)) {
            write(store, 30);
        }
        Checkpoint remembered = witness.remembered().orElseThrow();
        Path leaves = settings.dir().resolve("leaves");
        byte[] hashes = Files.readAllBytes(leaves);
        hashes[10 * 32] ^= 1;
        Files.write(leaves, hashes);
        Files.delete(cosignedFile());
        int asked = witness.asked().size();
        try (AuditStore store = AuditStore.open(settings)) {
            Deadline.until(() -> stats(store).refusals(Refusal.NOT_EXTENDED) > 0);
        }
        assertEquals(remembered, witness.remembered().orElseThrow());
        Function<Long, Boolean> fromNothing = from -> from == 0;
        assertTrue(
                witness.asked().subList(asked, witness.asked().size()).stream().allMatch(fromNothing::apply));
    }
}
