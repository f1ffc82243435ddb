package dev.pavise.proxy.http;

/**
 * One refusal: its code and what the caller may know of the cause. A value, not an exception: being refused is an expected outcome.
 *
 * @param detail names the thing, the place and the way out; never a secret
 */
public record Refusal(RefusalCode code, String detail) {
    public int status() {
        return code.status();
    }
}
