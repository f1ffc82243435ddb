package dev.pavise.runner.kubernetes;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a run used, by what the first process of the pod read from its cgroup. A tool could write something else there, and a runtime may not tell: then both are
 * zero. No limit goes by it.
 */
record Figures(Duration cpu, long peakBytes) {
    static final Figures NONE = new Figures(Duration.ZERO, 0);

    private static final Pattern FORM = Pattern.compile("cpu_usec=([0-9]{0,15}) peak_bytes=([0-9]{0,15})\\s*");
    private static final long NANOS_PER_MICRO = 1000;

    static Figures of(String message) {
        Matcher matcher = FORM.matcher(message);
        return matcher.matches()
                ? new Figures(Duration.ofNanos(number(matcher.group(1)) * NANOS_PER_MICRO), number(matcher.group(2)))
                : NONE;
    }

    private static long number(String digits) {
        return digits.isEmpty() ? 0 : Long.parseLong(digits);
    }
}
