package dev.pavise.bench.verify;

import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.AuditUnavailable;
import dev.pavise.auditlog.Outcome;
import dev.pavise.auditlog.Phase;
import dev.pavise.auditlog.Stored;
import dev.pavise.auditlog.verify.AuditVerifier;
import dev.pavise.auditlog.verify.Verification;
import dev.pavise.auditlog.verify.VerifyProgress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Checks a log of so many records with one thread and with two: {@code VerifySpeed DIR RECORDS}. Fails where it is not whole. */
public final class VerifySpeed {
    private static final int ROUNDS = 4;

    private VerifySpeed() {}

    public static void main(String[] arguments) throws IOException {
        Path dir = Path.of(arguments[0]);
        long records = Long.parseLong(arguments[1]);
        AuditSettings settings =
                AuditSettings.of(dir.resolve("audit"), dir.resolve("audit.key"), dir.resolve("audit.anchor"));
        if (!Files.exists(settings.dir())) {
            Files.createDirectories(dir);
            fill(settings, records);
        }
        AuditVerifier.Request request = new AuditVerifier.Request(
                settings.dir(), settings.dir().resolve("audit.pub"), settings.anchor(), settings.origin());
        for (int round = 0; round < ROUNDS; round++) {
            for (int threads = 1; threads <= 2; threads++) {
                check(request.withThreads(threads));
            }
        }
    }

    private static void check(AuditVerifier.Request request) throws IOException {
        long[] read = new long[1];
        long start = System.nanoTime();
        long cpu = cpuNanos();
        VerifyProgress progress = (records, bytes, total) -> read[0] = total;
        if (!(AuditVerifier.verify(request, progress) instanceof Verification.Whole whole)) {
            throw new IllegalStateException("the log is not whole");
        }
        double busy = (cpuNanos() - cpu) / 1e9;
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(
                "%d thread(s): %d records in %.2f s, %.2f M records/s, %.0f MB/s of %d MB; %.2f s CPU, %.0f MB/s of CPU%n",
                request.threads(),
                whole.counts().records(),
                seconds,
                whole.counts().records() / seconds / 1e6,
                read[0] / seconds / 1e6,
                read[0] / 1_000_000,
                busy,
                read[0] / busy / 1e6);
    }

    /** What the process has used: says on a shared machine what the clock does not. */
    private static long cpuNanos() {
        return ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .map(Duration::toNanos)
                .orElse(0L);
    }

    private static void fill(AuditSettings settings, long records) throws IOException {
        Stored none = new Stored() {
            @Override
            public void stored(long seq) {}

            @Override
            public void unavailable(AuditUnavailable why) {
                throw new IllegalStateException(why.toString());
            }
        };
        try (AuditStore store = AuditStore.open(settings)) {
            for (long i = 0; i < records; i++) {
                boolean intent = i % 2 == 0;
                store.log()
                        .append(
                                AuditRecord.of(
                                                intent ? Phase.INTENT : Phase.OUTCOME,
                                                "jwt:corp:alice-" + i % 100,
                                                "api.request",
                                                "/agents/" + i % 1000 + "/logs")
                                        .outcome(intent ? Outcome.UNKNOWN : Outcome.SUCCESS)
                                        .ip("192.0.2.7")
                                        .sessionId("session-" + i % 50)
                                        .requestId("0193c3c1-0000-7000-8000-" + String.format("%012d", i / 2))
                                        .metadata("method", "GET")
                                        .metadata("status", 200)
                                        .build(),
                                none);
            }
        }
    }
}
