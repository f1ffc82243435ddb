package dev.pavise.k8s.journal;

import dev.pavise.auditlog.AuditLog;
import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.AuditUnavailable;
import dev.pavise.auditlog.Stored;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Stores records and waits until they are. Not for an event loop. */
final class Appends {
    private static final long PATIENCE_SECONDS = 10;

    private Appends() {}

    /** Returns once the record is stored; what else happens is an {@link IOException}. */
    static void store(AuditLog log, AuditRecord record) throws IOException {
        CompletableFuture<Long> told = new CompletableFuture<>();
        log.append(record, new Stored() {
            @Override
            public void stored(long seq) {
                told.complete(seq);
            }

            @Override
            public void unavailable(AuditUnavailable why) {
                told.completeExceptionally(new IOException("the audit log takes no record: " + why));
            }
        });
        try {
            told.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException refused) {
            throw refused.getCause() instanceof IOException why
                    ? new IOException(why.getMessage(), why)
                    : new IOException("the audit log failed to store a record", refused);
        } catch (TimeoutException slow) {
            throw new IOException("the audit log has not stored a record for " + PATIENCE_SECONDS + " s", slow);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("stopped while a record was being stored");
        }
    }
}
