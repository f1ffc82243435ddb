package dev.pavise.auditlog;

import dev.pavise.auditlog.index.Indexer;
import dev.pavise.auditlog.proof.Prover;
import dev.pavise.auditlog.query.AuditPage;
import dev.pavise.auditlog.query.AuditQuery;
import dev.pavise.auditlog.query.AuditSearch;
import dev.pavise.auditlog.store.OpenStore;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * An open audit folder: its log, its figures, its records. One process at a time holds a folder open.
 *
 * <p>Guarantees that no byte of a signed record can be changed, and no record be removed, added or moved, without
 * {@link dev.pavise.auditlog.verify.AuditVerifier} naming it, against whoever can write the folder but neither the key nor the
 * anchor. Not against the user that the gateway runs as.
 */
public interface AuditStore extends Closeable {
    /**
     * Opens a folder, making what is not there, and goes on where the last process stopped, however it stopped. Where there is
     * no room the log opens all the same, and takes records as soon as there is.
     */
    static AuditStore open(AuditSettings settings) throws AuditOpenException {
        return OpenStore.open(settings);
    }

    AuditLog log();

    AuditStats stats();

    /** Finds records, those that were just stored too. Reads files: not for an event loop. */
    AuditPage query(AuditQuery query) throws IOException;

    /** Finds, counts and streams records. Reads files: not for an event loop. */
    AuditSearch search();

    /** Where the index stands that queries are answered by. */
    Indexer.State index();

    /** The bytes of one record; empty where there is none of that number. Reads files: not for an event loop. */
    Optional<byte[]> line(long seq) throws IOException;

    /** The newest signed checkpoint, as a C2SP signed note; empty text before the first. */
    String checkpoint();

    /**
     * Lets retention wait for somebody who copies the log elsewhere, for at most a day; {@code next} tells the first record
     * that they still lack.
     */
    void holdFor(String reader, LongSupplier next);

    /** Removes now what {@link Retention} lets go, and waits for nobody. Reads and removes files: not for an event loop. */
    Optional<Retained> retain(Retention retention) throws IOException;

    /** Makes proofs of records that are signed. Reads files: not for an event loop. */
    Prover prover();

    /** The newest checkpoint that the witness cosigned, with that; empty text where there is none. */
    String cosignedCheckpoint();

    /** Signs what is stored, syncs it and lets go of the folder; appends are refused from then on. */
    @Override
    void close();
}
