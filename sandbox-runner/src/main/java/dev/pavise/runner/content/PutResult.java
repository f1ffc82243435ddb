package dev.pavise.runner.content;

/** What became of content that somebody sent. */
public enum PutResult {
    /** It is kept now. */
    STORED,
    /** It was there already, and is as it was. */
    PRESENT,
    /** What came does not have the digest that it was announced by; nothing of it is kept. */
    MISMATCH,
    /** It is larger than one content may be; nothing of it is kept. */
    TOO_LARGE,
    /** There is no room, and what is there is in use; nothing of it is kept. */
    FULL,
    /** The disk did not take it; nothing of it is kept. */
    FAILED
}
