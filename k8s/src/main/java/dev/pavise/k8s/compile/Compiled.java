package dev.pavise.k8s.compile;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What came of the resources of one namespace. */
public sealed interface Compiled {
    /**
     * Something a gateway takes.
     *
     * @param files by name, those of the ConfigMap: the configuration, what it names, and what is remembered; the same bytes for the same input
     * @param verdicts one for each resource, in the order of {@link dev.pavise.k8s.resource.Resource#ORDER}
     */
    record Ready(SortedMap<String, String> files, List<Verdict> verdicts) implements Compiled {
        /** The configuration itself. */
        public static final String CONFIG = "pavise.yaml";

        public Ready {
            files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
            verdicts = List.copyOf(verdicts);
        }
    }

    /** The operator's base does not load, so that nothing may be changed. */
    record BaseRefused(List<String> errors) implements Compiled {
        public BaseRefused {
            errors = List.copyOf(errors);
        }
    }
}
