package dev.pavise.proxy.cli;

import dev.pavise.auditlog.query.AuditQuery;
import dev.pavise.auditlog.query.Histogram;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Who answers questions to the audit trail: the files themselves, or the gateway that writes them. */
sealed interface AuditDoor permits AuditFiles, AuditGateway {
    /** What prevents an answer is a {@link CommandFailure}. */
    Page page(AuditQuery query) throws IOException;

    /** How many records there are. */
    long count(AuditQuery query) throws IOException;

    /** How many records there are in each span of time. */
    Histogram histogram(AuditQuery query, Duration bucket) throws IOException, Histogram.UnfitBucketException;

    /** How long to wait before asking again for what has come: a gateway records each question. */
    Duration pause();

    /** How many records a page may have. */
    int most();

    /**
     * Some records, and where to go on.
     *
     * @param next empty when the end was reached
     */
    record Page(List<Row> rows, Optional<String> next) {}

    /**
     * One record.
     *
     * @param line the stored bytes
     * @param open whether this is an intent for which no outcome was found
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
    record Row(long seq, byte[] line, boolean open) {}
}
