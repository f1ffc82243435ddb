package dev.pavise.k8s.compile;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What no resource may hold, wherever it stands: a reference ({@code ${...}}), as the gateway would put its own environment and files in its place, and
 * what has no one meaning in the file.
 */
final class Texts {
    private static final int DEEPEST = 10;
    private static final int LONGEST = 64 * 1024;

    private final Problems problems;

    private Texts(Problems problems) {
        this.problems = problems;
    }

    static void check(Map<String, Object> spec, Problems problems) {
        new Texts(problems).value("spec", spec, 1);
    }

    private void value(String field, @Nullable Object value, int depth) {
        if (depth > DEEPEST) {
            problems.invalid(field, "is nested deeper than " + DEEPEST + " levels");
            return;
        }
        switch (value) {
            case null -> problems.invalid(field, "is null; remove it");
            case Map<?, ?> map ->
                map.forEach((key, inner) -> {
                    String name = String.valueOf(key);
                    text(field, name);
                    value(field + "." + (name.length() > 60 ? name.substring(0, 60) : name), inner, depth + 1);
                });
            case List<?> list -> {
                for (int at = 0; at < list.size(); at++) value(field + "[" + at + "]", list.get(at), depth + 1);
            }
            case String text -> text(field, text);
            case Double ignored -> problems.invalid(field, "is no whole number");
            default -> {}
        }
    }

    private void text(String field, String text) {
        if (text.contains("${")) {
            problems.notAllowed(field, "holds a reference (`${`), which resources cannot make");
        }
        if (text.length() > LONGEST) problems.invalid(field, "is longer than " + LONGEST + " characters");
        boolean whole = text.codePoints().noneMatch(point -> point >= 0xD800 && point <= 0xDFFF);
        if (!whole) problems.invalid(field, "is no text: it holds half a character");
    }
}
