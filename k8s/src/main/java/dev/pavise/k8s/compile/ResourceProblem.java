package dev.pavise.k8s.compile;

import java.util.List;
import java.util.stream.Collectors;

/**
 * One thing that is wrong with a resource.
 *
 * @param field where in it, such as {@code spec.match.path}; empty where it is about the whole
 */
record ResourceProblem(Verdict.Reason reason, String field, String message) {
    private static final int MOST_SHOWN = 5;
    private static final int LONGEST = 2000;

    /** Several as one text, for a condition. */
    static String text(List<ResourceProblem> problems) {
        String all = problems.stream()
                .distinct()
                .limit(MOST_SHOWN)
                .map(problem ->
                        problem.field().isEmpty() ? problem.message() : problem.field() + ": " + problem.message())
                .collect(Collectors.joining("; "));
        return all.length() > LONGEST ? all.substring(0, LONGEST) + "..." : all;
    }
}
