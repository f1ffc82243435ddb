package dev.pavise.policy.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * Replaces {@code ${VAR}}, {@code ${VAR:-default}} and {@code ${file:path}} in one text; a dollar sign doubled in
 * front of a brace stands for itself.
 * What is put in is never looked at again: neither for further references nor as YAML. Problems name the reference and never
 * what it stands for.
 */
final class Expansion {

    private static final int MOST_BYTES = 64 << 10;

    /** Stands for what lies on another machine: long enough for a secret, and a text that a header can carry. */
    private static final String ELSEWHERE = "e".repeat(64);

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private final Reading reading;

    Expansion(Reading reading) {
        this.reading = reading;
    }

    String expand(String text) throws BadValueException {
        int next = text.indexOf("${");
        if (next < 0) return text;
        StringBuilder out = new StringBuilder();
        int from = 0;
        while (next >= 0) {
            boolean escaped = next > from && text.charAt(next - 1) == '$';
            if (escaped) {
                out.append(text, from, next - 1).append("${");
                from = next + 2;
            } else {
                int end = text.indexOf('}', next);
                if (end < 0)
                    throw new BadValueException(
                            "has a `${` without its `}`; write `$${` for the characters themselves");
                out.append(text, from, next).append(value(text.substring(next + 2, end)));
                from = end + 1;
            }
            next = text.indexOf("${", from);
        }
        return out.append(text, from, text.length()).toString();
    }

    private String value(String reference) throws BadValueException {
        if (reference.contains("${")) {
            throw new BadValueException("has a reference within a reference, `${" + reference + "}`; they do not nest");
        }
        int colon = reference.indexOf(':');
        if (colon < 0 || reference.startsWith(":-", colon)) return variable(reference, colon);
        String kind = reference.substring(0, colon);
        return switch (kind) {
            case "file" -> file(reference.substring(colon + 1));
            case "vault" -> throw new BadValueException("`${vault:...}` is not built yet; use ${VAR} or ${file:/path}");
            default ->
                throw new BadValueException(
                        "`${" + kind + ":...}` is not known; use ${VAR}, ${VAR:-default} or ${file:/path}");
        };
    }

    private String variable(String reference, int colon) throws BadValueException {
        String name = colon < 0 ? reference : reference.substring(0, colon);
        if (!NAME.matcher(name).matches()) {
            throw new BadValueException("`${" + name + "}` is not the name of an environment variable; use ${VAR},"
                    + " ${VAR:-default} or ${file:/path}");
        }
        String value = reading.environment().get(name);
        if (colon >= 0) return value == null || value.isEmpty() ? reference.substring(colon + 2) : value;
        if (value == null) {
            throw new BadValueException(
                    "environment variable `" + name + "` is not set; set it, or give a default: ${" + name + ":-...}");
        }
        return value;
    }

    private String file(String path) throws BadValueException {
        try {
            Path file = reading.resolve(path);
            reading.names(file);
            if (reading.isElsewhere()) return ELSEWHERE;
            if (!Files.isRegularFile(file))
                throw new BadValueException("`${file:" + path + "}`: there is no such file");
            return text(path, file);
        } catch (IOException e) {
            throw new BadValueException("`${file:" + path + "}`: cannot be read by " + reading.user());
        } catch (InvalidPathException e) {
            throw new BadValueException("`${file:...}`: is not a path");
        }
    }

    // The newline that editors and `kubectl create secret --from-file` leave at the end is not part of a secret.
    private static String text(String path, Path file) throws IOException, BadValueException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MOST_BYTES + 1);
        }
        if (bytes.length > MOST_BYTES) throw new BadValueException("`${file:" + path + "}`: is larger than 64 KiB");
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            if (text.endsWith("\r\n")) return text.substring(0, text.length() - 2);
            return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        } catch (CharacterCodingException e) {
            throw new BadValueException("`${file:" + path + "}`: is not UTF-8 text");
        }
    }
}
