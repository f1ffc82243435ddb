package dev.pavise.runner.sandbox;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the runs that are under way can reach. Of two runs at once none may write a folder on the way to what the other is granted: it
 * could put a link there between the look and the mount. The same path in both is no such case, for then neither can change its own name.
 */
final class ActiveGrants {
    private final List<List<GrantedPath>> active = new ArrayList<>();

    /** Takes the grants in, or says which stands against which. */
    synchronized Optional<String> enter(List<GrantedPath> granted) {
        for (List<GrantedPath> other : active) {
            Optional<String> conflict = conflict(granted, other).or(() -> conflict(other, granted));
            if (conflict.isPresent()) {
                return conflict;
            }
        }
        Optional<String> within = conflict(granted, granted);
        if (within.isEmpty()) {
            active.add(granted);
        }
        return within;
    }

    synchronized void leave(List<GrantedPath> granted) {
        active.removeIf(one -> isSame(one, granted));
    }

    @SuppressWarnings("ReferenceEquality") // two runs of one tool have equal grants, and each leaves once
    private static boolean isSame(List<GrantedPath> one, List<GrantedPath> other) {
        return one == other;
    }

    private static Optional<String> conflict(List<GrantedPath> writers, List<GrantedPath> others) {
        for (GrantedPath writer : writers) {
            for (GrantedPath other : others) {
                if (writer.writable()
                        && other.source().startsWith(writer.source())
                        && !other.source().equals(writer.source())) {
                    return Optional.of("`" + other.destination() + "` is in `" + writer.destination()
                            + "`, which a run that is under way can write; grant folders side by side");
                }
            }
        }
        return Optional.empty();
    }
}
