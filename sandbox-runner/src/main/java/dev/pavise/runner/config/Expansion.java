package dev.pavise.runner.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces {@code ${VAR}} and {@code ${VAR:-default}} in one text; a dollar sign doubled in front of a brace stands for itself. What is put in is never
 * looked at again. Secrets have no place in a runner's file: keys are files of their own.
 */
final class Expansion {
    private static final Pattern REFERENCE = Pattern.compile("\\$?\\$\\{([^}]*)(}?)");
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private Expansion() {}

    static String expand(String text, EnvironmentLookup environment) throws BadValueException {
        if (!text.contains("${")) {
            return text;
        }
        Matcher matcher = REFERENCE.matcher(text);
        StringBuilder out = new StringBuilder();
        while (matcher.find()) {
            boolean escaped = matcher.group().startsWith("$$");
            String value = escaped ? matcher.group().substring(1) : value(matcher, environment);
            matcher.appendReplacement(out, Matcher.quoteReplacement(value));
        }
        return matcher.appendTail(out).toString();
    }

    private static String value(Matcher matcher, EnvironmentLookup environment) throws BadValueException {
        if (matcher.group(2).isEmpty()) {
            throw new BadValueException("has a `${` without its `}`; write `$${` for the characters themselves");
        }
        String reference = matcher.group(1);
        int colon = reference.indexOf(":-");
        String name = colon < 0 ? reference : reference.substring(0, colon);
        if (!NAME.matcher(name).matches()) {
            throw new BadValueException(
                    "`${" + name + "}` is not the name of an environment variable; use ${VAR} or ${VAR:-default}");
        }
        String value = environment.get(name);
        if (colon >= 0) {
            return value == null || value.isEmpty() ? reference.substring(colon + 2) : value;
        }
        if (value == null) {
            throw new BadValueException(
                    "environment variable `" + name + "` is not set; set it, or give a default: ${" + name + ":-...}");
        }
        return value;
    }
}
