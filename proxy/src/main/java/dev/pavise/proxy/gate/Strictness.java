package dev.pavise.proxy.gate;

import dev.pavise.auditlog.Durability;

/**
 * What a route asks of the audit log beyond what all ask of it; it can ask for more only, never for less.
 *
 * @param atLeast what the records of its requests survive before the request goes on
 * @param lowWaterBytes with less free space for the log its requests are refused; 0 adds nothing
 */
public record Strictness(Durability atLeast, long lowWaterBytes) {
    /** Nothing beyond what the log is set to. */
    public static final Strictness USUAL = new Strictness(Durability.PROCESS, 0);

    public Strictness {
        if (lowWaterBytes < 0) {
            throw new IllegalArgumentException("low-water mark is negative: `" + lowWaterBytes + "`");
        }
    }

    /** Whether there is too little room for these requests. */
    public boolean wantsMore(long freeBytes) {
        return freeBytes < lowWaterBytes;
    }
}
