package dev.pavise.runner.config;

import java.nio.file.Path;
import java.util.List;

/**
 * What a runner shows, and whom it lets in.
 *
 * @param gatewayNames DNS or URI names; a caller's certificate has to carry one of them
 */
public record TlsConfig(Path cert, Path key, Path clientCa, List<String> gatewayNames) {
    /** Copies the list; without a name nobody could be let in. */
    public TlsConfig {
        gatewayNames = List.copyOf(gatewayNames);
        if (gatewayNames.isEmpty()) {
            throw new IllegalArgumentException("a runner needs the name of a gateway");
        }
    }
}
