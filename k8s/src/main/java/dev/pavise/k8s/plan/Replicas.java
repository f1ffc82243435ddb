package dev.pavise.k8s.plan;

import java.util.regex.Pattern;

/** The number of pods that {@code scale} was asked for, as the annotation of a Deployment has it. */
public final class Replicas {
    /** The annotation. */
    public static final String ANNOTATION = "pavise.dev/replicas";

    public static final int MOST = 100;

    static final int NONE = -1;
    private static final Pattern FORM = Pattern.compile("0|[1-9]\\d{0,2}");

    private Replicas() {}

    static int parse(String text) {
        if (!FORM.matcher(text).matches()) {
            return NONE;
        }
        int number = Integer.parseInt(text);
        return number <= MOST ? number : NONE;
    }
}
