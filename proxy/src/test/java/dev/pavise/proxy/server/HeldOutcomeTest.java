package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.pavise.auditlog.AuditLog;
import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.AuditUnavailable;
import dev.pavise.auditlog.Durability;
import dev.pavise.auditlog.Phase;
import dev.pavise.auditlog.Stored;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers while their record is being stored, which takes a disk its time, or goes wrong in a way that nobody thought of. */
final class HeldOutcomeTest {
    private static final String ROUTES = """
            upstreams:
              runtime: {url: "http://127.0.0.1:%d"}
            routes:
              - {name: strict, match: {path: "/strict/**"}, permission: "agent:list", upstream: runtime, audit: {durability: disk}, body: {size: 16KiB}}
              - {name: plain, match: {path: "/plain/**"}, permission: "agent:list", upstream: runtime}
            """;

    /** More than what the gateway's event loops are on any machine that tests run on, so that each of them has had its turn. */
    private static final int CONNECTIONS = 16;

    @TempDir
    Path folder;

    private @Nullable HeldLog opened;
    private TestOrigin origin;
    private TestGateway gateway;

    private HeldLog start() throws Exception {
        origin = new TestOrigin();
        gateway = TestGateway.startOn(
                settings -> {
                    HeldLog log = HeldLog.open(settings);
                    opened = log;
                    return log.asStore();
                },
                folder,
                ROUTES.formatted(origin.port()));
        return Objects.requireNonNull(opened);
    }

    @AfterEach
    void stop() {
        gateway.close();
        origin.close();
    }

    @Test
    void throwsAwayWhatComesBehindABodyThatIsTooLarge() throws Exception {
        HeldLog log = start();
        try (Wire wire = Wire.to(gateway)) {
            wire.request("POST", "/strict/1", "Transfer-Encoding: chunked\r\n");
            Eventually.holds("an intent that waits for the disk", () -> log.held() == 1);
            log.release();
            wire.send("8000\r\n").send(new byte[0x8000], 0x8000).send("\r\n");
            Eventually.holds("an outcome that waits for the disk", () -> log.held() == 1);
            wire.send("8000\r\n").send(new byte[0x8000], 0x8000).send("\r\n");
            letAllLoopsTakeWhatCame();
            log.release();
            assertEquals(413, wire.answer().status());
        }
        assertEquals(
                List.of("intent unknown", "outcome failure body_too_large"),
                Trail.of(gateway).story("/strict/1"));
    }

    private void letAllLoopsTakeWhatCame() throws Exception {
        for (int i = 0; i < CONNECTIONS; i++) {
            try (Wire other = Wire.to(gateway)) {
                assertEquals(200, other.request("GET", "/plain/1").answer().status());
            }
        }
    }

    @Test
    void answersWhereTheLogBreaksUnderTheIntent() throws Exception {
        origin = new TestOrigin();
        gateway = TestGateway.startOn(
                settings -> {
                    HeldLog log = HeldLog.open(settings);
                    return log.asStore(new BrokenUnderIntents(log));
                },
                folder,
                ROUTES.formatted(origin.port()));
        try (Wire wire = Wire.to(gateway)) {
            assertEquals(500, wire.request("GET", "/plain/1").answer().status());
        }
        assertEquals(List.of("outcome error internal"), Trail.of(gateway).story("/plain/1"));
        assertEquals(List.of(), origin.seen());
    }

    /** A log with a bug. */
    private record BrokenUnderIntents(AuditLog log) implements AuditLog {
        @Override
        public void append(AuditRecord intended, Durability atLeast, Stored then) {
            if (intended.phase() == Phase.INTENT) {
                throw new IllegalStateException("a bug");
            }
            log.append(intended, atLeast, then);
        }

        @Override
        public Optional<AuditUnavailable> unavailable() {
            return log.unavailable();
        }
    }
}
