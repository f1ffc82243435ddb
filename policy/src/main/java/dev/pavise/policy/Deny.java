package dev.pavise.policy;

/**
 * A refusal, with what would have been needed.
 *
 * @param reason one sentence that the caller may see: it names the caller and the permission, nobody else's rights
 */
public record Deny(String rule, Permission needed, String reason) implements Decision {}
