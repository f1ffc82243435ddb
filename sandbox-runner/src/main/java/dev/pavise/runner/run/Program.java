package dev.pavise.runner.run;

import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * What is to run: a name to be known by, the content and the digest that it must have, and what may be reached.
 *
 * @param content a file that holds the content; it is not trusted to stay as it is
 * @param sha256 64 lower-case hexadecimal digits
 */
public record Program(String name, Path content, String sha256, Grants grants) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

    public Program {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("a program's name is letters, digits, '.', '_' and '-', at most 128");
        }
        if (!DIGEST.matcher(sha256).matches()) {
            throw new IllegalArgumentException("a SHA-256 digest is 64 lower-case hexadecimal digits");
        }
    }
}
