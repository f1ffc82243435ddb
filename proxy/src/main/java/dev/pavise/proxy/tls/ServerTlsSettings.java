package dev.pavise.proxy.tls;

import dev.pavise.proxy.config.ClientAuth;
import dev.pavise.proxy.config.ListenConfig;
import dev.pavise.proxy.config.TlsConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one door's TLS is made of.
 *
 * @param door names the door in logs, and keeps its sessions apart from those of others
 * @param clientCa has to be there where client certificates are asked for
 */
public record ServerTlsSettings(
        String door,
        Path cert,
        Path key,
        @Nullable Path clientCa,
        @Nullable Path clientCrl,
        ClientAuth clientAuth,
        TlsConfig.Version minVersion,
        List<String> cipherSuites) {

    /** Copies the list. */
    public ServerTlsSettings {
        Objects.requireNonNull(door);
        Objects.requireNonNull(cert);
        Objects.requireNonNull(key);
        Objects.requireNonNull(clientAuth);
        Objects.requireNonNull(minVersion);
        cipherSuites = List.copyOf(cipherSuites);
    }

    /** A door of the configuration, with the certificate it names or, where it names none, the throwaway one. */
    public static ServerTlsSettings of(ListenConfig.Door door, TlsConfig tls, Path cert, Path key) {
        return new ServerTlsSettings(
                door.name(),
                cert,
                key,
                tls.clientCa(),
                tls.clientCrl(),
                door.clientAuth(),
                tls.minVersion(),
                tls.cipherSuites());
    }
}
