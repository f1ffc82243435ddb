package dev.pavise.auditlog.export;

/**
 * Turns a stored line into another form. Sees nothing but the line, so that a record's form never depends on others.
 *
 * <p>Reads lines that may have been tampered with: a line that is not one strict JSON object as the log writes them is refused,
 * so that no byte in it can feign a line or a record of its own in what is written.
 */
public sealed interface Encoder permits JsonEncoder, OcsfEncoder, CefEncoder {
    /** The record in this form: one line, in UTF-8, without its end. */
    byte[] encode(byte[] line) throws UnfitLineException;
}
