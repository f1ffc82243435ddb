package dev.pavise.runner.queue;

import java.util.Locale;

/** Why something got no place. */
public enum Busy {
    /** As many run and wait as there is room for. */
    RUNNER_BUSY,
    /** It waited as long as anything may. */
    QUEUE_TIMEOUT,
    /** The runner is stopping. */
    RUNNER_DRAINING;

    /** The stable name, in lower case. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
