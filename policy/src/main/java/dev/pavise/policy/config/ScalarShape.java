package dev.pavise.policy.config;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One text of a certain form, after references in it were expanded.
 *
 * @param expected completes "expected ..." in an error
 * @param secret whether errors must not show what was found
 */
public record ScalarShape<T>(String expected, Parser<T> parser, Map<String, Object> schema, boolean secret)
        implements Shape<T> {

    /** Reads a text, or says what is wrong with it without repeating it. */
    @FunctionalInterface
    public interface Parser<T> {
        T parse(String text, Reading reading) throws BadValueException;
    }

    @Override
    public @Nullable T read(Cursor at, Reading reading) {
        if (!(at.node() instanceof YamlNode.Scalar scalar)) {
            reading.error(at, "found " + at.node().kind() + "; expected " + expected);
            return null;
        }
        if (scalar.isNull()) {
            reading.error(at, "is empty; give " + expected + ", or remove the key");
            return null;
        }
        String text;
        try {
            text = new Expansion(reading).expand(scalar.text());
        } catch (BadValueException e) {
            reading.error(at, e.problem());
            return null;
        }
        try {
            return parser.parse(text, reading);
        } catch (BadValueException e) {
            // What is shown is the text of the file: what a reference in it stands for may be secret.
            String found = secret ? "" : Shapes.found(scalar) + "; ";
            String detail = e.problem().isEmpty() ? "" : " (" + e.problem() + ")";
            reading.error(at, found + "expected " + expected + detail);
            return null;
        }
    }
}
