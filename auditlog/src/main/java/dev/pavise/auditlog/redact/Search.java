package dev.pavise.auditlog.redact;

import org.jspecify.annotations.Nullable;

/** Finds what must not be kept in a text. */
interface Search {
    /** What was found, from {@code start} up to {@code end}, and what it stands for. */
    record Found(int start, int end, String value) {
        /** Does not say what was found. */
        @Override
        public String toString() {
            return "Found[" + start + " to " + end + "]";
        }
    }

    /** The first at or behind {@code from}; null, and nothing made, where there is none. */
    @Nullable
    Found find(String text, int from);

    /** The fewest characters of a text in which there is anything to find, however it is escaped. */
    int least();
}
