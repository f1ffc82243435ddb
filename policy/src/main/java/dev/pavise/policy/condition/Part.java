package dev.pavise.policy.condition;

/**
 * One part of an expression in one test of it, for whoever asks why.
 *
 * @param text of the part
 * @param value what it came to, as text; may hold what the caller sent, so it is for the operator's own eyes and not for records
 */
public record Part(String text, String value) {}
