package dev.pavise.auditlog.redact;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Puts something else in place of what a search finds in a text, also where it is escaped, once or twice over. */
final class Cleaner {
    static final String MASK = "***";

    private static final int MOST_ROUNDS = 8;
    private static final int DEEPEST = 2;

    private final Search search;
    private final UnaryOperator<String> instead;
    private final int least;

    Cleaner(Search search, UnaryOperator<String> instead) {
        this.search = search;
        this.instead = instead;
        this.least = search.least();
    }

    /** The text without it; the same object where there is nothing to take out. */
    String clean(String text) {
        if (text.length() < least) {
            return text;
        }
        String now = text;
        for (int round = 0; round < MOST_ROUNDS; round++) {
            List<Search.Found> found = all(now, 0);
            if (found.isEmpty()) {
                return now;
            }
            now = replaced(now, found);
        }
        // What was put in makes what was sought, again and again.
        return all(now, 0).isEmpty() ? now : MASK;
    }

    private List<Search.Found> all(String text, int depth) {
        Search.Found first = search.find(text, 0);
        if (first != null) {
            return from(text, first);
        }
        if (depth == DEEPEST || !Spelled.mayBe(text)) {
            return List.of();
        }
        for (Spelled.Layer layer : Spelled.Layer.values()) {
            Spelled undone = Spelled.undo(text, layer);
            if (undone != null) {
                List<Search.Found> inside = all(undone.text(), depth + 1);
                if (!inside.isEmpty()) {
                    return inside.stream()
                            .map(each -> new Search.Found(
                                    undone.start(each.start()), undone.start(each.end()), each.value()))
                            .toList();
                }
            }
        }
        return List.of();
    }

    private List<Search.Found> from(String text, Search.Found first) {
        List<Search.Found> all = new ArrayList<>();
        for (Search.@Nullable Found next = first; next != null; next = search.find(text, next.end())) {
            all.add(next);
        }
        return all;
    }

    private String replaced(String text, List<Search.Found> found) {
        StringBuilder kept = new StringBuilder(text.length());
        int at = 0;
        for (Search.Found each : found) {
            kept.append(text, at, Math.max(at, each.start())).append(instead.apply(each.value()));
            at = Math.max(at, each.end());
        }
        return kept.append(text, at, text.length()).toString();
    }
}
