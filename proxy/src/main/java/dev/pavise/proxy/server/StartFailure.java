package dev.pavise.proxy.server;

import dev.pavise.policy.config.ConfigError;
import java.util.List;
import java.util.stream.Collectors;

/** The gateway cannot start as it is configured; the message names each cause, its place and the way out. */
public final class StartFailure extends Exception {
    private static final long serialVersionUID = 1L;

    public StartFailure(String message) {
        super(message);
    }

    public StartFailure(String message, Throwable cause) {
        super(message, cause);
    }

    static StartFailure of(List<ConfigError> errors) {
        return new StartFailure(errors.stream().map(ConfigError::toString).collect(Collectors.joining("\n")));
    }
}
