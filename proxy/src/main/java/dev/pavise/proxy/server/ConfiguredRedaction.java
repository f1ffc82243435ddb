package dev.pavise.proxy.server;

import dev.pavise.auditlog.redact.KeyedHash;
import dev.pavise.auditlog.redact.KnownSecrets;
import dev.pavise.auditlog.redact.Rule;
import dev.pavise.auditlog.redact.Rules;
import dev.pavise.proxy.config.RedactConfig;
import dev.pavise.proxy.pem.PrivateFiles;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what the rules of {@code audit.redact} name. What cannot be read or is unfit stops whoever asked: a rule is never left out. */
final class ConfiguredRedaction {
    private static final long LARGEST = 1 << 20;
    private static final int SHORTEST = 8;

    private ConfiguredRedaction() {}

    /** The rules; the key of hashes is made where it is needed and not there yet. */
    static Rules rules(RedactConfig config, KnownSecrets known) throws IOException {
        return Rules.of(read(config), config.hashes() ? key(config.key(), true) : null, known);
    }

    /** Throws where {@link #rules} would. Makes no file. */
    static void check(RedactConfig config) throws IOException {
        read(config);
        if (config.hashes()) {
            key(config.key(), false);
        }
    }

    private static List<Rule> read(RedactConfig config) throws IOException {
        List<Rule> rules = new ArrayList<>();
        for (RedactConfig.Rule rule : config.rules()) {
            rules.add(
                    switch (rule) {
                        case RedactConfig.Rule.Header header -> new Rule.Header(header.name(), header.with());
                        case RedactConfig.Rule.Query query -> new Rule.Query(query.name(), query.with());
                        case RedactConfig.Rule.Json json -> new Rule.At(json.path(), json.with());
                        case RedactConfig.Rule.SecretFile file -> new Rule.Values(values(file.file()), file.with());
                    });
        }
        return rules;
    }

    /** One value on each line that is not empty. What is said of them does not show them. */
    private static List<String> values(Path file) throws IOException {
        List<String> values = new ArrayList<>();
        int number = 0;
        for (String line : text(file).lines().toList()) {
            number++;
            if (!line.isBlank() && line.length() < SHORTEST) {
                throw new IOException("audit.redact: `" + file + "` has a value of " + line.length()
                        + " characters on line " + number + "; shorter ones than " + SHORTEST + " stand everywhere");
            }
            if (!line.isBlank()) {
                values.add(line);
            }
        }
        if (values.isEmpty()) {
            throw new IOException("audit.redact: `" + file + "` holds no value; put one on a line, or remove the rule");
        }
        return values;
    }

    private static @Nullable KeyedHash key(Path file, boolean make) throws IOException {
        if (!Files.exists(file)) {
            return make ? new KeyedHash(made(file)) : null;
        }
        try {
            return new KeyedHash(Base64.getDecoder().decode(text(file).strip()));
        } catch (IllegalArgumentException unfit) {
            throw new IOException(
                    "audit.redact_key: `" + file + "` does not hold " + KeyedHash.LEAST_KEY
                            + " bytes or more in base64",
                    unfit);
        }
    }

    private static byte[] made(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            PrivateFiles.makeFolder(folder);
        }
        byte[] key = new byte[KeyedHash.LEAST_KEY];
        new SecureRandom().nextBytes(key);
        String text = Base64.getEncoder().encodeToString(key) + "\n";
        PrivateFiles.write(file, text.getBytes(StandardCharsets.US_ASCII));
        return key;
    }

    private static String text(Path file) throws IOException {
        try {
            if (Files.size(file) > LARGEST) {
                throw new IOException("audit.redact: `" + file + "` is larger than 1 MiB");
            }
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new IOException("audit.redact: `" + file + "` is not UTF-8", e);
        }
    }
}
