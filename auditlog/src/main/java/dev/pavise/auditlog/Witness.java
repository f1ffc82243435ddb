package dev.pavise.auditlog;

import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * Somebody elsewhere who remembers the newest checkpoint of this log that they were shown, and cosigns a newer one only if it
 * extends it (C2SP tlog-witness). So whoever holds the gateway's own key cannot rewrite what was cosigned.
 */
public interface Witness extends AutoCloseable {
    /** What the witness answered. */
    sealed interface Answer {
        /** It says that it cosigned; these are its signature lines, without line ends, which nobody has checked yet. */
        record Cosigned(List<String> signatures) implements Answer {
            public Cosigned {
                signatures = List.copyOf(signatures);
            }
        }

        /** It remembers a tree of this size, and wants a proof from there. */
        record Remembers(long size) implements Answer {}

        /** It does not cosign. */
        record Refused(Refusal refusal, String why) implements Answer {}
    }

    /** Why a checkpoint bears no cosignature; the words are stable. */
    enum Refusal {
        /** The witness knows no log of this name. */
        UNKNOWN_LOG,
        /** The witness does not trust the key that signed the checkpoint. */
        UNKNOWN_KEY,
        /** The log does not begin with what was cosigned: it was rewritten, or what the proof is made from is damaged. */
        NOT_EXTENDED,
        /** The witness remembers more records than this log has: it was cut, or put back. */
        ROLLED_BACK,
        /** The witness remembers as many records, and others. */
        OTHER_TREE,
        /** What it gave as its cosignature is not one, by its key, over this checkpoint, of now. */
        BAD_COSIGNATURE,
        /** Its answer is none that a witness gives. */
        BAD_ANSWER;

        /** A stable word for records and metrics. */
        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Asks for a cosignature of {@code note}; waits for the answer, but not for long. Throws where there was none.
     *
     * @param from the size of the tree that the witness is believed to remember; 0 for none
     * @param proof the consistency proof from there to the note's tree (RFC 9162, 2.1.4.1)
     */
    Answer cosign(long from, List<byte[]> proof, String note) throws IOException;

    /** Lets go of connections. */
    @Override
    default void close() {}
}
