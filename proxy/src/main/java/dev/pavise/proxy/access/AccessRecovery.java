package dev.pavise.proxy.access;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/**
 * The way out of a store that is damaged or older than it should be: takes what is left of it as it is. Keys that were revoked
 * in the lost changes are live again, which is why no start does this by itself, and why the next start records it.
 */
public final class AccessRecovery {
    private AccessRecovery() {}

    /**
     * What was taken.
     *
     * @param version the last change that is left
     * @param expected the last change that was acknowledged, or -1 where that is not known
     * @param live names of the keys that are live now, to be looked through
     * @param setAside what could not be read at all and was put aside, or empty
     */
    public record Recovered(long version, long expected, List<String> live, List<Path> setAside) {}

    /** @throws AccessOpenException where another process has the store */
    public static Recovered recover(Path dataDir, InstantSource clock) throws AccessOpenException {
        throw new UnsupportedOperationException();
    }
}
