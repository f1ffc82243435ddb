package dev.pavise.policy.limit;

import dev.pavise.policy.Quoted;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How often something may happen: {@code 100/minute}, or {@code 100/minute burst 200}. Units are {@code s sec second min
 * minute h hour d day}. The burst is how many may come at once after a pause; without one it equals the count. A count
 * or a burst of zero means none at all, never without limit.
 *
 * @param count how many, 0 or more
 * @param per in what time
 * @param burst how many at once after a pause, 0 or more
 */
public record Rate(long count, Duration per, long burst) {
    private static final Pattern FORM = Pattern.compile("(\\d{1,19})\\s?/\\s?([a-z]+)(?:\\s+burst\\s+(\\d{1,19}))?");
    private static final Map<String, Duration> UNITS = Map.of(
            "s", Duration.ofSeconds(1),
            "sec", Duration.ofSeconds(1),
            "second", Duration.ofSeconds(1),
            "min", Duration.ofMinutes(1),
            "minute", Duration.ofMinutes(1),
            "h", Duration.ofHours(1),
            "hour", Duration.ofHours(1),
            "d", Duration.ofDays(1),
            "day", Duration.ofDays(1));

    // A clock of 64-bit nanoseconds runs for 292 years; a burst that takes longer to come back could not be counted.
    private static final Duration LONGEST = Duration.ofDays(36_500);

    public Rate {
        if (count < 0 || burst < 0) {
            throw new IllegalArgumentException("a rate has no negative count or burst");
        }
        if (per.compareTo(Duration.ofNanos(1)) < 0 || per.compareTo(Duration.ofDays(366)) > 0) {
            throw new IllegalArgumentException("a rate counts over at most a year");
        }
        if (count > per.toNanos()) {
            throw new IllegalArgumentException("a rate of " + count + " in " + per
                    + " is more than one in a nanosecond, which limits nothing, lower it or leave it away");
        }
        if (count > 0 && burst > LONGEST.toNanos() / interval(count, per)) {
            throw new IllegalArgumentException("a burst of " + burst + " at " + count + " in " + per
                    + " takes more than a hundred years to come back, lower it");
        }
    }

    /** A rate whose burst equals its count. */
    public static Rate of(long count, Duration per) {
        return new Rate(count, per, count);
    }

    /** Reads the text form, or throws {@link IllegalArgumentException} with a message fit for a configuration error. */
    public static Rate parse(String text) {
        Matcher form = FORM.matcher(text);
        Duration unit = form.matches() ? UNITS.get(form.group(2)) : null;
        if (unit == null) {
            throw unfit(text, "");
        }
        try {
            long count = Long.parseLong(form.group(1));
            String burst = form.group(3);
            return new Rate(count, unit, burst == null ? count : Long.parseLong(burst));
        } catch (NumberFormatException tooLong) {
            throw unfit(text, ": the number is too large");
        }
    }

    /** Whether nothing is ever admitted. */
    public boolean isNone() {
        return count == 0 || burst == 0;
    }

    /** Nanoseconds from one to the next in steady use, rounded up, so that rounding never admits more. */
    long intervalNanos() {
        return isNone() ? per.toNanos() : interval(count, per);
    }

    /** How far ahead of the clock a key may run: the whole burst. */
    long toleranceNanos() {
        return isNone() ? 0 : burst * intervalNanos();
    }

    private static long interval(long count, Duration per) {
        return Math.ceilDiv(per.toNanos(), count);
    }

    private static IllegalArgumentException unfit(String text, String why) {
        return new IllegalArgumentException("rate `" + Quoted.of(text) + "` is unfit" + why
                + ", write `100/minute` or `100/minute burst 200`, units s, min, h, d");
    }

    @Override
    public String toString() {
        String base = count + "/" + unit();
        return burst == count ? base : base + " burst " + burst;
    }

    private String unit() {
        return switch ((int) Math.min(per.toSeconds(), Integer.MAX_VALUE)) {
            case 1 -> "second";
            case 60 -> "minute";
            case 3600 -> "hour";
            case 86_400 -> "day";
            default -> per.toString();
        };
    }
}
