package dev.pavise.auditlog;

import java.io.IOException;
import java.util.List;

/**
 * Somebody elsewhere who remembers the newest checkpoint of this log that they were shown, and cosigns a newer one only if it
 * extends it (C2SP tlog-witness). So whoever holds the gateway's own key cannot rewrite what was cosigned.
 */
public interface Witness {
    /** What the witness answered. */
    sealed interface Answer {
        /** It cosigned; these are its signature lines, each with its line end. */
        record Cosigned(List<String> signatures) implements Answer {
            public Cosigned {
                signatures = List.copyOf(signatures);
            }
        }

        /** It remembers a tree of this size, and wants a proof from there. */
        record Remembers(long size) implements Answer {}

        /** It does not cosign: the log is not the one it knows. */
        record Refused(String why) implements Answer {}
    }

    /**
     * Asks for a cosignature of {@code note}; waits for the answer, but not for long.
     *
     * @param from the size of the tree that the witness is believed to remember; 0 for none
     * @param proof the consistency proof from there to the note's tree (RFC 9162, 2.1.4.1)
     */
    Answer cosign(long from, List<byte[]> proof, String note) throws IOException;
}
