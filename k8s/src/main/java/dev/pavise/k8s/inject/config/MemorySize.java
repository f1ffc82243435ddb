package dev.pavise.k8s.inject.config;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Memory in mebibytes, written as Kubernetes writes it: {@code 256Mi}, {@code 2Gi}. */
public record MemorySize(int mebibytes) implements Comparable<MemorySize> {
    public static final String FORM = "([1-9][0-9]{0,5})(Mi|Gi)";
    private static final Pattern PATTERN = Pattern.compile(FORM);
    private static final int GIBIBYTE = 1024;

    public static Optional<MemorySize> parse(String text) {
        Matcher matcher = PATTERN.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int number = Integer.parseInt(matcher.group(1));
        return Optional.of(new MemorySize(matcher.group(2).equals("Gi") ? number * GIBIBYTE : number));
    }

    @Override
    public int compareTo(MemorySize other) {
        return Integer.compare(mebibytes, other.mebibytes);
    }

    /** In the one form that the API server answers with, so that what was made can be compared with what came back. */
    @Override
    public String toString() {
        if (mebibytes % (GIBIBYTE * GIBIBYTE) == 0) {
            return mebibytes / (GIBIBYTE * GIBIBYTE) + "Ti";
        }
        return mebibytes % GIBIBYTE == 0 ? mebibytes / GIBIBYTE + "Gi" : mebibytes + "Mi";
    }
}
