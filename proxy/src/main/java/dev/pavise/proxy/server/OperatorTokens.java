package dev.pavise.proxy.server;

import dev.pavise.policy.config.EnvironmentLookup;
import dev.pavise.policy.config.Secret;
import dev.pavise.policy.identity.OperatorToken;
import dev.pavise.proxy.config.GatewayConfig;
import dev.pavise.proxy.pem.PrivateFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * Where the operator's token comes from: the environment, the configuration, the file of an earlier start, or 32 fresh random bytes. A made
 * one is kept in {@code operator.token} in the data directory, readable by the gateway's user alone.
 */
final class OperatorTokens {
    static final String FILE = "operator.token";

    private OperatorTokens() {}

    /**
     * The token.
     *
     * @param made the text of a token that this start had to make, to be logged once; null for any other
     * @param secret the text of it, so that it can be kept out of records
     */
    record Resolved(OperatorToken token, @Nullable String made, Secret secret) {
        private static Resolved given(String text) {
            return new Resolved(OperatorToken.of(text), null, Secret.of(text));
        }
    }

    /** @throws IllegalArgumentException if a given token is unfit; the message does not show it */
    static Resolved resolve(GatewayConfig config, EnvironmentLookup environment) throws IOException {
        for (String name : new String[] {"PAVISE_AUTH_TOKEN", "CODETETHER_AUTH_TOKEN"}) {
            String given = environment.get(name);
            if (given != null && !given.isBlank()) {
                return Resolved.given(given.strip());
            }
        }
        if (config.identity().operatorToken() != null) {
            return Resolved.given(config.identity().operatorToken().reveal());
        }
        Path file = config.dataDir().resolve(FILE);
        if (Files.exists(file)) {
            return Resolved.given(Files.readString(file).strip());
        }
        String made = OperatorToken.generate(new SecureRandom());
        PrivateFiles.write(file, (made + "\n").getBytes(StandardCharsets.UTF_8));
        return new Resolved(OperatorToken.of(made), made, Secret.of(made));
    }
}
