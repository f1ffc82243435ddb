package dev.pavise.auditlog.ship;

/**
 * One message on its way.
 *
 * @param seq of the record; of a gap, the first that is missing
 * @param records how many records it stands for: one, or those of a gap
 * @param id of the record; empty for a gap
 */
public record Message(Kind kind, long seq, long records, String id, Value value) {

    /** What a message is. */
    public enum Kind {
        /** A record. */
        RECORD("record"),
        /** Stands for a record that could not be sent as it is: too large, or no record as the log writes them. */
        REPLACED("replaced"),
        /** Tells of records that are no longer there. */
        GAP("gap");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        /** The word that travels with it. */
        public String word() {
            return word;
        }
    }

    /** Bytes that are not copied, as nobody changes them. */
    public static final class Value {
        private final byte[] bytes;

        Value(byte[] bytes) {
            this.bytes = bytes;
        }

        public int length() {
            return bytes.length;
        }

        /** The bytes themselves, not to be written to. */
        public byte[] bytes() {
            return bytes;
        }
    }
}
