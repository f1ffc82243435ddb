package dev.pavise.bench.query;

import dev.pavise.auditlog.AuditLog;
import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.AuditUnavailable;
import dev.pavise.auditlog.Outcome;
import dev.pavise.auditlog.Phase;
import dev.pavise.auditlog.Stored;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A trail as a busy gateway writes it: requests of 2,000 actors, some much busier than others, to 50,000 resources, in 100,000 sessions, each with
 * an id of its own; intent and outcome some records apart, as others are under way meanwhile; refusals and a few events between.
 */
final class Trail {
    static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
    static final int ACTORS = 2_000;
    private static final int RESOURCES = 50_000;
    private static final int SESSIONS = 100_000;
    private static final int UNDER_WAY = 64;

    private static final Stored MUST = new Stored() {
        @Override
        public void stored(long seq) {}

        @Override
        public void unavailable(AuditUnavailable why) {
            throw new IllegalStateException(why.toString());
        }
    };

    private final SplittableRandom random;
    private final AtomicLong micros = new AtomicLong();
    private final Deque<AuditRecord> underWay = new ArrayDeque<>();
    private long written;

    Trail(long seed) {
        random = new SplittableRandom(seed);
    }

    AuditSettings settings(Path root) {
        return AuditSettings.of(root.resolve("audit"), root.resolve("audit.key"), root.resolve("audit.anchor"))
                .withSegments(1L << 30, Duration.ofDays(1))
                .withClock(() -> START.plusNanos(micros.get() * 1000));
    }

    /** Writes so many records, 200 a second by the trail's own clock. */
    void write(AuditLog log, long records) {
        for (long end = written + records; written < end; written++) {
            micros.addAndGet(5_000);
            if (random.nextInt(1000) == 0) {
                log.append(event(), MUST);
            } else if (random.nextInt(100) == 0) {
                log.append(refusal(), MUST);
            } else if (underWay.size() >= UNDER_WAY || (random.nextBoolean() && !underWay.isEmpty())) {
                log.append(underWay.removeFirst(), MUST);
            } else {
                request(log);
            }
        }
    }

    private AuditRecord event() {
        String type = random.nextInt(100) == 0 ? "config_change" : "session_start";
        return AuditRecord.ownEvent(type, "session.start", "gateway").build();
    }

    private AuditRecord refusal() {
        return AuditRecord.of(Phase.OUTCOME, "anonymous", "api.request", "/agents/" + random.nextInt(RESOURCES))
                .eventType("login_failure")
                .outcome(Outcome.DENIED)
                .ip("198.51." + random.nextInt(4) + "." + random.nextInt(256))
                .requestId(id())
                .metadata("status", 401)
                .metadata("code", "unauthenticated")
                .build();
    }

    private void request(AuditLog log) {
        int who = Math.min(random.nextInt(ACTORS), random.nextInt(ACTORS));
        String resource = "/agents/" + random.nextInt(RESOURCES) + "/logs";
        String request = id();
        int session = random.nextInt(SESSIONS);
        log.append(
                record(Phase.INTENT, Outcome.UNKNOWN, who, resource, request, session)
                        .build(),
                MUST);
        Outcome outcome = random.nextInt(200) == 0 ? Outcome.ERROR : Outcome.SUCCESS;
        if (random.nextInt(100_000) != 0) {
            underWay.addLast(record(Phase.OUTCOME, outcome, who, resource, request, session)
                    .metadata("status", outcome == Outcome.SUCCESS ? 200 : 502)
                    .metadata("request_bytes", random.nextInt(5000))
                    .metadata("duration_us", random.nextInt(100_000))
                    .build());
        }
    }

    private AuditRecord.Builder record(
            Phase phase, Outcome outcome, int who, String resource, String request, int session) {
        return AuditRecord.of(phase, actor(who), "api.request", resource)
                .outcome(outcome)
                .ip("10." + who % 7 + "." + who / 256 + "." + who % 256)
                .sessionId(session(session))
                .requestId(request)
                .metadata("method", "GET")
                .metadata("host", "agents.example.com")
                .metadata("rule", "agents");
    }

    static String actor(int who) {
        return "jwt:corp:user-" + who;
    }

    static String session(int number) {
        return String.format("%08x-5e55-4000-8000-%012x", number * 0x9e3779b1, number);
    }

    private String id() {
        return String.format("%016x%016x", random.nextLong(), random.nextLong());
    }
}
