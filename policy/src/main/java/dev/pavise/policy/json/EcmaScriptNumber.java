package dev.pavise.policy.json;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Numbers as ECMAScript writes them (ECMA-262, Number::toString, which RFC 8785 section 3.2.2.3 takes over): the fewest
 * digits that give the number back, the nearest of them, and an exponent below 1e-6 and from 1e21 on.
 */
final class EcmaScriptNumber {
    private EcmaScriptNumber() {}

    static String text(double number) {
        if (!Double.isFinite(number)) {
            throw new IllegalArgumentException("a number that is not finite");
        }
        if (number == 0) {
            return "0"; // of either sign
        }
        BigDecimal shortest = shortest(Math.abs(number));
        String digits = shortest.unscaledValue().toString();
        // The number is 0.DIGITS times ten to this.
        int exponent = digits.length() - shortest.scale();
        return (number < 0 ? "-" : "") + layOut(digits, exponent);
    }

    /** Without zeros at its end. */
    private static BigDecimal shortest(double positive) {
        // Java writes the fewest digits, but never fewer than two: of the smallest numbers one digit can be enough.
        BigDecimal written = new BigDecimal(Double.toString(positive)).stripTrailingZeros();
        if (written.precision() == 2) {
            BigDecimal one = new BigDecimal(positive).round(new MathContext(1, RoundingMode.HALF_EVEN));
            if (one.doubleValue() == positive) {
                return one.stripTrailingZeros();
            }
        }
        return written;
    }

    private static String layOut(String digits, int exponent) {
        int length = digits.length();
        if (exponent > 21 || exponent < -5) {
            String fraction = length == 1 ? "" : "." + digits.substring(1);
            return digits.charAt(0) + fraction + "e" + (exponent > 0 ? "+" : "") + (exponent - 1);
        }
        if (exponent >= length) {
            return digits + "0".repeat(exponent - length);
        }
        return exponent > 0
                ? digits.substring(0, exponent) + "." + digits.substring(exponent)
                : "0." + "0".repeat(-exponent) + digits;
    }
}
