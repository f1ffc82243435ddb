package dev.pavise.auditlog.query;

import java.util.Map;

/**
 * What the records of a query come to.
 *
 * @param bytes of their lines
 * @param first the timestamp of the first; empty where there is none
 * @param last the timestamp of the last
 * @param byOutcome how many of each, the most first; intents and ends are counted by their phase
 * @param byEventType the same, of those that have one
 * @param byActor the same
 */
public record Summary(
        long records,
        long bytes,
        String first,
        String last,
        Map<String, Long> byOutcome,
        Map<String, Long> byEventType,
        Map<String, Long> byActor) {
    /** How many different texts of a kind are told apart; what comes behind them is counted as {@link #OTHERS}. */
    public static final int TOLD_APART = 100_000;

    /** Stands for all that were not told apart. No text of a record begins so. */
    public static final String OTHERS = "(others)";
}
