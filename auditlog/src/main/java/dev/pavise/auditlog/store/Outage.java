package dev.pavise.auditlog.store;

import dev.pavise.auditlog.AuditUnavailable;
import dev.pavise.auditlog.AuditUnavailable.Reason;
import java.nio.file.Path;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a log takes records, and if not, why and since when. Changed under the writer's lock, asked by everybody. A failure that
 * comes again and again is logged once.
 */
final class Outage {
    private static final Logger log = LoggerFactory.getLogger(Outage.class);
    private static final long RETRY_MILLIS = 1000;

    private final Path dir;
    private final InstantSource clock;
    private long brokenAt;
    private String lastFailure = "";
    private boolean forGood;
    private volatile @Nullable AuditUnavailable why;

    Outage(Path dir, InstantSource clock) {
        this.dir = dir;
        this.clock = clock;
    }

    /** Why no record is taken now, or null. */
    @Nullable
    AuditUnavailable why() {
        return why;
    }

    /** Whether only another start ends it. */
    boolean isForGood() {
        return forGood;
    }

    AuditUnavailable low(String detail) {
        AuditUnavailable low = new AuditUnavailable(Reason.LOW_SPACE, detail);
        why = low;
        log.error("audit log {} takes no records: {}", dir, detail);
        return low;
    }

    AuditUnavailable broken(String what, Throwable e) {
        String failure = what + ": " + e;
        if (failure.equals(lastFailure)) {
            log.debug("audit log {}: still {}", dir, failure);
        } else {
            log.error("audit log {}: {}", dir, what, e);
        }
        lastFailure = failure;
        AuditUnavailable broken = new AuditUnavailable(Reason.BROKEN, failure);
        why = broken;
        brokenAt = clock.millis();
        return broken;
    }

    /** Whether it is long enough ago that writing failed; a clock that was set back does not keep anybody waiting. */
    boolean isDue() {
        return Math.abs(clock.millis() - brokenAt) >= RETRY_MILLIS;
    }

    /** Ends with the next start alone. */
    void forGood(AuditUnavailable reason) {
        forGood = true;
        why = reason;
    }

    /** It is tried whether records can be taken again. */
    void attempt() {
        why = null;
    }

    /** They can. */
    void over() {
        lastFailure = "";
        log.info("audit log {} takes records again", dir);
    }
}
