package dev.pavise.proxy.http;

import org.jspecify.annotations.Nullable;

/**
 * One refusal: its code and what the caller may know of the cause. A value, not an exception: being refused is an expected outcome.
 *
 * @param detail names the thing, the place and the way out; never a secret
 * @param wanting what would have been needed, where a rule decided; null elsewhere
 */
public record Refusal(
        RefusalCode code, String detail, @Nullable Wanting wanting) {
    public Refusal(RefusalCode code, String detail) {
        this(code, detail, null);
    }

    /**
     * What would have been needed, for programs.
     *
     * @param rule the name of the route or management path
     * @param permission that it asks for, whether the caller has it or not
     * @param missing which of its demands was not met: {@code permission}, {@code condition} or {@code external_policy}
     */
    public record Wanting(String rule, String permission, String missing) {}

    public int status() {
        return code.status();
    }
}
