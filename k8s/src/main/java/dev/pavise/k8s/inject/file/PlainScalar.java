package dev.pavise.k8s.inject.file;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * What a text without quotes stands for in a manifest. kubectl reads YAML 1.1: {@code yes} and {@code on} are true, {@code 0644}
 * is octal.
 */
final class PlainScalar {
    private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");
    private static final Set<String> TRUE = Set.of("y", "yes", "true", "on");
    private static final Set<String> FALSE = Set.of("n", "no", "false", "off");
    private static final Pattern INTEGER =
            Pattern.compile("([-+]?)(?:0b([01]+)|0x([0-9a-fA-F]+)|0o?([0-7]+)|(0|[1-9][0-9]*))");
    private static final Pattern FLOAT = Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?");
    private static final Pattern NO_NUMBER = Pattern.compile("[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)");
    private static final int[] RADIX = {2, 16, 8, 10};
    private static final int LONGEST_NUMBER = 100;

    private PlainScalar() {}

    /** The value; empty for infinity and what is no number, which JSON does not have. */
    static Optional<JsonNode> resolve(String text) {
        JsonNodeFactory make = JsonNodeFactory.instance;
        if (NULLS.contains(text)) {
            return Optional.of(make.nullNode());
        }
        if (isWord(text, TRUE)) {
            return Optional.of(make.booleanNode(true));
        }
        if (isWord(text, FALSE)) {
            return Optional.of(make.booleanNode(false));
        }
        if (NO_NUMBER.matcher(text).matches()) {
            return Optional.empty();
        }
        return Optional.of(text.length() > LONGEST_NUMBER ? make.stringNode(text) : number(text));
    }

    /** Whether a text has to be quoted, so that no reader of YAML 1.1 or 1.2 takes it for something else. */
    static boolean isOneOfTheWords(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        return NULLS.contains(text) || lower.equals("null") || TRUE.contains(lower) || FALSE.contains(lower);
    }

    /** In small letters, in capitals, or with one in front. */
    private static boolean isWord(String text, Set<String> words) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (!words.contains(lower)) {
            return false;
        }
        String capitalized = lower.substring(0, 1).toUpperCase(Locale.ROOT) + lower.substring(1);
        return text.equals(lower) || text.equals(capitalized) || text.equals(lower.toUpperCase(Locale.ROOT));
    }

    private static JsonNode number(String text) {
        String plain = text.replace("_", "");
        Matcher integer = INTEGER.matcher(plain);
        if (integer.matches() && !text.startsWith("_")) {
            for (int group = 2; group <= RADIX.length + 1; group++) {
                if (integer.group(group) != null) {
                    BigInteger value = new BigInteger(integer.group(group), RADIX[group - 2]);
                    return whole(integer.group(1).equals("-") ? value.negate() : value);
                }
            }
        }
        if (FLOAT.matcher(text).matches()) {
            BigDecimal value = new BigDecimal(text).stripTrailingZeros();
            return value.scale() <= 0 ? whole(value.toBigInteger()) : JsonNodeFactory.instance.numberNode(value);
        }
        return JsonNodeFactory.instance.stringNode(text);
    }

    private static JsonNode whole(BigInteger value) {
        JsonNodeFactory make = JsonNodeFactory.instance;
        if (value.bitLength() < Integer.SIZE) {
            return make.numberNode(value.intValueExact());
        }
        return value.bitLength() < Long.SIZE ? make.numberNode(value.longValueExact()) : make.numberNode(value);
    }
}
