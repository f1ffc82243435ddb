package dev.pavise.k8s.inject.config;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Processor time in thousandths of a core, written as Kubernetes writes it: {@code 100m}, {@code 2}. */
public record Cpu(int millis) implements Comparable<Cpu> {
    public static final String FORM = "([1-9][0-9]{0,5})(m?)";
    private static final Pattern PATTERN = Pattern.compile(FORM);
    private static final int CORE = 1000;

    public static Optional<Cpu> parse(String text) {
        Matcher matcher = PATTERN.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int number = Integer.parseInt(matcher.group(1));
        return Optional.of(new Cpu(matcher.group(2).isEmpty() ? number * CORE : number));
    }

    @Override
    public int compareTo(Cpu other) {
        return Integer.compare(millis, other.millis);
    }

    /** In the one form that the API server answers with, so that what was made can be compared with what came back. */
    @Override
    public String toString() {
        return millis % CORE == 0 ? Integer.toString(millis / CORE) : millis + "m";
    }
}
