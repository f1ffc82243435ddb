package dev.pavise.policy.condition;

import dev.cel.common.CelOptions;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a condition may cost. The text, the number of its nodes and their depth are bounded when it is loaded; the rounds of all its loops together,
 * and the steps of its searches in texts, in each test of it. As there is no macro that builds lists or binds a value, nothing an expression
 * makes is larger than its text times what the request brings.
 */
final class Bounds {
    static final int TEXT = 4096;
    static final int NODES = 500;
    static final int DEPTH = 24;

    /** Rounds of all loops of one test together. */
    static final int ROUNDS = 2000;

    /** The longest text that an expression may put together. */
    static final int MADE_TEXT = 64 * 1024;

    /** Steps of regular expressions and searches in one test: one for each character and instruction, where a character is looked at. */
    static final long STEPS = 2_000_000;

    /** Instructions of a compiled regular expression. */
    static final int PATTERN = 500;

    /** Characters that a regular expression may come to when its counted repetitions are written out: its compiler does that. */
    private static final int WRITTEN_OUT = 200_000;

    private static final Pattern COUNTED = Pattern.compile("\\{(\\d{1,9})(?:,(\\d{0,9}))?}");

    private Bounds() {}

    static CelOptions options() {
        return CelOptions.current()
                .maxExpressionCodePointSize(TEXT)
                .maxParseExpressionNodeCount(NODES)
                .maxParseRecursionDepth(DEPTH)
                .maxParseErrorRecoveryLimit(10)
                .comprehensionMaxIterations(ROUNDS)
                .maxRegexProgramSize(PATTERN)
                .populateMacroCalls(true)
                .enableHeterogeneousNumericComparisons(true)
                .build();
    }

    static void checkText(String expression) {
        if (expression.isBlank()) {
            throw new IllegalArgumentException("the condition is empty, write an expression or leave it out");
        }
        if (expression.length() > TEXT) {
            throw new IllegalArgumentException("the condition has " + expression.length() + " characters, and may have "
                    + TEXT + ", make it shorter or split the route");
        }
    }

    /** Whether a short regular expression stands for a huge one. Nested and neighbouring repetitions are not told apart. */
    static boolean repeatsTooOften(String pattern) {
        long written = pattern.length();
        Matcher counted = COUNTED.matcher(pattern);
        while (counted.find() && written <= WRITTEN_OUT) {
            String most = counted.group(2) == null || counted.group(2).isEmpty() ? counted.group(1) : counted.group(2);
            written *= Math.max(1, Long.parseLong(most));
        }
        return written > WRITTEN_OUT;
    }
}
