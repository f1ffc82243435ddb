package dev.pavise.auditlog.query;

/**
 * What whoever asks may see. Asked of each record that matches, with its line as it stands in the log; a record for which it
 * throws is not shown. There is no null that stands for everything: whoever means that says {@link #ALL}.
 */
@FunctionalInterface
public interface Visible {
    /** Everything. */
    Visible ALL = new Visible() {
        @Override
        public boolean shows(byte[] line) {
            return true;
        }

        @Override
        public boolean isAll() {
            return true;
        }
    };

    /**
     * Whether this record may be seen.
     *
     * @param line one JSON object, not to be changed
     */
    boolean shows(byte[] line);

    /** Whether it shows everything, so that it need not be asked. */
    default boolean isAll() {
        return false;
    }

    /** The same, where nothing that goes wrong shows anything. */
    static boolean safely(Visible visible, byte[] line) {
        try {
            return visible.shows(line);
        } catch (RuntimeException | StackOverflowError unclear) {
            return false;
        }
    }
}
