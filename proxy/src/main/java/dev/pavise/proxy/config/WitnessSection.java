package dev.pavise.proxy.config;

import dev.pavise.auditlog.codec.WitnessKey;
import dev.pavise.policy.config.BadValueException;
import dev.pavise.policy.config.Bound;
import dev.pavise.policy.config.Key;
import dev.pavise.policy.config.Reading;
import dev.pavise.policy.config.ScalarShape;
import dev.pavise.policy.config.Scalars;
import dev.pavise.policy.config.Section;
import dev.pavise.policy.config.Shape;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@code audit.witness}. */
final class WitnessSection {
    private static final int LONGEST_KEY = 8 * 1024;

    private static final Key<URI> URL = Key.required(
            "url", Addresses.witnessUrl(), "where it takes checkpoints, such as https://witness.example/log");
    private static final Key<WitnessKey> PUBLIC_KEY = Key.required(
            "public_key",
            key(),
            "its verifier key, or a file that holds it: what proves that a cosignature is its own");
    private static final Key<Path> CA = Key.optional(
            "ca",
            Scalars.file("a PEM file"),
            "authorities its certificate must come from; default: those of the system");
    private static final Key<Duration> EVERY =
            Key.withDefault("every", Scalars.duration("100ms", "1h"), "10s", "how often the newest checkpoint is sent");
    private static final Key<Duration> TIMEOUT =
            Key.withDefault("timeout", Scalars.duration("10ms", "1m"), "5s", "for a whole question and answer");
    private static final Key<Boolean> REQUIRED = Key.withDefault(
            "required",
            Scalars.bool(),
            "false",
            "requests are refused while the newest cosignature is older than max_age");
    private static final Key<Duration> MAX_AGE = Key.withDefault(
            "max_age",
            Scalars.duration("1s", "7d"),
            "5m",
            "how old the newest cosignature may become; renewed at half of it while nothing is recorded");

    static final Section<WitnessConfig> SECTION =
            Section.of(List.of(URL, PUBLIC_KEY, CA, EVERY, TIMEOUT, REQUIRED, MAX_AGE), WitnessSection::make);

    private WitnessSection() {}

    private static @Nullable WitnessConfig make(Bound witness) {
        if (witness.get(MAX_AGE).compareTo(witness.get(EVERY).multipliedBy(2)) < 0) {
            witness.error(MAX_AGE, "must be at least twice `every`, or each cosignature is too old before the next");
            return null;
        }
        WitnessConfig made = new WitnessConfig(
                witness.get(URL),
                witness.get(PUBLIC_KEY),
                witness.find(CA),
                witness.get(EVERY),
                witness.get(TIMEOUT),
                witness.get(REQUIRED),
                witness.get(MAX_AGE));
        if (witness.mentions(CA) && !made.secure()) {
            witness.error(CA, "has no effect on an http URL; use https, or remove it");
        }
        return made;
    }

    private static Shape<WitnessKey> key() {
        return new ScalarShape<>(
                "a verifier key such as witness.example/w1+8d66cf3f+BAcr..., or a file that holds one",
                (text, reading) -> {
                    try {
                        return WitnessKey.parse(text.indexOf('+') >= 0 ? text : inFile(text, reading));
                    } catch (GeneralSecurityException e) {
                        throw new BadValueException(String.valueOf(e.getMessage()));
                    }
                },
                Map.of("type", "string"),
                false);
    }

    private static String inFile(String text, Reading reading) throws BadValueException {
        try {
            Path file = reading.resolve(text);
            reading.names(file);
            if (!Files.isRegularFile(file) || Files.size(file) > LONGEST_KEY) {
                throw new BadValueException("there is no such file, or it is too large for a key");
            }
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (InvalidPathException | IOException e) {
            throw new BadValueException("the file cannot be read");
        }
    }
}
