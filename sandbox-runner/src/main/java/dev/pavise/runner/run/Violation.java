package dev.pavise.runner.run;

import java.util.Locale;

/** A limit that a run went against. Named only where it was seen by what enforces it, never guessed from an exit code. */
public enum Violation {
    TIMEOUT,
    CPU,
    MEMORY,
    NETWORK,
    FILESYSTEM,
    OUTPUT;

    /** As it stands in results. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
