package dev.pavise.auditlog.index;

import dev.pavise.auditlog.AuditLog;
import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.AuditUnavailable;
import dev.pavise.auditlog.Outcome;
import dev.pavise.auditlog.Phase;
import dev.pavise.auditlog.Samples;
import dev.pavise.auditlog.Stored;
import dev.pavise.auditlog.codec.Checkpoint;
import dev.pavise.auditlog.codec.MerkleTree;
import dev.pavise.auditlog.codec.SealedTree;
import dev.pavise.auditlog.codec.SigningKey;
import dev.pavise.auditlog.segment.AuditFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/** A log of many records as a gateway writes them, in several segments, with gaps in what came of them and a clock that goes back once. */
public final class IndexedLog {
    static final int RECORDS = 200_000;
    private static final Instant START = Instant.parse("2026-11-21T10:00:00Z");

    private static final Stored MUST = new Stored() {
        @Override
        public void stored(long seq) {}

        @Override
        public void unavailable(AuditUnavailable why) {
            throw new IllegalStateException(why.toString());
        }
    };

    private final AtomicLong millis = new AtomicLong();
    private final SplittableRandom random = new SplittableRandom(7);
    private final AuditSettings settings;
    private int written;

    IndexedLog(Path root) {
        settings = Samples.settings(root)
                .withSegments(24 << 20, Duration.ofDays(1))
                .withClock(() -> START.plusMillis(millis.get()));
    }

    AuditSettings settings() {
        return settings;
    }

    AuditFolder folder() {
        return new AuditFolder(settings.dir());
    }

    void fill(int records) throws IOException {
        try (AuditStore store = AuditStore.open(settings)) {
            write(store.log(), records);
        }
    }

    void write(AuditLog log, int records) {
        for (int end = written + records; written < end; ) {
            millis.addAndGet(written == RECORDS / 2 ? -3_600_000 : random.nextInt(100));
            if (random.nextInt(200) == 0) {
                event(log);
            } else {
                request(log);
            }
        }
    }

    private void event(AuditLog log) {
        String type = random.nextInt(20) == 0 ? "config_change" : "login_failure";
        log.append(
                AuditRecord.of(Phase.EVENT, "anonymous", "api.request", "/v1/" + random.nextInt(3))
                        .eventType(type)
                        .outcome(random.nextInt(50) == 0 ? Outcome.UNKNOWN : Outcome.DENIED)
                        .ip("198.51.100." + random.nextInt(256))
                        .build(),
                MUST);
        written++;
    }

    private void request(AuditLog log) {
        int who = Math.min(random.nextInt(2000), random.nextInt(2000));
        String actor = who % 3 == 0 ? "key:user" + who : "jwt:corp:user" + who;
        String resource = who % 50 == 0
                ? "/files/" + "x".repeat(70) + who + "/" + random.nextInt(100)
                : "/agents/" + random.nextInt(20_000) + "/logs\"" + who % 7;
        String request = "r" + Long.toHexString(random.nextLong());
        String session = "s" + random.nextInt(3000);
        log.append(record(Phase.INTENT, Outcome.UNKNOWN, actor, resource, request, session, who), MUST);
        written++;
        if (random.nextInt(5000) != 0) {
            Outcome outcome = random.nextInt(100) == 0 ? Outcome.ERROR : Outcome.SUCCESS;
            log.append(record(Phase.OUTCOME, outcome, actor, resource, request, session, who), MUST);
            written++;
        }
    }

    private static AuditRecord record(
            Phase phase, Outcome outcome, String actor, String resource, String request, String session, int who) {
        return AuditRecord.of(phase, actor, who % 11 == 0 ? "tool.execute" : "api.request", resource)
                .outcome(outcome)
                .ip("10.0." + who % 256 + "." + who / 256)
                .sessionId(session)
                .requestId(request)
                .metadata("method", "GET")
                .build();
    }

    SigningKey key() throws IOException, GeneralSecurityException {
        return SigningKey.parse(Files.readString(settings.key()));
    }

    /** The index of a folder, by this log's key. */
    AuditIndex index(AuditFolder folder) throws IOException, GeneralSecurityException {
        return new AuditIndex(folder, IndexKey.of(key()));
    }

    /** What builds the index of this log, or of a copy of it. */
    Indexer indexer(AuditFolder folder, AuditIndex index) throws IOException, GeneralSecurityException {
        SigningKey key = key();
        Optional<Checkpoint> newest = SealedTree.parse(
                        Files.readString(folder.checkpoint()), settings.origin(), key.publicKey())
                .map(SealedTree::checkpoint);
        return new Indexer(
                folder,
                IndexKey.of(key),
                index,
                () -> newest,
                MerkleTree::new,
                () -> Long.MAX_VALUE,
                new ChapterFeed(IndexKey.of(key)));
    }
}
