package dev.pavise.proxy.cli;

import dev.pavise.policy.config.Secret;
import dev.pavise.proxy.config.ConfigResult;
import dev.pavise.proxy.config.GatewayConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A gateway's data directory, and its configuration where one is at hand.
 *
 * @param isNamed whether an option names it, and it is not just the usual place
 * @param config null where there is none that can be used
 * @param whyNoConfig empty where there is one
 */
record DataPlace(Path dataDir, boolean isNamed, @Nullable GatewayConfig config, String whyNoConfig) {
    private static final Path USUAL = Path.of("data");
    private static final String OPERATOR_TOKEN = "operator.token";
    private static final long MOST_BYTES = 64 * 1024;

    static DataPlace find(ConfigChoice choice, Surroundings surroundings) {
        Path usual = surroundings.resolve(choice.dataDir() == null ? USUAL : choice.dataDir());
        boolean named = choice.file() != null || choice.dataDir() != null;
        if (choice.file() == null && !Files.exists(surroundings.resolve(choice.name()))) {
            return new DataPlace(usual, named, null, "there is no `" + surroundings.resolve(choice.name()) + "`");
        }
        return switch (choice.load(surroundings)) {
            case ConfigResult.Loaded loaded -> new DataPlace(loaded.config().dataDir(), named, loaded.config(), "");
            case ConfigResult.Invalid invalid
            when choice.file() == null ->
                new DataPlace(usual, named, null, invalid.errors().getFirst().toString());
            case ConfigResult.Invalid invalid ->
                throw CommandFailure.wanting(invalid.errors().getFirst().toString());
        };
    }

    /** The operator's token, as a start of the gateway finds it. */
    AuthPlace.Credential operatorToken() {
        Secret configured = config == null ? null : config.identity().operatorToken();
        if (configured != null) {
            return new AuthPlace.Credential(configured, "the operator token of the configuration");
        }
        Path file = dataDir.resolve(OPERATOR_TOKEN);
        if (!Files.exists(file)) {
            throw CommandFailure.wanting("there is no token: neither PAVISE_AUTH_TOKEN nor `" + file
                    + "`; set the one, or name --token-file, or --cert and --key");
        }
        return new AuthPlace.Credential(token(file), "the token of `" + file + "`");
    }

    static Secret token(Path file) {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw CommandFailure.wanting("`" + file + "` is too large to hold a token");
            }
            return checked(Files.readString(file).strip(), "`" + file + "`");
        } catch (IOException unreadable) {
            throw CommandFailure.wanting("the token cannot be read: " + WhatFailed.text(unreadable));
        }
    }

    /** A token that can stand in a header field. */
    static Secret checked(String token, String origin) {
        if (token.isEmpty() || token.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            throw CommandFailure.wanting(origin + " does not hold a token: printable characters without a space");
        }
        return Secret.of(token);
    }
}
