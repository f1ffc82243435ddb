package dev.pavise.runner.run;

import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One try of a run to reach a host, as the proxy outside of the sandbox saw it.
 *
 * @param host as it was asked for, in its one spelling; empty where the request named none that could be read
 * @param port zero where there is no host
 * @param address that was connected to, or that was the reason for a refusal; null where there was none
 * @param sentBytes from the tool to the host, within the connection
 * @param reason why it went no further, in words; empty where it was simply closed
 */
public record Connection(
        String host,
        int port,
        @Nullable String address,
        long sentBytes,
        long receivedBytes,
        Duration duration,
        Outcome outcome,
        String reason) {
    /** How it ended. */
    public enum Outcome {
        /** By tool or host, after it was connected. */
        CLOSED,
        /** It is not allowed; nothing was connected. */
        REFUSED,
        /** The host cannot be found or reached, or the tool did not say in time what it wants. */
        FAILED,
        /** Nothing came or went for too long. */
        IDLE,
        /** The run had sent and received as much as it may. */
        LIMIT,
        /** It was open when the run ended. */
        ENDED;

        /** As it stands in results. */
        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Whether the run went against what it is allowed: {@link Violation#NETWORK}. */
    public boolean isViolation() {
        return outcome == Outcome.REFUSED || outcome == Outcome.LIMIT;
    }
}
