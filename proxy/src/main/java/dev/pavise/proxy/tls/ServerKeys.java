package dev.pavise.proxy.tls;

import dev.pavise.proxy.pem.BadMaterialException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Certificates and keys of servers, read and checked once for all doors of one configuration that show them. To be made anew for each
 * configuration, since files change. For one thread.
 */
public final class ServerKeys {
    private final Map<Files, OwnKey> checked = new HashMap<>();

    private record Files(Path cert, Path key) {}

    OwnKey read(Path cert, Path key, Instant now) throws BadMaterialException {
        Files files = new Files(cert, key);
        OwnKey known = checked.get(files);
        if (known != null) {
            return known;
        }
        OwnKey read = OwnKey.ofServer(cert, key, now);
        checked.put(files, read);
        return read;
    }
}
