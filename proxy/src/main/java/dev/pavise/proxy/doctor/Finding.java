package dev.pavise.proxy.doctor;

import java.util.Objects;

/**
 * One thing that a check saw.
 *
 * @param found what is there; never shows a secret
 * @param mend what to do about it; empty where there is nothing to do
 */
public record Finding(Topic topic, Verdict verdict, String found, String mend) {

    /** What is to be mended says how. */
    public Finding {
        Objects.requireNonNull(topic);
        Objects.requireNonNull(verdict);
        Objects.requireNonNull(found);
        Objects.requireNonNull(mend);
        boolean wanting = verdict == Verdict.WARN || verdict == Verdict.BAD;
        if (wanting == mend.isEmpty()) {
            throw new IllegalArgumentException("a finding says how to mend it where there is something to mend");
        }
    }
}
