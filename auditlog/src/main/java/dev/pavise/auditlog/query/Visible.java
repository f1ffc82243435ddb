package dev.pavise.auditlog.query;

/**
 * What whoever asks may see. Asked of each record that matches, with its line as it stands in the log; a record for which it
 * throws is not shown. There is no null that stands for everything: whoever means that says {@link #ALL}.
 */
@FunctionalInterface
public interface Visible {
    /** Everything. */
    Visible ALL = line -> true;

    /** @param line one JSON object, not to be changed */
    boolean shows(byte[] line);

    /** The same, where nothing that goes wrong shows anything. */
    static boolean safely(Visible visible, byte[] line) {
        try {
            return visible.shows(line);
        } catch (RuntimeException | StackOverflowError unclear) {
            return false;
        }
    }
}
