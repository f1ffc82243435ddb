package dev.pavise.proxy.tls;

import java.util.List;
import java.util.Objects;

/**
 * What came of reading keys and certificates: something that can be used as it was asked for, or every reason why not. There is
 * nothing between the two: no weaker setting is fallen back to.
 */
public sealed interface TlsMaterial<T> {

    /** Usable. Warnings are for the log: a certificate that expires soon, for one. */
    record Ready<T>(T value, List<String> warnings) implements TlsMaterial<T> {

        /** Copies the list. */
        public Ready {
            Objects.requireNonNull(value);
            warnings = List.copyOf(warnings);
        }
    }

    /** Not usable; at least one problem, each naming the file. */
    record Refused<T>(List<String> problems) implements TlsMaterial<T> {

        /** Copies the list; without a problem there is nothing to refuse. */
        public Refused {
            problems = List.copyOf(problems);
            if (problems.isEmpty()) throw new IllegalArgumentException("a refusal needs a problem");
        }
    }
}
