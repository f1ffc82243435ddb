package dev.pavise.auditlog;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Waits for what becomes of one record. */
public final class Collected implements Stored {
    private final CompletableFuture<Long> result = new CompletableFuture<>();

    @Override
    public void stored(long seq) {
        result.complete(seq);
    }

    @Override
    public void unavailable(AuditUnavailable why) {
        result.completeExceptionally(new IllegalStateException(why.toString()));
    }

    /** The sequence number, or an exception with the reason. */
    public long seq() {
        return result.orTimeout(10, TimeUnit.SECONDS).join();
    }

    public boolean refused() {
        return result.handle((seq, failure) -> failure != null).join();
    }

    /** Appends and waits. */
    public static long append(AuditLog log, AuditRecord record) {
        Collected collected = new Collected();
        log.append(record, collected);
        return collected.seq();
    }
}
