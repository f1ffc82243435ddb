package dev.pavise.bench.auditlog;

import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.Stored;
import java.io.IOException;

/** A way of getting records from many threads into one file. */
interface Design extends AutoCloseable {
    /** Stores a record and tells so, on this thread or on another. */
    void append(AuditRecord record, Stored then) throws IOException;

    /** How many times the file was synced. */
    long syncs();

    /** How many bytes all the records took, once it is closed. */
    long bytes() throws IOException;

    @Override
    void close() throws IOException;
}
