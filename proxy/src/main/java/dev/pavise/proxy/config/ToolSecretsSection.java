package dev.pavise.proxy.config;

import dev.pavise.policy.config.BadValueException;
import dev.pavise.policy.config.ScalarShape;
import dev.pavise.policy.config.Scalars;
import dev.pavise.policy.config.Secret;
import dev.pavise.policy.config.Shape;
import dev.pavise.policy.config.Shapes;
import dev.pavise.policy.tool.ResourceGrant;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Reads {@code tools.secrets}: what tools may ask for by name. */
final class ToolSecretsSection {
    private static final int LONGEST = 64 << 10;

    private static final Shape<String> NAME = Scalars.scalar(
            "the name of a secret: letters, digits and . _ -", "[A-Za-z0-9_][A-Za-z0-9._-]{0,63}", text -> {
                if (ResourceGrant.Secret.isName(text)) {
                    return text;
                }
                throw new BadValueException("");
            });

    private static final Shape<Secret> VALUE = new ScalarShape<>(
            "a secret of 1 to " + LONGEST + " bytes",
            (text, reading) -> {
                int bytes = text.getBytes(StandardCharsets.UTF_8).length;
                if (bytes < 1 || bytes > LONGEST) throw new BadValueException("it has " + bytes);
                return Secret.of(text);
            },
            Map.of("type", "string"),
            true);

    /** All of them, by name. */
    static final Shape<Map<String, Secret>> ALL = Shapes.named(NAME, VALUE);

    private ToolSecretsSection() {}
}
