package dev.pavise.auditlog.segment;

/** What a reader came upon. */
public enum Step {
    /** A record; the reader tells which. */
    RECORD,
    /** Nothing more has been written so far. */
    END,
    /** A record that was begun and never finished: what a crash leaves, and what the writer is just at. */
    TORN,
    /** Bytes that no writer leaves; nothing behind them can be read. */
    DAMAGED
}
