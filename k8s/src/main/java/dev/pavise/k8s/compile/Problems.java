package dev.pavise.k8s.compile;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with one resource. */
final class Problems {
    private final List<ResourceProblem> found = new ArrayList<>();

    void invalid(String field, String message) {
        found.add(new ResourceProblem(Verdict.Reason.INVALID, field, message));
    }

    void notAllowed(String field, String message) {
        found.add(new ResourceProblem(Verdict.Reason.NOT_ALLOWED, field, message));
    }

    List<ResourceProblem> all() {
        return List.copyOf(found);
    }
}
