package dev.pavise.runner.sandbox;

import dev.pavise.runner.egress.EgressLimits;
import java.nio.file.Path;
import java.util.Set;

/**
 * What the native backend is told.
 *
 * @param folder the runner's own, where runs are prepared; made with mode 0700 if it is not there
 * @param runs how many may be under way at once
 * @param contentBytes the largest program
 * @param firstUser where the runner is root: the first of as many user numbers as there may be runs, that nobody else has
 * @param group where the runner is root: the group of all tools, by which folders can be opened to them
 * @param egress what a run may use of the network, if its manifest names hosts
 * @param kept places of the runner beside the folder, by their real paths: keys and stores, which no tool gets to see
 */
public record Settings(
        Path folder, int runs, long contentBytes, int firstUser, int group, EgressLimits egress, Set<Path> kept) {
    /** A range that distributions leave free: above those of containers, below the sign bit. */
    public static final int FREE_USERS = 1_879_048_192;

    public Settings {
        kept = Set.copyOf(kept);
        if (runs < 1 || runs > 4096) {
            throw new IllegalArgumentException("between 1 and 4096 runs at once");
        }
        if (contentBytes < 1) {
            throw new IllegalArgumentException("the largest program needs a size");
        }
        if (firstUser < 1 || firstUser > Integer.MAX_VALUE - runs || group < 1) {
            throw new IllegalArgumentException("tools run as no user and no group that is root, or beyond 31 bits");
        }
    }

    /** With the usual limits of the network, and no other places. */
    public Settings(Path folder, int runs, long contentBytes, int firstUser, int group) {
        this(folder, runs, contentBytes, firstUser, group, EgressLimits.DEFAULT, Set.of());
    }

    public static Settings in(Path folder) {
        return new Settings(folder, 32, 64L * 1024 * 1024, FREE_USERS, FREE_USERS);
    }
}
